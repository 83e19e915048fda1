#include "api/api_fixture.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/ids.h"
#include "planner/chunk_plan.h"
#include "service/connections.h"
#include "service/plan_request.h"
#include "tasks/access_tokens.h"

namespace coldpath::api::test {

using base::Json;

// ---- the engine

base::Result<engine::StartReply> FakeWorkflowEngine::Start(const std::string& name,
                                                           const std::string& input) {
  const base::MutexLock lock(mutex);
  if (unavailable) return base::Fail("engine.unavailable", "The engine is away.");
  const std::string arn = "arn:aws:states:local:000000000000:execution:historical-sync:" + name;
  const auto [found, added] = executions.try_emplace(name, Execution{input});
  if (added) {
    ++started;
    return engine::StartReply{engine::StartOutcome::kStarted, arn};
  }
  const bool same =
      found->second.input == input && found->second.status == asl::ExecutionStatus::kRunning;
  return engine::StartReply{
      same ? engine::StartOutcome::kAlreadyRunning : engine::StartOutcome::kAlreadyExists, arn};
}

base::Result<engine::ExecutionDescription> FakeWorkflowEngine::Describe(const std::string& name) {
  const base::MutexLock lock(mutex);
  if (unavailable) return base::Fail("engine.unavailable", "The engine is away.");
  const auto found = executions.find(name);
  if (found == executions.end()) return base::Fail("engine.no_such_execution", "Unknown.");
  engine::ExecutionDescription description;
  description.arn = "arn:aws:states:local:000000000000:execution:historical-sync:" + name;
  description.name = name;
  description.status = found->second.status;
  description.input = found->second.input;
  return description;
}

base::Status FakeWorkflowEngine::Stop(const std::string& name, std::string, std::string) {
  const base::MutexLock lock(mutex);
  const auto found = executions.find(name);
  if (found == executions.end()) return base::Fail("engine.no_such_execution", "Unknown.");
  if (found->second.status == asl::ExecutionStatus::kRunning) {
    found->second.status = asl::ExecutionStatus::kAborted;
  }
  return {};
}

base::Result<engine::HistoryPage> FakeWorkflowEngine::History(const std::string&, std::int64_t,
                                                              int) {
  return engine::HistoryPage{};
}

// ---- the provider

ScriptedProvider::ScriptedProvider() {
  info_.id = "acme";
  info_.title = "Acme Health";
  planner::StreamInfo heart;
  heart.id = "heart-rate";
  heart.types = {domain::DataType::kHeartRate};
  heart.max_span_days = 30;
  heart.natural_chunk_days = 30;
  heart.history_days = 3650;
  planner::StreamInfo sleep;
  sleep.id = "sleep";
  sleep.types = {domain::DataType::kSleep};
  sleep.max_span_days = 30;
  sleep.natural_chunk_days = 30;
  sleep.history_days = 3650;
  info_.streams = {heart, sleep};
  info_.budgets = {{planner::BudgetScope::kUser, 600, std::chrono::hours(1)}};
}

base::HttpRequest ScriptedProvider::NextRequest(const std::string&,
                                                const tasks::FetchPosition&) const {
  return {.method = "GET", .url = "https://acme.example/data"};
}
tasks::PageOrFailure ScriptedProvider::ReadPage(const std::string&, const tasks::FetchPosition&,
                                                const base::HttpResponse&, base::Instant) const {
  return tasks::Page{};
}
std::string ScriptedProvider::AuthorizeUrl(const std::string& state,
                                           const std::string& redirect_uri,
                                           const std::string& code_challenge) const {
  return "https://acme.example/authorize?" + base::EncodeForm({{"state", state},
                                                               {"redirect_uri", redirect_uri},
                                                               {"code_challenge", code_challenge}});
}
base::HttpRequest ScriptedProvider::TokenRequest(const std::string& code,
                                                 const std::string& redirect_uri,
                                                 const std::string& code_verifier) const {
  return {.method = "POST",
          .url = "https://acme.example/token",
          .body = base::EncodeForm(
              {{"code", code}, {"redirect_uri", redirect_uri}, {"code_verifier", code_verifier}})};
}
base::HttpRequest ScriptedProvider::RefreshRequest(const domain::TokenPair&) const {
  return {.method = "POST", .url = "https://acme.example/token"};
}
std::variant<tasks::TokenGrant, domain::Failure> ScriptedProvider::ReadTokens(
    const base::HttpResponse& response, const domain::TokenPair&, base::Instant) const {
  if (response.status != 200) {
    return domain::Failure{domain::FailureKind::kNeedsReauth, "Acme refused the code.", {}, {}};
  }
  return tasks::TokenGrant{{"access-secret", "refresh-secret"}, std::chrono::hours(1), {"all"}};
}
base::HttpRequest ScriptedProvider::IdentityRequest() const {
  return {.method = "GET", .url = "https://acme.example/me"};
}
std::variant<std::string, domain::Failure> ScriptedProvider::ReadIdentity(
    const base::HttpResponse& response, base::Instant) const {
  if (response.status != 200) {
    return domain::Failure{domain::FailureKind::kTransient, "Acme is away.", {}, {}};
  }
  return response.body;
}
std::optional<base::HttpRequest> ScriptedProvider::RevokeRequest(
    const domain::TokenPair& tokens) const {
  return base::HttpRequest{.method = "POST",
                           .url = "https://acme.example/revoke",
                           .body = base::EncodeForm({{"token", tokens.refresh_token}})};
}

void ScriptedHttp::Send(base::HttpRequest request, Done done) {
  base::Result<base::HttpResponse> answer = base::Fail("http.connect", "Nobody answers.");
  if (const auto url = base::ParseUrl(request.url)) {
    const auto found = answers.find(url->path);
    if (found != answers.end()) answer = found->second;
  }
  sent.push_back(std::move(request));
  executor_.Post(
      [done = std::move(done), answer = std::move(answer)]() mutable { done(std::move(answer)); });
}

// ---- small ports

base::Result<std::string> MemoryVault::Seal(std::string_view plain, std::string_view context) {
  return base::SealAes256Gcm(key_, plain, context, random_);
}
base::Result<std::string> MemoryVault::Open(std::string_view sealed, std::string_view context) {
  auto plain = base::OpenAes256Gcm(key_, sealed, context);
  if (!plain) return base::Fail("vault.not_authentic", "Not sealed here.");
  return plain;
}

void CountingMetrics::Count(std::string_view name, const base::MetricLabels&, double by) {
  const base::MutexLock lock(mutex);
  counts[std::string(name)] += by;
}

void Responder::Respond(base::HttpResponse given) {
  const base::MutexLock lock(mutex);
  EXPECT_FALSE(answered) << "answered twice";
  response = std::move(given);
  answered = true;
  answered_changed.NotifyAll();
}
void Responder::StartStream(base::HttpResponse head) { Respond(std::move(head)); }
bool Responder::Write(std::string bytes) {
  if (client_gone) return false;
  stream += bytes;
  return true;
}

std::string Answered::code() const {
  const std::string type = base::FindString(json, "type").value_or("");
  constexpr std::string_view kPrefix = "urn:coldpath:problem:";
  return type.starts_with(kPrefix) ? type.substr(kPrefix.size()) : "";
}

// ---- the whole

namespace {

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

Api::Api(RateLimit limit, base::Executor* executor)
    : log(sim, base::LogLevel::kInfo,
          [this](std::string_view line) {
            const base::MutexLock lock(log_mutex);
            log_lines.emplace_back(line);
          }),
      db(std::move(stores::ColdpathDb::Open(":memory:").value())),
      jobs(*db),
      connections(*db),
      quota(*db),
      inbox(*db),
      entitlements(*db),
      push(*db, vault, {tasks::PushKind::kWebPush, tasks::PushKind::kFcm}),
      http(executor == nullptr ? sim : *executor),
      context{sim,       random,  executor == nullptr ? sim : *executor,
              http,      metrics, log,
              engine,    jobs,    connections,
              objects,   quota,   entitlements,
              inbox,     push,    vault,
              providers, {}},
      contract(base::ParseJson(ReadFile(COLDPATH_SOURCE_DIR "/api/openapi.json")).value()),
      contract_text(ReadFile(COLDPATH_SOURCE_DIR "/api/openapi.json")) {
  auto acme = std::make_unique<ScriptedProvider>();
  provider = acme.get();
  providers.Add(std::move(acme));
  context.settings.public_url = "https://coldpath.example";
  context.settings.return_origins = {"https://app.example"};
  keys.text = "{\"keys\":[" + base::PublicJwk(*key) + "]}";
  options.jwt = {kIssuer, "coldpath"};
  options.rate_limit = limit;
  options.openapi_json = contract_text;
  options.metrics_text = [] { return "coldpath_up 1\n"; };
  options.ready = [this] { return ready; };
  handler = std::make_unique<ApiHandler>(context, keys, options);
}

void Api::Reconfigure(const std::function<void(ApiOptions&)>& change) {
  change(options);
  handler = std::make_unique<ApiHandler>(context, keys, options);
}

std::string Api::Token(const std::string& user, std::optional<bool> pro,
                       const std::function<void(Claims&)>& change) {
  Claims claims;
  claims.issuer = kIssuer;
  claims.audience = {"coldpath"};
  claims.subject = user;
  claims.issued = sim.Now();
  claims.expires = sim.Now() + std::chrono::hours(1);
  claims.pro = pro;
  if (change) change(claims);
  return SignJwt(*key, claims).value();
}

base::HttpRequest Api::Request(const RequestParts& parts) {
  base::HttpRequest request;
  request.method = parts.method;
  request.url = parts.path;
  request.headers = parts.headers;
  if (!request.headers.Find("Authorization")) {
    request.headers.Set("Authorization",
                        "Bearer " + (parts.token.empty() ? Token("ada", true) : parts.token));
  }
  if (!parts.key.empty()) request.headers.Set("Idempotency-Key", parts.key);
  if (parts.body) {
    request.body = base::DumpJson(*parts.body);
    if (!request.headers.Find("Content-Type")) {
      request.headers.Set("Content-Type", "application/json");
    }
  }
  return request;
}

Answered Api::Send(RequestParts parts) {
  const auto responder = std::make_shared<Responder>();
  handler->Handle(Request(parts), parts.peer, responder);
  for (int step = 0; step < 1000 && !responder->answered && sim.Step(); ++step) {
  }
  EXPECT_TRUE(responder->answered) << parts.method << " " << parts.path;
  const std::string path = parts.path.substr(0, parts.path.find('?'));
  for (const std::string& problem : contract.Check(parts.method, path, responder->response)) {
    ADD_FAILURE() << parts.method << " " << parts.path << ": " << problem << "\n"
                  << responder->response.body;
  }
  auto json = base::ParseJson(responder->response.body);
  return {responder->response.status, responder->response.headers, responder->response.body,
          json ? *std::move(json) : Json()};
}

std::string Api::Connect(const std::string& user) {
  domain::Connection connection;
  connection.id = service::ConnectionId(user, "acme", user + "@acme");
  connection.user_id = user;
  connection.provider = "acme";
  connection.provider_user_id = user + "@acme";
  connection.scopes = {"all"};
  connection.created = sim.Now();
  connection.sealed_tokens =
      tasks::SealTokens(vault, connection.id, {"access-secret", "refresh-secret"}).value();
  EXPECT_TRUE(connections.Put(connection));
  return connection.id;
}

Json Api::SyncBody(const std::string& connection) const {
  return {{"connection_id", connection}, {"start", "2025-01-01"}, {"end", "2025-06-01"}};
}

domain::Job Api::Job(const std::string& user, const std::string& id) {
  return jobs.GetJob(user, id).value();
}

void Api::ChangeJob(const std::string& id, const std::function<void(domain::Job&)>& change,
                    const std::string& user) {
  domain::Job job = Job(user, id);
  change(job);
  EXPECT_TRUE(jobs.UpdateJob(job, {{0, sim.Now(), "job", {{"jobId", id}}}}, {}));
}

void Api::ChangeChunk(const std::string& job, const std::string& chunk_id,
                      const std::function<void(domain::Chunk&)>& change) {
  domain::Chunk chunk = jobs.GetChunk(job, chunk_id).value();
  change(chunk);
  EXPECT_TRUE(jobs.UpdateChunk(chunk, {}, {{0, sim.Now(), "chunk", {{"chunkId", chunk_id}}}}));
}

std::string Api::StartRunning(const std::string& user) {
  const std::string connection = Connect(user);
  const Answered answer = Send({.method = "POST",
                                .path = "/v1/historical-syncs",
                                .body = SyncBody(connection),
                                .token = Token(user, true),
                                .key = kKey1});
  EXPECT_EQ(answer.status, 202) << answer.text;
  const std::string id = answer.json.at("id").get<std::string>();
  const domain::Job job = Job(user, id);
  const auto plan =
      planner::PlanChunks(providers.Find("acme")->info(), {.range = job.range,
                                                           .types = job.types,
                                                           .today = service::LatestEnd(sim.Now()),
                                                           .scopes = {"all"}})
          .value();
  EXPECT_TRUE(jobs.PutChunks(id, plan.chunks));
  ChangeJob(
      id,
      [&](domain::Job& row) {
        row.status = domain::JobStatus::kRunning;
        row.started = sim.Now();
        row.planned_chunks = static_cast<std::int64_t>(plan.chunks.size());
      },
      user);
  return id;
}

void Api::Settle(const std::string& id, domain::JobStatus status,
                 std::optional<domain::JobOutcome> outcome) {
  std::string name;
  ChangeJob(id, [&](domain::Job& job) {
    job.status = status;
    job.outcome = outcome;
    job.ended = sim.Now();
    job.latest().settled = true;
    name = job.latest().name;
  });
  const base::MutexLock lock(engine.mutex);
  engine.executions[name].status = status == domain::JobStatus::kFailed
                                       ? asl::ExecutionStatus::kFailed
                                       : asl::ExecutionStatus::kSucceeded;
}

std::vector<domain::Chunk> Api::Chunks(const std::string& job) {
  return jobs.ListChunks(job, std::nullopt, std::nullopt, 500).value().chunks;
}

}  // namespace coldpath::api::test
