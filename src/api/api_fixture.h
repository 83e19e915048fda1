// For tests: the whole API in one thread, with SQLite in memory, a scripted provider and a workflow
// engine that only remembers. Every answer is checked against the contract.
#ifndef COLDPATH_API_API_FIXTURE_H_
#define COLDPATH_API_API_FIXTURE_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "api/api_handler.h"
#include "api/openapi_check.h"
#include "base/thread_pool.h"
#include "sim/sim_executor.h"
#include "stores/memory/memory_object_store.h"
#include "stores/sqlite/coldpath_db.h"
#include "stores/sqlite/sqlite_connection_store.h"
#include "stores/sqlite/sqlite_entitlements.h"
#include "stores/sqlite/sqlite_inbox_store.h"
#include "stores/sqlite/sqlite_job_store.h"
#include "stores/sqlite/sqlite_push_registry.h"
#include "stores/sqlite/sqlite_quota_ledger.h"

namespace coldpath::api::test {

inline constexpr const char* kIssuer = "https://issuer.example";
inline constexpr const char* kKey1 = "11111111-1111-4111-8111-111111111111";
inline constexpr const char* kKey2 = "22222222-2222-4222-8222-222222222222";
inline constexpr const char* kKey3 = "33333333-3333-4333-8333-333333333333";

// Idempotent by name as StartExecution is; runs nothing. Thread-safe.
class FakeWorkflowEngine final : public engine::WorkflowEngine {
 public:
  struct Execution {
    std::string input;
    asl::ExecutionStatus status = asl::ExecutionStatus::kRunning;
  };
  base::Result<engine::StartReply> Start(const std::string& name,
                                         const std::string& input) override;
  base::Result<engine::ExecutionDescription> Describe(const std::string& name) override;
  base::Status Stop(const std::string& name, std::string error, std::string cause) override;
  base::Result<engine::HistoryPage> History(const std::string& name, std::int64_t after,
                                            int limit) override;

  base::Mutex mutex;
  std::map<std::string, Execution> executions;
  int started = 0;
  bool unavailable = false;
};

// A provider with two streams: heart-rate (ten years kept) and sleep.
class ScriptedProvider final : public tasks::Provider {
 public:
  ScriptedProvider();
  const planner::ProviderInfo& info() const override { return info_; }
  base::HttpRequest NextRequest(const std::string&, const tasks::FetchPosition&) const override;
  tasks::PageOrFailure ReadPage(const std::string&, const tasks::FetchPosition&,
                                const base::HttpResponse&, base::Instant) const override;
  bool uses_pkce() const override { return true; }
  std::string AuthorizeUrl(const std::string& state, const std::string& redirect_uri,
                           const std::string& code_challenge) const override;
  base::HttpRequest TokenRequest(const std::string& code, const std::string& redirect_uri,
                                 const std::string& code_verifier) const override;
  base::HttpRequest RefreshRequest(const domain::TokenPair& tokens) const override;
  std::variant<tasks::TokenGrant, domain::Failure> ReadTokens(const base::HttpResponse& response,
                                                              const domain::TokenPair& previous,
                                                              base::Instant now) const override;
  base::HttpRequest IdentityRequest() const override;
  std::variant<std::string, domain::Failure> ReadIdentity(const base::HttpResponse& response,
                                                          base::Instant now) const override;
  std::optional<base::HttpRequest> RevokeRequest(const domain::TokenPair& tokens) const override;

  planner::ProviderInfo& editable_info() { return info_; }

 private:
  planner::ProviderInfo info_;
};

// Answers by path and keeps what was sent.
class ScriptedHttp final : public base::HttpClient {
 public:
  explicit ScriptedHttp(base::Executor& executor) : executor_(executor) {}
  void Send(base::HttpRequest request, Done done) override;

  std::map<std::string, base::HttpResponse> answers;  // by path; others: http.connect
  std::vector<base::HttpRequest> sent;

 private:
  base::Executor& executor_;
};

class MemoryVault final : public tasks::KeyVault {
 public:
  base::Result<std::string> Seal(std::string_view plain, std::string_view context) override;
  base::Result<std::string> Open(std::string_view sealed, std::string_view context) override;

