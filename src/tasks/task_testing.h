// What the tests of the tasks share: a provider with its server, the stores in memory, simulated
// time, and the real definition under the embedded engine.
#ifndef COLDPATH_TASKS_TASK_TESTING_H_
#define COLDPATH_TASKS_TASK_TESTING_H_

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "engine/embedded_engine.h"
#include "sim/sim_executor.h"
#include "stores/memory/memory_journal.h"
#include "stores/memory/memory_object_store.h"
#include "stores/sqlite/coldpath_db.h"
#include "stores/sqlite/sqlite_connection_store.h"
#include "stores/sqlite/sqlite_entitlements.h"
#include "stores/sqlite/sqlite_job_store.h"
#include "stores/sqlite/sqlite_quota_ledger.h"
#include "tasks/embedded_task_invoker.h"
#include "tasks/job_update.h"
#include "tasks/object_item_source.h"

namespace coldpath::tasks {

// A provider whose pages are {"records": [{"type", "day", "value"}], "next", "invalid":
// [{"type", "where"}]}.
class FakeProvider final : public Provider {
 public:
  FakeProvider();
  const planner::ProviderInfo& info() const override { return info_; }
  planner::ProviderInfo& info() { return info_; }
  base::HttpRequest NextRequest(const std::string& stream,
                                const FetchPosition& position) const override;
  PageOrFailure ReadPage(const std::string& stream, const FetchPosition& position,
                         const base::HttpResponse& response, base::Instant now) const override;
  bool uses_pkce() const override { return false; }
  std::string AuthorizeUrl(const std::string&, const std::string&,
                           const std::string&) const override {
    return "https://acme.test/authorize";
  }
  base::HttpRequest TokenRequest(const std::string&, const std::string&,
                                 const std::string&) const override {
    return {};
  }
  base::HttpRequest RefreshRequest(const domain::TokenPair& tokens) const override;
  std::variant<TokenGrant, domain::Failure> ReadTokens(const base::HttpResponse& response,
                                                       const domain::TokenPair& previous,
                                                       base::Instant now) const override;
  base::HttpRequest IdentityRequest() const override { return {}; }
  std::variant<std::string, domain::Failure> ReadIdentity(const base::HttpResponse&,
                                                          base::Instant) const override {
    return std::string("person");
  }
  std::optional<base::HttpRequest> RevokeRequest(const domain::TokenPair&) const override {
    return std::nullopt;
  }

 private:
  planner::ProviderInfo info_;
};

// That provider's server, in simulated time: one value for every day that is not a multiple of
// seven, in pages of `days_per_page` days; rotating tokens.
class FakeServer final : public base::HttpClient {
 public:
  explicit FakeServer(sim::SimExecutor& executor) : executor_(executor) {}
  void Send(base::HttpRequest request, Done done) override;

  // Answers in place of the server where it gives something.
  using Script = std::function<std::optional<base::Result<base::HttpResponse>>(const base::Url&)>;
  Script script;
  base::Duration latency = std::chrono::milliseconds(100);
  int days_per_page = 5;
  int tokens_given = 1;  // the valid access token is "access-<n>", the refresh token likewise
  bool grant_revoked = false;
  std::vector<std::string> calls;  // URLs of data calls
  int refreshes = 0;

 private:
  base::Result<base::HttpResponse> Answer(const base::HttpRequest& request);
  base::HttpResponse AnswerRefresh(const std::string& body);
  base::HttpResponse AnswerPage(const base::Url& url) const;

  sim::SimExecutor& executor_;
};

class FakeVault final : public KeyVault {
 public:
  base::Result<std::string> Seal(std::string_view plain, std::string_view context) override {
    return std::string(context) + "|" + std::string(plain);
  }
  base::Result<std::string> Open(std::string_view sealed, std::string_view context) override {
    const std::string prefix = std::string(context) + "|";
    if (!sealed.starts_with(prefix)) return base::Fail("vault.not_authentic", "Not sealed for it.");
    return std::string(sealed.substr(prefix.size()));
  }
};

class FakeNotifier final : public Notifier {
 public:
  base::Status Notify(const Notification& notification) override {
    if (failures > 0) {
      --failures;
      return base::Fail("store.io", "As scripted.");
    }
    if (keys_.insert(notification.key).second) sent.push_back(notification);
    return {};
  }
  std::vector<std::string> Codes() const {
    std::vector<std::string> codes;
    for (const Notification& one : sent) codes.emplace_back(NotificationCode(one.kind));
    return codes;
  }
  std::vector<Notification> sent;
  int failures = 0;

