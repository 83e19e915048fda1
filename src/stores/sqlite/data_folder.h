// The folder that holds everything a service keeps, checked and held by one process at a time.
#ifndef COLDPATH_STORES_SQLITE_DATA_FOLDER_H_
#define COLDPATH_STORES_SQLITE_DATA_FOLDER_H_

#include <string>

#include "base/result.h"

namespace coldpath::stores {

// What a failed system call (its errno) on the folder means, in words that a person can act on.
// Codes: store.full, store.read_only, store.io.
base::Error FolderError(int error_number, const std::string& folder, const std::string& doing);

// Held for as long as the object lives; the operating system lets go of it when the process dies,
// however it dies.
class DataFolderLock {
 public:
  // Makes the folder (mode 0700) if it is missing, proves by a small synced file that it can be
  // written, and takes the lock. Errors: those of FolderError, and store.in_use if another process
  // holds it.
  static base::Result<DataFolderLock> Take(const std::string& folder);
  ~DataFolderLock();
  DataFolderLock(DataFolderLock&& other) noexcept;
  DataFolderLock& operator=(DataFolderLock&& other) noexcept;

  const std::string& folder() const { return folder_; }

 private:
  DataFolderLock(std::string folder, int file) : folder_(std::move(folder)), file_(file) {}

  std::string folder_;
  int file_ = -1;
};

}  // namespace coldpath::stores

#endif  // COLDPATH_STORES_SQLITE_DATA_FOLDER_H_
