// Everything of the service that does not touch the machine: engine, handlers, workers, use cases
// and their upkeep. `Service` gives it SQLite, files, sockets and threads; the simulation gives it
// a virtual clock and a network of function calls.
#ifndef COLDPATH_APP_CORE_H_
#define COLDPATH_APP_CORE_H_

#include <chrono>
#include <memory>
#include <string>

#include "engine/embedded_engine.h"
#include "service/context.h"
#include "service/repeat.h"
#include "tasks/chunk_worker.h"
#include "tasks/embedded_task_invoker.h"
#include "tasks/object_item_source.h"

namespace coldpath::app {

// What outlives the core.
struct CorePorts {
  const base::Clock& clock;
  base::Random& random;
  base::Executor& executor;
  base::HttpClient& http;
  base::Metrics& metrics;
  base::Log& log;
  engine::Journal& journal;
  tasks::JobStore& jobs;
  tasks::ConnectionStore& connections;
  tasks::ObjectStore& objects;
  tasks::QuotaLedger& quota;
  tasks::Entitlements& entitlements;
  tasks::InboxStore& inbox;
  tasks::PushRegistry& push;
  tasks::DeliveryQueue& deliveries;
  tasks::Notifier& notifier;
  tasks::EventPublisher& events;
  tasks::KeyVault& vault;
  const tasks::ProviderRegistry& providers;
};

struct CoreSettings {
  std::string definition;  // of the state machine, before substitution
  // Where errors say that it came from.
  std::string definition_name = "historical_sync.asl.json";
  std::string process_name =
      "coldpath";  // unique among those that share the stores: names its leases
  tasks::TaskSettings tasks;
  service::Settings service;
  int chunk_workers = 256;
  base::Duration recovery_interval = std::chrono::minutes(1);
  base::Duration outbox_interval = std::chrono::seconds(1);
};

class Core {
 public:
  // Error: asl.invalid_definition, naming the file, the place in it and the reason.
  static base::Result<std::unique_ptr<Core>> Make(CorePorts ports, CoreSettings settings);
  ~Core();

  // Takes up what a crash left: unfinished executions, jobs never launched or never settled, events
  // never published; and keeps an eye on them. Error: engine.unavailable.
  base::Status Start();
  // Workers end after their page, no new work begins; returns once all that happened is durable.
  // The executor must have stopped before the core is destroyed.
  void Shutdown();
  // Stops as the death of the process would: for simulations of a crash.
  void Abandon();

  const service::Context& context() const { return *context_; }
  engine::EmbeddedEngine& engine() { return *engine_; }

 private:
  // The worker reports to the engine, and the engine invokes the worker: this ties the knot.
  class LateCallback;

  Core(CorePorts ports, CoreSettings settings);
  base::Status MakeEngine();
  base::Status Settle(const engine::ExecutionEnd& end);

  const CorePorts ports_;
  const CoreSettings settings_;
  tasks::TaskHandlers handlers_;
  tasks::AccessTokens tokens_;
  std::unique_ptr<LateCallback> callback_;
  std::unique_ptr<tasks::ChunkWorker> worker_;
  std::unique_ptr<tasks::EmbeddedTaskInvoker> invoker_;
  tasks::ObjectItemSource items_;
  std::unique_ptr<engine::EmbeddedEngine> engine_;
  std::unique_ptr<service::Context> context_;
  std::unique_ptr<service::Repeat> recovery_;
  std::unique_ptr<service::Repeat> outbox_;
};

}  // namespace coldpath::app

#endif  // COLDPATH_APP_CORE_H_