 private:
  base::SeededRandom random_{7};
  std::string key_ = std::string(32, 'k');
};

class CountingMetrics final : public base::Metrics {
 public:
  void Count(std::string_view name, const base::MetricLabels&, double by) override;
  void Observe(std::string_view, double, const base::MetricLabels&) override {}
  void SetGauge(std::string_view, double, const base::MetricLabels&) override {}
  base::Mutex mutex;
  std::map<std::string, double> counts;
};

class Responder final : public base::HttpResponder {
 public:
  void Respond(base::HttpResponse response) override;
  void StartStream(base::HttpResponse head) override;
  bool Write(std::string bytes) override;
  void EndStream() override { ended = true; }
  bool ShouldEnd() const override { return should_end; }

  base::Mutex mutex;
  base::CondVar answered_changed;
  base::HttpResponse response;
  bool answered = false;
  std::string stream;
  bool ended = false;
  bool should_end = false;
  bool client_gone = false;
};

class FixedKeys final : public JwksSource {
 public:
  base::Result<std::string> Read() override {
    ++reads;
    return text;
  }
  std::string text;
  int reads = 0;
};

struct Answered {
  int status = 0;
  base::HttpHeaders headers;
  std::string text;
  base::Json json;

  std::string code() const;  // of a problem: "sync-not-found"
};

struct RequestParts {
  std::string method = "GET";
  std::string path;
  std::optional<base::Json> body = {};
  std::string token = {};  // empty: that of the Pro user "ada"
  std::string key = {};    // Idempotency-Key
  base::HttpHeaders headers = {};
  std::string peer = "127.0.0.1";
};

class Api {
 public:
  explicit Api(RateLimit limit = {1000, 100000}, base::Executor* executor = nullptr);

  // Serves from now on with options that `change` has changed.
  void Reconfigure(const std::function<void(ApiOptions&)>& change);

  // Carries the request out and checks the answer against the contract.
  Answered Send(RequestParts parts);
  Answered Get(const std::string& path) { return Send({.path = path}); }
  Answered Post(const std::string& path, const base::Json& body, const std::string& key = "") {
    return Send({.method = "POST", .path = path, .body = body, .key = key});
  }
  base::HttpRequest Request(const RequestParts& parts);
  std::string Token(const std::string& user, std::optional<bool> pro,
                    const std::function<void(Claims&)>& change = {});

  // A stored, healthy connection of the user; the result is its id.
  std::string Connect(const std::string& user);
  base::Json SyncBody(const std::string& connection) const;
  // A job that runs, with its chunks planned: of `user`, by kKey1. The result is its id.
  std::string StartRunning(const std::string& user = "ada");
  domain::Job Job(const std::string& user, const std::string& id);
  void ChangeJob(const std::string& id, const std::function<void(domain::Job&)>& change,
                 const std::string& user = "ada");
  void ChangeChunk(const std::string& job, const std::string& chunk,
                   const std::function<void(domain::Chunk&)>& change);
  // Ends the latest execution as AggregateResults does.
  void Settle(const std::string& id, domain::JobStatus status,
              std::optional<domain::JobOutcome> outcome);
  std::vector<domain::Chunk> Chunks(const std::string& job);

  sim::SimExecutor sim{base::ParseRfc3339("2025-06-15T12:00:00Z")->instant};
  base::SeededRandom random{42};
  std::vector<std::string> log_lines;
  base::Mutex log_mutex;
  base::Log log;
  CountingMetrics metrics;
  std::unique_ptr<stores::ColdpathDb> db;
  stores::SqliteJobStore jobs;
  stores::SqliteConnectionStore connections;
  stores::SqliteQuotaLedger quota;
  stores::SqliteInboxStore inbox;
  stores::SqliteEntitlements entitlements;
  stores::MemoryObjectStore objects;
  MemoryVault vault;
  stores::SqlitePushRegistry push;
  ScriptedProvider* provider = nullptr;  // the only one, "acme"
  tasks::ProviderRegistry providers;
  FakeWorkflowEngine engine;
  ScriptedHttp http;
  service::Context context;
  base::SigningKeyPtr key = base::GenerateEs256Key();
  FixedKeys keys;
  ApiOptions options;
  OpenApiCheck contract;
  std::string contract_text;
  base::Status ready;
  std::unique_ptr<ApiHandler> handler;
};

}  // namespace coldpath::api::test

#endif  // COLDPATH_API_API_FIXTURE_H_
