// ObjectStore in memory: for tests and simulation, where it is the disk that survives a crash of
// the service.
#ifndef COLDPATH_STORES_MEMORY_MEMORY_OBJECT_STORE_H_
#define COLDPATH_STORES_MEMORY_MEMORY_OBJECT_STORE_H_

#include <map>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "tasks/object_store.h"

namespace coldpath::stores {

class MemoryObjectStore final : public tasks::ObjectStore {
 public:
  base::Status Put(const std::string& key, std::string_view bytes) override;
  base::Result<std::string> Get(const std::string& key) override;
  base::Result<std::vector<std::string>> List(const std::string& prefix) override;
  base::Status Delete(const std::string& key) override;
  base::Status DeletePrefix(const std::string& prefix) override;

 private:
  base::Mutex mutex_;
  std::map<std::string, std::string> objects_ COLDPATH_GUARDED_BY(mutex_);
};

}  // namespace coldpath::stores

#endif  // COLDPATH_STORES_MEMORY_MEMORY_OBJECT_STORE_H_
