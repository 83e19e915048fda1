// The pack in the program, and the folder of an app that is being developed.
#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>

#include "app/config.h"
#include "app/web_assets.h"
#include "base/crypto.h"
#include "base/json.h"

namespace coldpath::app {
namespace {

constexpr std::string_view kMagic = "coldpath.web/1\n";
constexpr base::JsonLimits kIndexLimits{1u << 20, 4};
constexpr std::uintmax_t kMostFileBytes = 64u << 20;

struct TypeOfName {
  std::string_view extension;
  std::string_view type;
};
constexpr std::array kTypes{
    TypeOfName{".html", "text/html; charset=utf-8"},
    TypeOfName{".js", "text/javascript; charset=utf-8"},
    TypeOfName{".mjs", "text/javascript; charset=utf-8"},
    TypeOfName{".css", "text/css; charset=utf-8"},
    TypeOfName{".json", "application/json"},
    TypeOfName{".map", "application/json"},
    TypeOfName{".webmanifest", "application/manifest+json"},
    TypeOfName{".svg", "image/svg+xml"},
    TypeOfName{".png", "image/png"},
    TypeOfName{".webp", "image/webp"},
    TypeOfName{".ico", "image/x-icon"},
    TypeOfName{".woff2", "font/woff2"},
    TypeOfName{".txt", "text/plain; charset=utf-8"},
};

std::string_view TypeOf(std::string_view path) {
  const auto found = std::ranges::find_if(
      kTypes, [path](const TypeOfName& one) { return path.ends_with(one.extension); });
  return found == kTypes.end() ? "application/octet-stream" : found->type;
}

std::unexpected<base::Error> Corrupt(const std::string& reason) {
  return base::Fail("web.corrupt", "The web app's pack cannot be read: " + reason + ".");
}

class PackedFiles final : public WebFiles {
 public:
  base::Status Add(const base::Json& entry, std::string_view bytes);
  std::optional<Found> Find(const std::string& path) override {
    const auto found = files_.find(path);
    if (found == files_.end()) return std::nullopt;
    return Found{found->second, nullptr};
  }

 private:
  std::map<std::string, WebFile> files_;
};

// The `size` bytes at `at`; absent if the pack has no such place.
std::optional<std::string_view> Part(const base::Json& entry, const char* at_name,
                                     const char* size_name, std::string_view bytes) {
  const base::Json* at = base::FindMember(entry, at_name);
  const base::Json* size = base::FindMember(entry, size_name);
  if (at == nullptr || size == nullptr || !at->is_number_unsigned() ||
      !size->is_number_unsigned()) {
    return std::nullopt;
  }
  const auto begin = at->get<std::uint64_t>();
  const auto count = size->get<std::uint64_t>();
  if (begin > bytes.size() || count > bytes.size() - begin) return std::nullopt;
  return bytes.substr(begin, count);
}

base::Status PackedFiles::Add(const base::Json& entry, std::string_view bytes) {
  const auto path = base::FindString(entry, "path");
  const auto type = base::FindString(entry, "type");
  const auto etag = base::FindString(entry, "etag");
  const auto plain = Part(entry, "at", "size", bytes);
  const auto gzip = Part(entry, "gzip_at", "gzip_size", bytes);
  if (!path || !type || !etag || !plain || !gzip) return Corrupt("an entry is malformed");
  files_[*path] = {*type, *plain, *gzip, *etag};
  return {};
}

// A path of a request that names a file below the folder and nothing beside it.
bool IsBelow(std::string_view path) {
  if (path.find('\\') != std::string_view::npos || path.find('\0') != std::string_view::npos) {
    return false;
  }
  for (std::size_t begin = 1; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view part = path.substr(begin, end - begin);
    if (part.empty() || part.starts_with('.')) return false;
    begin = end + 1;
  }
  return path.size() > 1 && path.front() == '/' && path.back() != '/';
}

class FolderFiles final : public WebFiles {
 public:
  explicit FolderFiles(std::string folder) : folder_(std::move(folder)) {}
  std::optional<Found> Find(const std::string& path) override {
    if (!IsBelow(path)) return std::nullopt;
    const std::string name = folder_ + path;
    std::error_code error;
    if (!std::filesystem::is_regular_file(name, error)) return std::nullopt;
    if (std::filesystem::file_size(name, error) > kMostFileBytes || error) return std::nullopt;
    auto text = ReadFile(name);
    if (!text) return std::nullopt;
    auto owner = std::make_shared<const std::string>(*std::move(text));
    WebFile file{std::string(TypeOf(path)), *owner, {}, base::Sha256Hex(*owner).substr(0, 32)};
    return Found{std::move(file), std::move(owner)};
  }

 private:
  const std::string folder_;
};

}  // namespace

base::Result<std::unique_ptr<WebFiles>> OpenPack(std::string_view pack) {
  if (!pack.starts_with(kMagic)) return Corrupt("it is of another kind");
  pack.remove_prefix(kMagic.size());
  std::size_t length = 0;
  const auto [end, error] = std::from_chars(pack.data(), pack.data() + pack.size(), length);
  const auto digits = static_cast<std::size_t>(end - pack.data());
  if (error != std::errc() || digits >= pack.size() || pack[digits] != '\n') {
    return Corrupt("its index has no length");
  }
  pack.remove_prefix(digits + 1);
  if (length > pack.size()) return Corrupt("it ends in its index");
  const auto index = base::ParseJson(pack.substr(0, length), kIndexLimits);
  if (!index || !index->is_array()) return Corrupt("its index is no JSON array");
  pack.remove_prefix(length);
  auto files = std::make_unique<PackedFiles>();
  for (const base::Json& entry : *index) COLDPATH_RETURN_IF_ERROR(files->Add(entry, pack));
  return files;
}

base::Result<std::unique_ptr<WebFiles>> OpenWebFolder(const std::string& folder) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(folder + "/index.html", error)) {
    return base::Fail("config.unreadable", folder + ": has no index.html.");
  }
  return std::make_unique<FolderFiles>(folder);
}

}  // namespace coldpath::app
