// Port: connections, their sealed tokens and the lease under which one process refreshes them.
#ifndef COLDPATH_TASKS_CONNECTION_STORE_H_
#define COLDPATH_TASKS_CONNECTION_STORE_H_

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/connection.h"

namespace coldpath::tasks {

// An authorisation that a person has begun: what its callback needs. Used once.
struct PendingAuthorization {
  std::string state;  // random; the callback's only credential
  std::string user_id;
  std::string provider;
  std::string code_verifier;  // empty without PKCE
  std::string return_url;     // where the app wants the person's browser back; may be empty
  base::Instant expires;
};

// Thread-safe; calls block until durable. Errors: store.conflict, store.not_found, store.io,
// store.full.
class ConnectionStore {
 public:
  virtual ~ConnectionStore() = default;

  virtual base::Status PutPending(const PendingAuthorization& pending) = 0;
  // Returns it and forgets it, in one step: a second callback with the same state finds nothing
  // (store.not_found).
  virtual base::Result<PendingAuthorization> TakePending(const std::string& state) = 0;

  // version 0: creates, store.conflict if it exists. Else writes if the stored version is
  // connection.version. The result is the new version.
  virtual base::Result<std::int64_t> Put(const domain::Connection& connection) = 0;
  virtual base::Result<domain::Connection> Get(const std::string& user_id,
                                               const std::string& connection_id) = 0;
  virtual base::Result<std::vector<domain::Connection>> List(const std::string& user_id) = 0;
  // Connections of all users whose first_week_due or erasing is set: the sparse index that recovery
  // reads. (Of one that is erasing first_week_due is not kept.)
  virtual base::Result<std::vector<domain::Connection>> ListDue() = 0;
  virtual base::Status Delete(const std::string& user_id, const std::string& connection_id) = 0;
  virtual base::Status EraseUser(const std::string& user_id) = 0;
};

}  // namespace coldpath::tasks

#endif  // COLDPATH_TASKS_CONNECTION_STORE_H_
