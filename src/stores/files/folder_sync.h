// Makes the entries of folders durable. Callers that ask for the same folder at the same time share
// one sync: while one is under way the others gather, and one of them syncs for all.
#ifndef COLDPATH_STORES_FILES_FOLDER_SYNC_H_
#define COLDPATH_STORES_FILES_FOLDER_SYNC_H_

#include <cstdint>
#include <map>
#include <string>

#include "base/mutex.h"
#include "base/result.h"
#include "stores/files/file_ops.h"

namespace coldpath::stores {

// Thread-safe.
class FolderSync {
 public:
  // `ops` must outlive it.
  explicit FolderSync(FileOps& ops) : ops_(ops) {}
  // Returns once all that was renamed into or removed from the folder before the call is durable.
  // False, with errno set, if the folder could not be synced.
  bool Sync(const std::string& folder);

 private:
  struct State {
    std::uint64_t asked = 0;
    std::uint64_t done = 0;  // the last request that a sync has covered
    bool running = false;
    int callers = 0;
  };

  bool SyncNow(const std::string& folder);

  FileOps& ops_;
  base::Mutex mutex_;
  base::CondVar changed_;
  std::map<std::string, State> states_ COLDPATH_GUARDED_BY(mutex_);
};

}  // namespace coldpath::stores

#endif  // COLDPATH_STORES_FILES_FOLDER_SYNC_H_
