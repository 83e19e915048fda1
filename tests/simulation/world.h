// A whole service in simulated time: the core as production wires it, with a virtual clock, a
// network of function calls that leads to the sandbox, and stores that survive the death of the
// process. One thread, one seed; the same seed gives the same run.
#ifndef COLDPATH_TESTS_SIMULATION_WORLD_H_
#define COLDPATH_TESTS_SIMULATION_WORLD_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/core.h"
#include "notifications/deliverer.h"
#include "notifications/inbox_notifier.h"
#include "notifications/push_channel.h"
#include "notifications/push_notifier.h"
#include "sandbox/sandbox.h"
#include "sim/sim_network.h"
#include "simulation/memory_key_vault.h"
#include "simulation/mortal_stores.h"
#include "stores/memory/memory_journal.h"
#include "stores/memory/memory_object_store.h"
#include "stores/sqlite/coldpath_db.h"
#include "stores/sqlite/sqlite_connection_store.h"
#include "stores/sqlite/sqlite_delivery_queue.h"
#include "stores/sqlite/sqlite_entitlements.h"
#include "stores/sqlite/sqlite_event_sink.h"
#include "stores/sqlite/sqlite_inbox_store.h"
#include "stores/sqlite/sqlite_job_store.h"
#include "stores/sqlite/sqlite_push_registry.h"
#include "stores/sqlite/sqlite_quota_ledger.h"

namespace coldpath::simulation {

// The sandbox's present is fixed, so that runs compare however long they take.
inline constexpr const char* kToday = "2026-05-01";
sandbox::SandboxOptions UsualSandbox();

struct WorldOptions {
  std::uint64_t seed = 1;
  sandbox::SandboxOptions sandbox = UsualSandbox();
  // Of the provider's limits and of what we believe they are.
  double quota_scale = 1;
};

// Everything from the 1st of May `years` before kToday on; no types: all that the provider offers.
struct Wish {
  int years = 10;
  std::vector<domain::DataType> types = {};
};

// What must be byte-identical, however often a job was disturbed.
struct Import {
  std::map<std::string, std::string> records;  // key below the job's prefix -> bytes
  std::string content;                         // of the manifest

  friend bool operator==(const Import&, const Import&) = default;
};

struct ProviderCall {
  std::string provider;
  std::string account;
  std::string route;  // the stream; empty for OAuth
  std::string url;
  int status = 0;
};

// A push service that takes everything, and remembers what each person's device would show.
class FakePushService final : public notifications::PushSender {
 public:
  explicit FakePushService(sim::SimExecutor& executor) : executor_(executor) {}
  void Send(const tasks::PushSubscription& subscription, const notifications::PushMessage& message,
            Done done) override;
  // By user and collapse key: job and code.
  std::map<std::pair<std::string, std::string>, std::pair<std::string, std::string>> shown;

 private:
  sim::SimExecutor& executor_;
};

// Fails the test (and goes on) where something that cannot fail does.
class World {
 public:
  explicit World(const WorldOptions& options);
  ~World();

  // A person with Pro, and a connection whose first week has been imported.
  std::string Connect(const std::string& user, const std::string& provider,
                      const std::string& account);
  // The job's id. This and what follows asks again, under the same key, until a process lives long
  // enough to answer.
  std::string StartSync(const std::string& user, const std::string& connection, const Wish& wish);
  void Retry(const std::string& user, const std::string& job);
  void Resume(const std::string& user, const std::string& job);
  void Pause(const std::string& user, const std::string& job);
  void Cancel(const std::string& user, const std::string& job);
  void SetPro(const std::string& user, bool pro);
  // What the billing system's webhook does.
  void StateEntitlement(const std::string& user, bool pro);

  // The process dies: what runs and what is not durable is gone, and so are its connections. A new
  // one starts after a while.
  void Crash();
  // Crashes `count` times from now on, every `mean_steps` steps of the simulation or so; half of
  // them inside a step, between two writes.
  void CrashSometimes(int count, std::int64_t mean_steps);
  // Crashes once: before the service's write number `writes` from now on (0: the next one).
  void CrashBeforeWrite(std::int64_t writes) { life_.DieBeforeWrite(writes); }
  // Crashes once, between two steps.
  void CrashAfterSteps(std::int64_t steps);

