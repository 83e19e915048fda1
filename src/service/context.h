// What every use case works with: the ports, and the installation's settings. Use cases are free
// functions over a Context; they hold no state, know no HTTP and may run on any thread at a time.
#ifndef COLDPATH_SERVICE_CONTEXT_H_
#define COLDPATH_SERVICE_CONTEXT_H_

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/executor.h"
#include "base/http.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/random.h"
#include "engine/workflow_engine.h"
#include "tasks/connection_store.h"
#include "tasks/delivery_queue.h"
#include "tasks/entitlements.h"
#include "tasks/job_store.h"
#include "tasks/key_vault.h"
#include "tasks/notifier.h"
#include "tasks/object_store.h"
#include "tasks/provider.h"
#include "tasks/push_registry.h"
#include "tasks/quota_ledger.h"

namespace coldpath::service {

struct Settings {
  // Where clients and browsers reach us, without a slash at the end. The OAuth redirect URI is this
  // plus kCallbackPath.
  std::string public_url = "http://127.0.0.1:8080";
  // Origins ("https://app.example.com") to which the person's browser may be sent back.
  std::vector<std::string> return_origins;
  bool allow_loopback_returns = false;  // development: any port of 127.0.0.1, [::1], localhost
  base::Duration authorization_lifetime = std::chrono::minutes(10);
  int default_concurrency = 10;
  int max_concurrency = 40;  // what a client may ask for
  double quota_scale = 1;    // as the task handlers use it
  // Whether a device's address that a client names is one that may be called (error: push.refused);
  // empty: whoever takes it (PushRegistry) looks for itself.
  std::function<base::Status(tasks::PushKind kind, const std::string& address)> check_push_address;
};

inline constexpr std::string_view kCallbackPath = "/v1/oauth/callback";

// References: the owner (app/) outlives every use case.
struct Context {
  const base::Clock& clock;
  base::Random&
      random;  // cryptographically strong in production: states and verifiers come from it
  base::Executor& executor;
  base::HttpClient& http;
  base::Metrics& metrics;
  base::Log& log;
  engine::WorkflowEngine& engine;
  tasks::JobStore& jobs;
  tasks::ConnectionStore& connections;
  tasks::ObjectStore& objects;
  tasks::QuotaLedger& quota;
  tasks::Entitlements& entitlements;
  tasks::InboxStore& inbox;
  tasks::PushRegistry& push;
  tasks::KeyVault& vault;
  const tasks::ProviderRegistry& providers;
  Settings settings;
  // Null where nothing waits to be sent (AWS: SNS delivers at once).
  tasks::DeliveryQueue* deliveries = nullptr;
};

}  // namespace coldpath::service

#endif  // COLDPATH_SERVICE_CONTEXT_H_
