// ObjectStore on files: the object of key "a/b" is the file <folder>/a/b.
//
// ON DISK a file is the object's bytes and a trailer of 48 bytes:
//   0x5c 0x2a 0x4d 0x18   magic of a zstd skippable frame (RFC 8878, section 3.1.2)
//   40 as uint32          size of what follows; numbers are little-endian
//   length as uint64      of the object's bytes
//   SHA-256 (32 bytes)    of the object's bytes
// so that zstd reads a compressed object's file as it lies there and skips the trailer. A checksum
// in a file of its own could not be replaced together with the object.
//
// A put writes to <folder>/~tmp, syncs, renames, and syncs the folders that got a new entry. "~" is
// no key's character, so that temporary files cannot be mistaken for objects. What a crash left in
// ~tmp is removed on opening.
#ifndef COLDPATH_STORES_FILES_FILE_OBJECT_STORE_H_
#define COLDPATH_STORES_FILES_FILE_OBJECT_STORE_H_

#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "stores/files/file_ops.h"
#include "stores/files/folder_sync.h"
#include "tasks/object_store.h"

namespace coldpath::stores {

class FileObjectStore final : public tasks::ObjectStore {
 public:
  // Makes the folder if it is missing. The folder must be held by this process alone
  // (DataFolderLock); `ops` must outlive the store. Errors: store.full, store.read_only, store.io.
  static base::Result<std::unique_ptr<FileObjectStore>> Open(const std::string& folder,
                                                             FileOps& ops = SystemFileOps());

  // A key that continues another object's key with "/" is refused (object.invalid_key): a file
  // cannot be a folder too.
  base::Status Put(const std::string& key, std::string_view bytes) override;
  base::Result<std::string> Get(const std::string& key) override;
  base::Result<std::vector<std::string>> List(const std::string& prefix) override;
  base::Status Delete(const std::string& key) override;
  // Folders that become empty go too.
  base::Status DeletePrefix(const std::string& prefix) override;

 private:
  FileObjectStore(std::string folder, FileOps& ops);

  std::string PathOf(std::string_view key) const { return folder_ + "/" + std::string(key); }
  base::Status WriteTemporary(const std::string& path, std::string_view bytes);
  // Makes the folder of `key` and those above it, durably.
  base::Status MakeFolders(const std::string& key);
  base::Status MoveIntoPlace(const std::string& temporary, const std::string& key);
  void RemoveEmptyFolders(const std::set<std::string>& folders);

  const std::string folder_;
  FileOps& ops_;
  FolderSync folder_sync_;
  std::atomic<std::uint64_t> temporaries_ = 0;

  base::Mutex mutex_;
  // Folders, relative, that are known to survive the loss of power.
  std::set<std::string, std::less<>> durable_folders_ COLDPATH_GUARDED_BY(mutex_);
};

}  // namespace coldpath::stores

#endif  // COLDPATH_STORES_FILES_FILE_OBJECT_STORE_H_
