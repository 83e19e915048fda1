#include "stores/files/file_key_vault.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/crypto.h"

namespace coldpath::stores {
namespace {

constexpr std::size_t kKeySize = 32;

std::unexpected<base::Error> Unavailable(const std::string& file, const std::string& reason) {
  return base::Fail("vault.unavailable", "key file " + file + ": " + reason);
}

bool SyncPath(const std::string& path, int flags) {
  const int file = ::open(path.c_str(), flags | O_CLOEXEC);
  if (file < 0) return false;
  const bool synced = ::fsync(file) == 0;
  ::close(file);
  return synced;
}

// A key must never be replaced, or everything sealed with it is lost: it is linked into place,
// which fails if another process was first.
base::Status MakeKey(const std::string& path, base::Random& random) {
  const std::string temporary = path + "." + base::HexEncode(random.NextBytes(8)) + ".new";
  const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return Unavailable(path, std::strerror(errno));
  const std::string key = random.NextBytes(kKeySize);
  const bool written = ::write(file, key.data(), key.size()) == static_cast<ssize_t>(key.size()) &&
                       ::fsync(file) == 0;
  int error = written ? 0 : errno;
  ::close(file);
  if (written && ::link(temporary.c_str(), path.c_str()) != 0 && errno != EEXIST) error = errno;
  ::unlink(temporary.c_str());
  if (error != 0) return Unavailable(path, std::strerror(error));
  const std::string folder = std::filesystem::path(path).parent_path().string();
  if (!SyncPath(folder.empty() ? "." : folder, O_RDONLY | O_DIRECTORY)) {
    return Unavailable(path, "its folder cannot be synced");
  }
  return {};
}

base::Result<std::string> ReadKey(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return Unavailable(path, std::strerror(errno));
  struct stat info{};
  std::string key(kKeySize + 1, '\0');
  const bool known = ::fstat(file, &info) == 0;
  const ssize_t size = known ? ::read(file, key.data(), key.size()) : -1;
  const int error = errno;
  ::close(file);
  if (size < 0) return Unavailable(path, std::strerror(error));
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return base::Fail("vault.insecure_key_file",
                      "key file " + path + " is open to other users: run chmod 600 " + path +
                          ", and connect the providers anew if somebody may have read it");
  }
  if (size != static_cast<ssize_t>(kKeySize)) {
    return Unavailable(path, "it does not hold 32 bytes; restore it from a backup");
  }
  key.resize(kKeySize);
  return key;
}

}  // namespace

base::Result<std::unique_ptr<FileKeyVault>> FileKeyVault::Open(const std::string& key_file,
                                                               base::Random& random) {
  if (::access(key_file.c_str(), F_OK) != 0 && errno == ENOENT) {
    COLDPATH_RETURN_IF_ERROR(MakeKey(key_file, random));
  }
  COLDPATH_ASSIGN_OR_RETURN(std::string key, ReadKey(key_file));
  return std::unique_ptr<FileKeyVault>(new FileKeyVault(std::move(key), random));
}

base::Result<std::string> FileKeyVault::Seal(std::string_view plain, std::string_view context) {
  return base::SealAes256Gcm(key_, plain, context, random_);
}

base::Result<std::string> FileKeyVault::Open(std::string_view sealed, std::string_view context) {
  base::Result<std::string> plain = base::OpenAes256Gcm(key_, sealed, context);
  if (plain) return plain;
  return base::Fail("vault.not_authentic",
                    "a sealed secret cannot be opened: it was sealed with another key or for "
                    "another connection, or it was damaged");
}

}  // namespace coldpath::stores
