// Access tokens of connections, refreshed when they are about to expire or were rejected.
//
// A refresh is single-flight: within the process by a list of those who wait, across processes by a
// lease in the connection's row (30 s; whoever finds another's lease looks again until it is over).
// The new pair is stored before anybody uses it: providers that rotate refresh tokens accept the
// old one only once. invalid_grant ends in needs_reauth, not in retries.
#ifndef COLDPATH_TASKS_ACCESS_TOKENS_H_
#define COLDPATH_TASKS_ACCESS_TOKENS_H_

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/executor.h"
#include "base/http.h"
#include "base/mutex.h"
#include "tasks/task_ports.h"

namespace coldpath::tasks {

// Thread-safe. Must outlive every exchange that it began.
class AccessTokens {
 public:
  // The access token; or NeedsReauth, Transient, RateLimited, Interrupted (our own store failed).
  using Answer = std::variant<std::string, domain::Failure>;
  using Done = std::move_only_function<void(Answer)>;

  // `owner` names this process in leases: unique among those that share the store.
  AccessTokens(TaskPorts ports, base::HttpClient& http, base::Executor& executor,
               std::string owner);

  // `rejected`: an access token that the provider did not accept, so that it is not given again.
  // `done` may be called within this call, or later on any thread.
  void Get(const std::string& user_id, const std::string& connection_id,
           const std::optional<std::string>& rejected, Done done);

 private:
  struct Flight {
    std::string user_id;
    std::string connection_id;
    std::string stale;  // the access token to be replaced
  };

  struct Known {
    domain::Connection connection;
    domain::TokenPair tokens;
  };
  std::variant<Known, domain::Failure> Read(const std::string& user_id,
                                            const std::string& connection_id);
  void Refresh(const Flight& flight);
  void Receive(const Flight& flight, const Provider& provider, const domain::TokenPair& sent,
               base::Result<base::HttpResponse> response);
  void Store(const Flight& flight, const TokenGrant& grant, int tries);
  // The token to use from now on.
  base::Result<std::string> StoreOnce(const Flight& flight, const TokenGrant& grant);
  void GiveUp(const Flight& flight, const domain::Failure& failure);
  void Deliver(const std::string& connection_id, const Answer& answer);
  void LookAgain(const Flight& flight, base::Duration after);

  const TaskPorts ports_;
  base::HttpClient& http_;
  base::Executor& executor_;
  const std::string owner_;
  base::Mutex mutex_;
  std::map<std::string, std::vector<Done>> waiting_ COLDPATH_GUARDED_BY(mutex_);
};

// The sealed form of a token pair, and back.
base::Result<std::string> SealTokens(KeyVault& vault, const std::string& connection_id,
                                     const domain::TokenPair& tokens);
base::Result<domain::TokenPair> OpenTokens(KeyVault& vault, const domain::Connection& connection);

}  // namespace coldpath::tasks

#endif  // COLDPATH_TASKS_ACCESS_TOKENS_H_
