#include "stores/sqlite/data_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

namespace coldpath::stores {
namespace {

// Large enough that a file system without free blocks refuses it.
constexpr std::size_t kProbeBytes = 64 * 1024;

base::Status MakeFolder(const std::string& folder) {
  std::error_code error;
  if (std::filesystem::is_directory(folder, error)) return {};
  if (std::filesystem::exists(folder, error)) {
    return base::Fail(FolderError(ENOTDIR, folder, "use"));
  }
  std::filesystem::create_directories(folder, error);
  if (error) return base::Fail(FolderError(error.value(), folder, "create"));
  // Health data: nobody else's business, whatever the umask.
  if (chmod(folder.c_str(), S_IRWXU) != 0) {
    return base::Fail(FolderError(errno, folder, "protect"));
  }
  return {};
}

base::Status ProveWritable(const std::string& folder) {
  const std::string path = folder + "/.write-probe";
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return base::Fail(FolderError(errno, folder, "write to"));
  const std::string bytes(kProbeBytes, '\0');
  errno = ENOSPC;  // what a short write means when nothing else is said
  const bool written =
      write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) &&
      fsync(file) == 0;
  const int error_number = errno;
  close(file);
  unlink(path.c_str());
  if (!written) return base::Fail(FolderError(error_number, folder, "write to"));
  return {};
}

}  // namespace

base::Error FolderError(int error_number, const std::string& folder, const std::string& doing) {
  const std::string what = "cannot " + doing + " the data folder " + folder + ": " +
                           std::generic_category().message(error_number);
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
      return {"store.full", what + "; free some disk space"};
    case EROFS:
    case EACCES:
    case EPERM:
      return {"store.read_only",
              what + "; make it writable for the user that runs the service, or choose another"};
    default:
      return {"store.io", what};
  }
}

base::Result<DataFolderLock> DataFolderLock::Take(const std::string& folder) {
  COLDPATH_RETURN_IF_ERROR(MakeFolder(folder));
  const std::string path = folder + "/lock";
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return base::Fail(FolderError(errno, folder, "write to"));
  DataFolderLock lock(folder, file);
  if (flock(file, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) {
      return base::Fail("store.in_use", "the data folder " + folder +
                                            " is in use by another process; stop that one, or "
                                            "choose another folder");
    }
    return base::Fail(FolderError(errno, folder, "lock"));
  }
  COLDPATH_RETURN_IF_ERROR(ProveWritable(folder));
  return lock;
}

DataFolderLock::~DataFolderLock() {
  if (file_ >= 0) close(file_);
}

DataFolderLock::DataFolderLock(DataFolderLock&& other) noexcept
    : folder_(std::move(other.folder_)), file_(std::exchange(other.file_, -1)) {}

DataFolderLock& DataFolderLock::operator=(DataFolderLock&& other) noexcept {
  std::swap(folder_, other.folder_);
  std::swap(file_, other.file_);
  return *this;
}

}  // namespace coldpath::stores