  void Step();
  // False if `limit` of simulated time passes before the condition holds. It is looked at now and
  // then.
  bool RunUntil(const std::function<bool()>& condition, base::Duration limit);
  // Until no execution of the job is under way, and what it had to say has been said.
  bool RunToEnd(const std::string& user, const std::string& job);
  void RunFor(base::Duration span);

  domain::Job Job(const std::string& user, const std::string& job);
  std::vector<domain::Chunk> Chunks(const std::string& job);
  Import ReadImport(const std::string& user, const std::string& job);
  // "N-04" and so on, sorted, of one job.
  std::vector<std::string> Notifications(const std::string& user, const std::string& job);
  // What the person's phone shows of one job: those with the same key replace each other there.
  std::vector<std::string> Pushes(const std::string& user, const std::string& job) const;
  // How often HistoricalSyncCompleted was published for a job.
  int CompletedEvents(const std::string& job);
  // What the sandbox was asked after call number `since`.
  std::vector<ProviderCall> Calls(std::int64_t since = 0);
  std::int64_t last_call();
  // One of the sandbox's own controls, as sandbox/admin.h has them.
  void Admin(const std::string& method, const std::string& path, const base::Json& body);

  // Of everything that was logged and asked, with its times, in order.
  std::string TraceDigest() const;

  const service::Context& context() const { return core_->context(); }
  base::Instant Now() const { return executor_.Now(); }
  std::int64_t steps() const { return steps_; }
  // Of jobs, objects, the inbox and events.
  std::int64_t writes() const { return life_.writes(); }
  int crashes() const { return crashes_; }
  // The chunks that a worker held at each crash, one after the other.
  const std::vector<std::string>& chunks_hit() const { return chunks_hit_; }

 private:
  void Boot();
  void PlanNextCrash();
  // Does it until a process has lived to the end of it, each time as the same request.
  void Insist(const std::function<base::Status()>& request);
  bool Ended(const std::string& user, const std::string& job);

  const WorldOptions options_;
  sim::SimExecutor executor_;
  base::SeededRandom random_;
  base::SeededRandom fate_;  // of crashes: what the service draws does not depend on them
  std::vector<std::string> trace_;
  base::Log log_;
  base::NoMetrics metrics_;
  sandbox::Sandbox sandbox_;
  sim::SimHttpClient network_;

  stores::MemoryJournal journal_;
  std::unique_ptr<stores::ColdpathDb> db_;
  stores::SqliteJobStore jobs_;
  stores::SqliteConnectionStore connections_;
  stores::SqliteQuotaLedger quota_;
  stores::SqliteEntitlements entitlements_;
  stores::SqliteInboxStore inbox_;
  stores::SqliteEventSink events_;
  stores::SqliteDeliveryQueue deliveries_;
  stores::MemoryObjectStore objects_;
  MemoryKeyVault vault_;
  stores::SqlitePushRegistry push_registry_;
  FakePushService push_service_;

  Lifeline life_;
  MortalJobStore mortal_jobs_;
  MortalObjectStore mortal_objects_;
  MortalInboxStore mortal_inbox_;
  MortalEventPublisher mortal_events_;
  MortalDeliveryQueue mortal_deliveries_;
  notifications::InboxNotifier inbox_notifier_;
  notifications::PushNotifier notifier_;
  notifications::PushChannel push_channel_;
  std::unique_ptr<notifications::Deliverer> deliverer_;
  tasks::ProviderRegistry providers_;
  std::unique_ptr<app::Core> core_;

  std::int64_t steps_ = 0;
  int crashes_ = 0;
  int crashes_left_ = 0;
  std::int64_t mean_steps_ = 0;
  bool within_steps_ = true;
  std::optional<std::int64_t> crash_step_;
  std::vector<std::string> chunks_hit_;
};

// Of the whole run: COLDPATH_SIM_SEED, or 1.
std::uint64_t Seed();

}  // namespace coldpath::simulation

#endif  // COLDPATH_TESTS_SIMULATION_WORLD_H_
