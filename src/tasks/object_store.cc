#include "tasks/object_store.h"

#include <algorithm>

#include "base/check.h"
#include "base/crypto.h"

namespace coldpath::tasks {
namespace {

constexpr std::size_t kLongestKey = 512;
constexpr std::size_t kLongestPart = 200;  // file systems end at 255 bytes a name

bool IsKeyCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-' || c == '/';
}

bool IsPart(std::string_view part) {
  return !part.empty() && part.size() <= kLongestPart && part != "." && part != "..";
}

std::unexpected<base::Error> Invalid(std::string_view key, const char* reason) {
  // The key's own text may hold anything: only its length is told.
  return base::Fail("object.invalid_key",
                    "the object key of " + std::to_string(key.size()) + " characters " + reason);
}

// Everything but the last part.
base::Status ValidateFolders(std::string_view key) {
  for (std::size_t slash = key.find('/'), begin = 0; slash != std::string_view::npos;
       begin = slash + 1, slash = key.find('/', begin)) {
    if (!IsPart(key.substr(begin, slash - begin))) {
      return Invalid(key, "has a part that is empty, too long, \".\" or \"..\"");
    }
  }
  return {};
}

std::string Padded(int number, std::size_t digits) {
  const std::string text = std::to_string(number);
  return std::string(digits - std::min(digits, text.size()), '0') + text;
}

}  // namespace

base::Status ValidatePrefix(std::string_view prefix) {
  if (prefix.size() > kLongestKey) return Invalid(prefix, "is longer than 512");
  if (!std::all_of(prefix.begin(), prefix.end(), IsKeyCharacter)) {
    return Invalid(prefix, "holds one that is not of A-Z a-z 0-9 . _ - /");
  }
  return ValidateFolders(prefix);
}

base::Status ValidateKey(std::string_view key) {
  COLDPATH_RETURN_IF_ERROR(ValidatePrefix(key));
  if (!IsPart(key.substr(key.rfind('/') + 1))) {
    return Invalid(key, "ends with a part that is empty, too long, \".\" or \"..\"");
  }
  return {};
}

std::string UserPrefix(const std::string& user_id) {
  // A user's id may hold any character, and should not stand in a path.
  return "users/" + base::Sha256Hex(user_id).substr(0, 32) + "/";
}

std::string JobPrefix(const std::string& user_id, const std::string& job_id) {
  return UserPrefix(user_id) + "jobs/" + job_id + "/";
}

std::string ChunkArrayKey(const std::string& user_id, const std::string& job_id,
                          const std::string& execution) {
  return JobPrefix(user_id, job_id) + "chunks/" + execution + ".json";
}

std::string FrozenListKey(const std::string& user_id, const std::string& job_id,
                          const std::string& execution) {
  return JobPrefix(user_id, job_id) + "frozen/" + execution + ".json";
}

std::string RecordsKey(const std::string& user_id, const std::string& job_id,
                       const std::string& chunk_id, std::string_view data_type,
                       const std::string& sha256) {
  return JobPrefix(user_id, job_id) + "records/" + chunk_id + "." + std::string(data_type) + "." +
         sha256 + ".ndjson.zst";
}

std::string DailyKey(const std::string& records_key) {
  constexpr std::string_view kFolder = "/records/";
  constexpr std::string_view kEnding = ".ndjson.zst";
  const std::size_t folder = records_key.find(kFolder);
  COLDPATH_CHECK(folder != std::string::npos && records_key.ends_with(kEnding));
  const std::size_t name = folder + kFolder.size();
  return records_key.substr(0, folder) + "/daily/" +
         records_key.substr(name, records_key.size() - name - kEnding.size()) + ".json";
}

std::string RawKey(const std::string& user_id, const std::string& job_id,
                   const std::string& chunk_id, int attempt, int page) {
  return JobPrefix(user_id, job_id) + "raw/" + chunk_id + ".a" + Padded(attempt, 2) + ".p" +
         Padded(page, 4) + ".zst";
}

std::string ManifestKey(const std::string& user_id, const std::string& job_id,
                        const std::string& execution) {
  return JobPrefix(user_id, job_id) + "manifests/" + execution + ".json";
}

}  // namespace coldpath::tasks
