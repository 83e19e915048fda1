#include "stores/memory/memory_object_store.h"

namespace coldpath::stores {

base::Status MemoryObjectStore::Put(const std::string& key, std::string_view bytes) {
  COLDPATH_RETURN_IF_ERROR(tasks::ValidateKey(key));
  base::MutexLock lock(mutex_);
  objects_.insert_or_assign(key, std::string(bytes));
  return {};
}

base::Result<std::string> MemoryObjectStore::Get(const std::string& key) {
  COLDPATH_RETURN_IF_ERROR(tasks::ValidateKey(key));
  base::MutexLock lock(mutex_);
  const auto found = objects_.find(key);
  if (found == objects_.end()) return base::Fail("object.not_found", "there is no object " + key);
  return found->second;
}

base::Result<std::vector<std::string>> MemoryObjectStore::List(const std::string& prefix) {
  COLDPATH_RETURN_IF_ERROR(tasks::ValidatePrefix(prefix));
  base::MutexLock lock(mutex_);
  std::vector<std::string> keys;
  for (auto object = objects_.lower_bound(prefix);
       object != objects_.end() && object->first.starts_with(prefix); ++object) {
    keys.push_back(object->first);
  }
  return keys;
}

base::Status MemoryObjectStore::Delete(const std::string& key) {
  COLDPATH_RETURN_IF_ERROR(tasks::ValidateKey(key));
  base::MutexLock lock(mutex_);
  objects_.erase(key);
  return {};
}

base::Status MemoryObjectStore::DeletePrefix(const std::string& prefix) {
  COLDPATH_RETURN_IF_ERROR(tasks::ValidatePrefix(prefix));
  base::MutexLock lock(mutex_);
  auto object = objects_.lower_bound(prefix);
  while (object != objects_.end() && object->first.starts_with(prefix)) {
    object = objects_.erase(object);
  }
  return {};
}

}  // namespace coldpath::stores
