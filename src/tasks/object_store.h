// Port: artifacts (chunk arrays, raw payloads, record files, manifests) by key. Adapters: files,
// memory, S3.
#ifndef COLDPATH_TASKS_OBJECT_STORE_H_
#define COLDPATH_TASKS_OBJECT_STORE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace coldpath::tasks {

// Thread-safe; calls block. Keys are as ValidateKey has them (object.invalid_key). A put is atomic:
// a reader sees the old bytes or the new, never a part, also after a crash; it returns once the
// bytes would survive the loss of power. Errors: object.not_found, object.corrupt (the bytes do not
// match their checksum), store.io, store.full, store.read_only.
class ObjectStore {
 public:
  virtual ~ObjectStore() = default;
  virtual base::Status Put(const std::string& key, std::string_view bytes) = 0;
  virtual base::Result<std::string> Get(const std::string& key) = 0;
  // Keys that begin with `prefix`, in byte order.
  virtual base::Result<std::vector<std::string>> List(const std::string& prefix) = 0;
  // Succeeds if there is none.
  virtual base::Status Delete(const std::string& key) = 0;
  // Deletes every object whose key begins with `prefix`.
  virtual base::Status DeletePrefix(const std::string& prefix) = 0;
};

// 1 to 512 characters out of A-Z a-z 0-9 . _ - / in parts of 1 to 200 between the slashes, none of
// them "." or "..". Error: object.invalid_key.
base::Status ValidateKey(std::string_view key);
// A prefix is the beginning of a key, or empty: it may end anywhere, also with a slash.
base::Status ValidatePrefix(std::string_view prefix);

// Where things lie: the only place that spells keys. All of a person's objects begin with
// UserPrefix.
std::string UserPrefix(const std::string& user_id);  // "users/<SHA-256 of the id, 32 hex digits>/"
std::string JobPrefix(const std::string& user_id, const std::string& job_id);
std::string ChunkArrayKey(const std::string& user_id, const std::string& job_id,
                          const std::string& execution);
std::string FrozenListKey(const std::string& user_id, const std::string& job_id,
                          const std::string& execution);
std::string RecordsKey(const std::string& user_id, const std::string& job_id,
                       const std::string& chunk_id, std::string_view data_type,
                       const std::string& sha256);
// Of the summary of a record file's days, derived from the file's key: ".../records/<chunk>.<type>.
// <sha256>.ndjson.zst" gives ".../daily/<chunk>.<type>.<sha256>.json". REQUIRES: a RecordsKey.
std::string DailyKey(const std::string& records_key);
std::string RawKey(const std::string& user_id, const std::string& job_id,
                   const std::string& chunk_id, int attempt, int page);
std::string ManifestKey(const std::string& user_id, const std::string& job_id,
                        const std::string& execution);

}  // namespace coldpath::tasks

#endif  // COLDPATH_TASKS_OBJECT_STORE_H_
