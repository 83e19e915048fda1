#include "base/key_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace coldpath::base {
namespace {

constexpr std::size_t kMostBytes = 16 * 1024;

class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  ~File() {
    if (fd_ >= 0) close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd() const { return fd_; }

 private:
  const int fd_;
};

std::unexpected<Error> Unreadable(const std::string& path) {
  return Fail("config.unreadable", path + ": " + std::strerror(errno) + ".");
}

// Written aside and linked into place: nobody ever reads half a key, and the first one stays.
Status MakeKeyFile(const std::string& path) {
  std::string aside = path + ".XXXXXX";
  const File file(mkostemp(aside.data(), O_CLOEXEC));  // mode 0600
  if (file.fd() < 0) return Unreadable(path);
  const std::string pem = PrivateKeyPem(*GenerateEs256Key());
  const bool done = write(file.fd(), pem.data(), pem.size()) == static_cast<ssize_t>(pem.size()) &&
                    fsync(file.fd()) == 0 &&
                    (link(aside.c_str(), path.c_str()) == 0 || errno == EEXIST);
  const int reason = errno;
  unlink(aside.c_str());
  errno = reason;
  if (!done) return Unreadable(path);
  // Others will be bound to the key: it must not vanish with a power cut.
  const auto parent = std::filesystem::path(path).parent_path();
  const File folder(open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_CLOEXEC));
  if (folder.fd() < 0 || fsync(folder.fd()) != 0) return Unreadable(path);
  return {};
}

Result<std::string> ReadKeyFile(const std::string& path) {
  const File file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.fd() < 0) return Unreadable(path);
  std::string text;
  std::array<char, 4096> piece;
  for (ssize_t got; (got = read(file.fd(), piece.data(), piece.size())) != 0;) {
    if (got < 0) return Unreadable(path);
    text.append(piece.data(), static_cast<std::size_t>(got));
    if (text.size() > kMostBytes) return Fail("config.unreadable", path + " is no key: too large.");
  }
  return text;
}

}  // namespace

Result<SigningKeyPtr> LoadOrMakeEs256Key(const std::string& path) {
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
  if (!std::filesystem::exists(path, ignored)) COLDPATH_RETURN_IF_ERROR(MakeKeyFile(path));
  COLDPATH_ASSIGN_OR_RETURN(const std::string pem, ReadKeyFile(path));
  auto key = SigningKeyFromPem(pem);
  if (!key) return Fail(key.error().code, path + ": " + key.error().message);
  return key;
}

}  // namespace coldpath::base
