#include "tasks/task_testing.h"

#include <fstream>
#include <sstream>

#include "base/ids.h"

namespace coldpath::tasks {
namespace {

using domain::Failure;
using domain::FailureKind;

std::string ReadText(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Failure OfStatus(const base::HttpResponse& response, base::Instant now) {
  switch (response.status) {
    case 401:
      return {FailureKind::kNeedsReauth, "rejected", {}, {}};
    case 403:
      return {FailureKind::kForbidden, "not granted", {}, "steps"};
    case 410:
      return {FailureKind::kBeyondHistory, "too old", {}, {}};
    case 429: {
      Failure failure{FailureKind::kRateLimited, "slow down", {}, {}};
      if (const auto seconds = response.headers.Find("Retry-After")) {
        failure.retry_at = now + std::chrono::seconds(std::stoi(*seconds));
      }
      return failure;
    }
    default:
      return {FailureKind::kTransient, "broken", {}, std::to_string(response.status)};
  }
}

domain::Record MakeRecord(domain::DataType type, base::Date day, double value) {
  const base::Instant start = base::StartOfDay(day, std::chrono::seconds(0));
  return {.type = type,
          .start = start,
          .end = start,
          .local_date = day,
          .value = value,
          .raw_digest = base::FormatDate(day)};
}

}  // namespace

FakeProvider::FakeProvider() {
  info_ = {.id = "acme", .title = "Acme"};
  info_.budgets = {{planner::BudgetScope::kUser, 1000, std::chrono::seconds(60)}};
  info_.streams.push_back({.id = "steps",
                           .types = {domain::DataType::kSteps},
                           .max_span_days = 10,
                           .page_size = 50,
                           .natural_chunk_days = 10,
                           .late_data_days = 2,
                           .observations_per_day = 10});
  info_.streams.push_back({.id = "sleep",
                           .types = {domain::DataType::kSleep, domain::DataType::kHrvRmssd},
                           .max_span_days = 10,
                           .page_size = 50,
                           .natural_chunk_days = 10,
                           .history_days = 30,
                           .observations_per_day = 10,
                           .scopes = {"sleep"}});
}

base::HttpRequest FakeProvider::NextRequest(const std::string& stream,
                                            const FetchPosition& position) const {
  return {.url = "https://acme.test/" + stream +
                 "?start=" + base::FormatDate(position.range.start) +
                 "&end=" + base::FormatDate(position.range.end) + "&cursor=" + position.cursor};
}

PageOrFailure FakeProvider::ReadPage(const std::string&, const FetchPosition&,
                                     const base::HttpResponse& response, base::Instant now) const {
  if (response.status != 200) return OfStatus(response, now);
  const auto body = base::ParseJson(response.body);
  if (!body) return Failure{FailureKind::kProviderBug, "not JSON", {}, "/"};
  Page page;
  for (const base::Json& one : body->at("records")) {
    page.records.push_back(MakeRecord(*domain::FindDataType(*base::FindString(one, "type")),
                                      *base::ParseDate(*base::FindString(one, "day")),
                                      *base::FindNumber(one, "value")));
    ++page.elements;
  }
  if (body->contains("invalid")) {
    for (const base::Json& one : body->at("invalid")) {
      page.invalid.push_back(
          {*domain::FindDataType(*base::FindString(one, "type")), *base::FindString(one, "where")});
    }
  }
  page.next_cursor = base::FindString(*body, "next");
  return page;
}

base::HttpRequest FakeProvider::RefreshRequest(const domain::TokenPair& tokens) const {
  return {.method = "POST", .url = "https://acme.test/token", .body = tokens.refresh_token};
}

std::variant<TokenGrant, Failure> FakeProvider::ReadTokens(const base::HttpResponse& response,
                                                           const domain::TokenPair&,
                                                           base::Instant) const {
  if (response.status == 400) return Failure{FailureKind::kNeedsReauth, "invalid_grant", {}, {}};
  if (response.status != 200) return Failure{FailureKind::kTransient, "broken", {}, {}};
  return TokenGrant{.tokens = {"access-" + response.body, "refresh-" + response.body},
                    .access_lifetime = std::chrono::hours(1),
                    .scopes = {}};
}

void FakeServer::Send(base::HttpRequest request, Done done) {
  executor_.PostAt(executor_.Now() + latency,
                   [this, request = std::move(request), done = std::move(done)]() mutable {
                     done(Answer(request));
                   });
}

base::Result<base::HttpResponse> FakeServer::Answer(const base::HttpRequest& request) {
  const base::Url url = *base::ParseUrl(request.url);
  if (url.path == "/token") return AnswerRefresh(request.body);
  calls.push_back(request.url);
  if (request.headers.Find("Authorization") != "Bearer access-" + std::to_string(tokens_given)) {
    return base::HttpResponse{.status = 401};
  }
  if (script) {
    if (auto scripted = script(url)) return *std::move(scripted);
  }
  return AnswerPage(url);
}

base::HttpResponse FakeServer::AnswerRefresh(const std::string& body) {
  ++refreshes;
  if (grant_revoked || body != "refresh-" + std::to_string(tokens_given)) return {.status = 400};
  return {.status = 200, .body = std::to_string(++tokens_given)};
}

base::HttpResponse FakeServer::AnswerPage(const base::Url& url) const {
  const base::Date end = *base::ParseDate(*url.FindParameter("end"));
  const std::string cursor = url.FindParameter("cursor").value_or("");
  base::Date day = *base::ParseDate(cursor.empty() ? *url.FindParameter("start") : cursor);
  const base::Date stop = std::min(end, day + std::chrono::days(days_per_page));
  base::Json records = base::Json::array();
  for (; day < stop; day += std::chrono::days(1)) {
    const auto number = day.time_since_epoch().count();
    if (number % 7 == 0) continue;
    for (const char* type : {"steps", "sleep"}) {
      if (url.path != std::string("/") + type) continue;
      records.push_back({{"type", type}, {"day", base::FormatDate(day)}, {"value", number}});
    }
  }
  base::Json body{{"records", std::move(records)}};
  if (stop < end) body["next"] = base::FormatDate(stop);
  return {.status = 200, .body = base::DumpJson(body)};
}

TaskWorld::TaskWorld() {
  auto made = std::make_unique<FakeProvider>();
  provider = made.get();
  providers.Add(std::move(made));
  (void)entitlements.Record(kUser, true, executor.Now());
  domain::Connection connection{.id = kConnection,
                                .user_id = kUser,
                                .provider = "acme",
                                .provider_user_id = "person",
                                .scopes = {"sleep"}};
  connection.sealed_tokens = *SealTokens(vault, kConnection, {"access-1", "refresh-1"});
  (void)connections.Put(connection);
  Boot();
}

void TaskWorld::Boot() {
  handlers = std::make_unique<TaskHandlers>(ports);
  items = std::make_unique<ObjectItemSource>(objects);
  tokens = std::make_unique<AccessTokens>(ports, server, executor, base::MakeUuidV4(random));
  invoker = std::make_unique<EmbeddedTaskInvoker>(
      *handlers,
      [this](ChunkAssignment assignment, std::move_only_function<void()> ended) {
        if (intercept && intercept(assignment)) return ended();
        worker->Run(std::move(assignment), std::move(ended));
      },
      executor);
  const std::string text =
      ReadText(std::string(COLDPATH_SOURCE_DIR) + "/workflow/historical_sync.asl.json");
  engine = *engine::EmbeddedEngine::Make(
      {.definition = *asl::Substitute(text, EmbeddedSubstitutions()),
       .role_arn = "arn:aws:iam::000000000000:role/coldpath",
       .state_machine_arn = "arn:aws:states:local:000000000000:stateMachine:historical-sync",
       .state_machine_name = "historical-sync"},
      {journal, *invoker, *items, executor, executor, random, log},
      [this](const engine::ExecutionEnd& end) { ends.push_back(end); });
  worker =
      std::make_unique<ChunkWorker>(WorkerPorts{ports, *tokens, server, executor, *engine, {}});
  invoker->UseCallback(*engine);
  (void)engine->Recover();
}

void TaskWorld::Crash() {
  engine->Abandon();
  executor.DropAll();
  engine.reset();
  worker.reset();
  invoker.reset();
  tokens.reset();
  journal.CrashLosingUndurable();
}

domain::Job TaskWorld::MakeJob(const std::string& name, int days,
                               std::vector<domain::DataType> types) {
  domain::Job job{.id = kJob, .user_id = kUser, .connection_id = kConnection, .provider = "acme"};
  const base::Date end = *base::ParseDate("2024-05-31");
  job.range = {end - std::chrono::days(days), end};
  job.types = std::move(types);
  job.created = executor.Now();
  job.executions.push_back({.name = name, .input = ExecutionInput(kUser, kJob)});
  const IdempotencyRow row{.key = name,
                           .user_id = kUser,
                           .route = "POST /v1/historical-syncs",
                           .body_hash = "h",
                           .job_id = kJob,
                           .execution_input = job.executions[0].input,
                           .created = executor.Now()};
  (void)jobs.CreateJob(job, row);
  return ReadJob();
}

void TaskWorld::AddExecution(const std::string& name, domain::ExecutionKind kind,
                             const std::vector<std::string>& frozen) {
  domain::Job job = ReadJob();
  domain::JobExecution execution{.name = name,
                                 .kind = kind,
                                 .number = static_cast<int>(job.executions.size()),
                                 .input = ExecutionInput(kUser, kJob)};
  if (!frozen.empty()) {
    execution.chunk_list = FrozenListKey(kUser, kJob, name);
    (void)objects.Put(execution.chunk_list, base::DumpJson(base::Json(frozen)));
  }
  job.executions.push_back(execution);
  job.desired = domain::Desired::kRun;
  job.status = domain::JobStatus::kRunning;
  job.outcome.reset();
  (void)jobs.AddExecution(job, {.key = name,
                                .user_id = kUser,
                                .route = "r",
                                .body_hash = "h",
                                .job_id = kJob,
                                .execution_input = execution.input,
                                .created = executor.Now()});
}

void TaskWorld::Launch(const std::string& name) {
  (void)engine->Start(name, ExecutionInput(kUser, kJob));
}

engine::ExecutionDescription TaskWorld::RunToEnd(const std::string& name) {
  Launch(name);
  executor.Run(3'000'000);
  return *engine->Describe(name);
}

domain::Job TaskWorld::ReadJob() { return *jobs.GetJob(kUser, kJob); }

void TaskWorld::Change(const std::function<void(domain::Job&)>& change) {
  (void)ChangeJob(ports, kUser, kJob, [&](domain::Job& job, JobWrite&) {
    change(job);
    return true;
  });
}

engine::TaskReply TaskWorld::Call(std::string_view function, const std::string& execution,
                                  const std::string& chunk, base::Json extra) {
  base::Json payload{{"userId", kUser}, {"jobId", kJob}, {"execution", execution}};
  if (!chunk.empty()) payload["chunkId"] = chunk;
  if (extra.is_object()) payload.update(extra);
  return handlers->Invoke(function, payload);
}

}  // namespace coldpath::tasks