 private:
  std::set<std::string> keys_;
};

class FakeMetrics final : public base::Metrics {
 public:
  void Count(std::string_view name, const base::MetricLabels& labels, double by) override {
    std::string key(name);
    for (const auto& [label, value] : labels) key += "," + label + "=" + value;
    counts[key] += by;
  }
  void Observe(std::string_view name, double, const base::MetricLabels&) override {
    ++counts[std::string(name)];
  }
  void SetGauge(std::string_view, double, const base::MetricLabels&) override {}
  std::map<std::string, double> counts;
};

// The process, its stores and its provider. Everything a job needs stands ready for user "ada".
struct TaskWorld {
  TaskWorld();
  // Makes the engine over the journal and goes on with what it holds.
  void Boot();
  void Crash();

  // A job over [start, start + days) as the API would make it, under execution `name`.
  domain::Job MakeJob(const std::string& name, int days,
                      std::vector<domain::DataType> types = {domain::DataType::kSteps});
  // Another execution of the job, as the API adds it.
  void AddExecution(const std::string& name, domain::ExecutionKind kind,
                    const std::vector<std::string>& frozen = {});
  void Launch(const std::string& name);
  // Launches and runs until nothing is left to do.
  engine::ExecutionDescription RunToEnd(const std::string& name);

  domain::Job ReadJob();
  std::vector<domain::Chunk> AllChunks() { return *ReadChunks(jobs, kJob); }
  domain::Chunk ReadChunk(const std::string& id) { return *jobs.GetChunk(kJob, id); }
  void Change(const std::function<void(domain::Job&)>& change);
  engine::TaskReply Call(std::string_view function, const std::string& execution,
                         const std::string& chunk = "", base::Json extra = {});
  base::Json Manifest() { return *base::ParseJson(*objects.Get(ReadJob().manifest_key)); }

  static constexpr const char* kUser = "ada";
  static constexpr const char* kJob = "0190a0b0-0000-7000-8000-000000000001";
  static constexpr const char* kConnection = "0190a0b0-0000-5000-8000-000000000002";

  sim::SimExecutor executor{base::FromUnixSeconds(1'717'200'000)};  // 2024-06-01T00:00:00Z
  std::vector<std::string> log_lines;
  base::Log log{executor, base::LogLevel::kInfo,
                [this](std::string_view line) { log_lines.emplace_back(line); }};
  base::SeededRandom random{7};
  std::unique_ptr<stores::ColdpathDb> db = *stores::ColdpathDb::Open(":memory:");
  stores::SqliteJobStore jobs{*db};
  stores::SqliteConnectionStore connections{*db};
  stores::SqliteQuotaLedger quota{*db};
  stores::SqliteEntitlements entitlements{*db};
  stores::MemoryObjectStore objects;
  FakeVault vault;
  FakeNotifier notifier;
  FakeMetrics metrics;
  ProviderRegistry providers;
  FakeProvider* provider = nullptr;
  FakeServer server{executor};
  TaskPorts ports{jobs,     connections, objects, quota,   notifier, entitlements, vault, providers,
                  executor, random,      log,     metrics, {}};
  stores::MemoryJournal journal{executor, executor};

  // Of the process; gone with a crash.
  std::unique_ptr<TaskHandlers> handlers;
  std::unique_ptr<AccessTokens> tokens;
  std::unique_ptr<ChunkWorker> worker;
  std::unique_ptr<EmbeddedTaskInvoker> invoker;
  std::unique_ptr<ObjectItemSource> items;
  std::unique_ptr<engine::EmbeddedEngine> engine;
  std::vector<engine::ExecutionEnd> ends;
  // What stands between the workflow and the worker: true swallows the assignment.
  std::function<bool(const ChunkAssignment&)> intercept;
};

}  // namespace coldpath::tasks

#endif  // COLDPATH_TASKS_TASK_TESTING_H_
