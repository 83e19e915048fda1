#include "stores/files/file_object_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <utility>

#include "base/crypto.h"
#include "stores/sqlite/data_folder.h"

namespace coldpath::stores {
namespace {

namespace fs = std::filesystem;

using base::Result;
using base::Status;

constexpr std::string_view kTrailerStart{"\x5c\x2a\x4d\x18\x28\x00\x00\x00", 8};
constexpr std::size_t kTrailerSize = 48;
constexpr const char* kTemporaryFolder = "~tmp";
// Beyond this the memory of durable folders is dropped; they are synced once more.
constexpr std::size_t kMostDurableFolders = 65'536;
// Times that a put makes its folder anew when a deletion takes it away.
constexpr int kMoveTries = 8;

std::string Trailer(std::string_view bytes) {
  std::string trailer(kTrailerStart);
  for (int byte = 0; byte < 8; ++byte) {
    trailer.push_back(static_cast<char>((std::uint64_t{bytes.size()} >> (8 * byte)) & 0xff));
  }
  return trailer + base::Sha256(bytes);
}

// A descriptor that closes itself.
class File {
 public:
  explicit File(int file) : file_(file) {}
  ~File() {
    if (file_ >= 0) ::close(file_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int get() const { return file_; }

 private:
  int file_;
};

bool WriteAll(FileOps& ops, int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ops.Write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

bool ReadAll(int file, std::string& bytes) {
  struct stat info{};
  if (::fstat(file, &info) != 0) return false;
  bytes.resize(static_cast<std::size_t>(info.st_size));
  std::size_t have = 0;
  while (have < bytes.size()) {
    const ssize_t got = ::read(file, bytes.data() + have, bytes.size() - have);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return false;
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  bytes.resize(have);
  return true;
}

std::string FolderOf(std::string_view key) {
  const std::size_t slash = key.rfind('/');
  return std::string(key.substr(0, slash == std::string_view::npos ? 0 : slash));
}

}  // namespace

FileObjectStore::FileObjectStore(std::string folder, FileOps& ops)
    : folder_(std::move(folder)), ops_(ops), folder_sync_(ops) {}

Result<std::unique_ptr<FileObjectStore>> FileObjectStore::Open(const std::string& folder,
                                                               FileOps& ops) {
  const std::string temporaries = folder + "/" + kTemporaryFolder;
  for (const std::string& path : {folder, temporaries}) {
    if (ops.MakeFolder(path.c_str(), 0700) != 0 && errno != EEXIST) {
      return base::Fail(FolderError(errno, path, "making the folder"));
    }
  }
  std::error_code error;
  for (auto left = fs::directory_iterator(temporaries, error);
       !error && left != fs::directory_iterator(); left.increment(error)) {
    if (ops.Remove(left->path().c_str()) != 0 && errno != ENOENT) {
      return base::Fail(FolderError(errno, temporaries, "removing what a crash left"));
    }
  }
  if (error) return base::Fail(FolderError(error.value(), temporaries, "reading the folder"));
  return std::unique_ptr<FileObjectStore>(new FileObjectStore(folder, ops));
}

Status FileObjectStore::WriteTemporary(const std::string& path, std::string_view bytes) {
  const File file(ops_.Open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL, 0600));
  if (file.get() < 0) return base::Fail(FolderError(errno, folder_, "making a file"));
  if (!WriteAll(ops_, file.get(), bytes) || !WriteAll(ops_, file.get(), Trailer(bytes)) ||
      ops_.Sync(file.get()) != 0) {
    base::Error error = FolderError(errno, folder_, "writing an object");
    (void)ops_.Remove(path.c_str());
    return base::Fail(std::move(error));
  }
  return {};
}

Status FileObjectStore::MakeFolders(const std::string& key) {
  for (std::size_t slash = key.find('/'); slash != std::string::npos;
       slash = key.find('/', slash + 1)) {
    const std::string_view part = std::string_view(key).substr(0, slash);
    {
      base::MutexLock lock(mutex_);
      if (durable_folders_.contains(part)) continue;
    }
    const std::string path = PathOf(part);
    if (ops_.MakeFolder(path.c_str(), 0700) != 0 && errno != EEXIST) {
      if (errno == ENOENT) return {};  // deleted from under us: the caller sees it and comes back
      return base::Fail(FolderError(errno, path, "making the folder"));
    }
    // Also if it existed: whoever made it may not have come to the sync.
    const std::string parent = part.contains('/') ? PathOf(FolderOf(part)) : folder_;
    if (!folder_sync_.Sync(parent)) {
      if (errno == ENOENT) return {};
      return base::Fail(FolderError(errno, parent, "syncing the folder"));
    }
    base::MutexLock lock(mutex_);
    if (durable_folders_.size() >= kMostDurableFolders) durable_folders_.clear();
    durable_folders_.emplace(part);
  }
  return {};
}

Status FileObjectStore::MoveIntoPlace(const std::string& temporary, const std::string& key) {
  const std::string path = PathOf(key);
  const std::string parent = FolderOf(key).empty() ? folder_ : PathOf(FolderOf(key));
  for (int tries = 1;; ++tries) {
    COLDPATH_RETURN_IF_ERROR(MakeFolders(key));
    if (ops_.Rename(temporary.c_str(), path.c_str()) == 0) break;
    if (errno == EISDIR || errno == ENOTDIR || errno == EEXIST || errno == ENOTEMPTY) {
      return base::Fail("object.invalid_key",
                        "object " + key + " lies above or below another object's key");
    }
    if (errno != ENOENT || tries == kMoveTries) {
      return base::Fail(FolderError(errno, parent, "renaming an object's file"));
    }
    // A deletion took the folder away: it is made anew.
    base::MutexLock lock(mutex_);
    durable_folders_.clear();
  }
  if (!folder_sync_.Sync(parent)) {
    return base::Fail(FolderError(errno, parent, "syncing the folder"));
  }
  return {};
}

Status FileObjectStore::Put(const std::string& key, std::string_view bytes) {
  COLDPATH_RETURN_IF_ERROR(tasks::ValidateKey(key));
  const std::string temporary =
      PathOf(kTemporaryFolder) + "/" + std::to_string(temporaries_.fetch_add(1));
  COLDPATH_RETURN_IF_ERROR(WriteTemporary(temporary, bytes));
  Status moved = MoveIntoPlace(temporary, key);
  if (!moved) (void)ops_.Remove(temporary.c_str());
  return moved;
}

Result<std::string> FileObjectStore::Get(const std::string& key) {
  COLDPATH_RETURN_IF_ERROR(tasks::ValidateKey(key));
  const File file(ops_.Open(PathOf(key).c_str(), O_RDONLY, 0));
  std::string bytes;
  if (file.get() < 0 || !ReadAll(file.get(), bytes)) {
    if (errno == ENOENT || errno == ENOTDIR || errno == EISDIR) {
      return base::Fail("object.not_found", "there is no object " + key);
    }
    return base::Fail(FolderError(errno, PathOf(key), "reading an object"));
  }
  const std::size_t size = bytes.size() - std::min(bytes.size(), kTrailerSize);
  const std::string_view view = bytes;
  if (bytes.size() < kTrailerSize || view.substr(size) != Trailer(view.substr(0, size))) {
    return base::Fail("object.corrupt", "object " + key +
                                            " does not match its checksum: the disk damaged it, or "
                                            "somebody changed the file; restore it from a backup");
  }
  bytes.resize(size);
  return bytes;
}

Result<std::vector<std::string>> FileObjectStore::List(const std::string& prefix) {
  COLDPATH_RETURN_IF_ERROR(tasks::ValidatePrefix(prefix));
  const std::string start = FolderOf(prefix);
  std::vector<std::string> keys;
  std::vector<std::string> folders{start};
  while (!folders.empty()) {
    const std::string folder = std::move(folders.back());
    folders.pop_back();
    std::error_code error;
    for (auto entry = fs::directory_iterator(folder.empty() ? folder_ : PathOf(folder), error);
         !error && entry != fs::directory_iterator(); entry.increment(error)) {
      const std::string name = entry->path().filename().string();
      const std::string key = folder.empty() ? name : folder + "/" + name;
      std::error_code gone;
      const bool is_folder = entry->is_directory(gone);
      const std::string_view compared =
          std::string_view(prefix).substr(0, std::min(prefix.size(), key.size()));
      if (key == kTemporaryFolder || !key.starts_with(compared)) continue;
      if (is_folder) {
        folders.push_back(key);
      } else if (key.starts_with(prefix)) {
        keys.push_back(key);
      }
    }
    const bool missing = error == std::errc::no_such_file_or_directory ||
                         error == std::errc::not_a_directory;  // deleted meanwhile, or never there
    if (error && !missing) {
      return base::Fail(FolderError(error.value(), PathOf(folder), "reading the folder"));
    }
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

Status FileObjectStore::Delete(const std::string& key) {
  COLDPATH_RETURN_IF_ERROR(tasks::ValidateKey(key));
  if (ops_.Remove(PathOf(key).c_str()) != 0) {
    if (errno == ENOENT || errno == ENOTDIR || errno == EISDIR) return {};
    return base::Fail(FolderError(errno, PathOf(key), "removing an object"));
  }
  const std::string parent = FolderOf(key).empty() ? folder_ : PathOf(FolderOf(key));
  if (!folder_sync_.Sync(parent) && errno != ENOENT) {
    return base::Fail(FolderError(errno, parent, "syncing the folder"));
  }
  return {};
}

Status FileObjectStore::DeletePrefix(const std::string& prefix) {
  COLDPATH_ASSIGN_OR_RETURN(const std::vector<std::string> keys, List(prefix));
  std::set<std::string> folders;
  for (const std::string& key : keys) {
    if (ops_.Remove(PathOf(key).c_str()) != 0 && errno != ENOENT) {
      return base::Fail(FolderError(errno, PathOf(key), "removing an object"));
    }
    folders.insert(FolderOf(key));
  }
  for (const std::string& folder : folders) {
    const std::string path = folder.empty() ? folder_ : PathOf(folder);
    if (!folder_sync_.Sync(path) && errno != ENOENT) {
      return base::Fail(FolderError(errno, path, "syncing the folder"));
    }
  }
  RemoveEmptyFolders(folders);
  return {};
}

void FileObjectStore::RemoveEmptyFolders(const std::set<std::string>& folders) {
  for (std::string folder : folders) {
    // rmdir refuses a folder that holds anything, so that no object can be lost here.
    while (!folder.empty() && ::rmdir(PathOf(folder).c_str()) == 0) folder = FolderOf(folder);
  }
  base::MutexLock lock(mutex_);
  durable_folders_.clear();
}

}  // namespace coldpath::stores
