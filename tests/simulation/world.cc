#include "simulation/world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "app/service.h"
#include "base/check.h"
#include "base/crypto.h"
#include "base/ids.h"
#include "providers/providers.h"
#include "sandbox/shell/approve.h"
#include "service/connect.h"
#include "service/entitlement_event.h"
#include "service/first_week.h"
#include "service/resume_sync.h"
#include "service/retry_sync.h"
#include "service/start_sync.h"
#include "service/stop_sync.h"

namespace coldpath::simulation {
namespace {

constexpr const char* kHost = "provider.sandbox";
constexpr const char* kBase = "https://provider.sandbox";
// Longer than any job may take.
constexpr base::Duration kEver = std::chrono::hours(24 * 31);

std::unique_ptr<stores::ColdpathDb> OpenDb() {
  auto db = stores::ColdpathDb::Open(":memory:");
  COLDPATH_CHECK(db.has_value());
  return *std::move(db);
}

base::Instant Morning() {
  return base::StartOfDay(*base::ParseDate(kToday), std::chrono::seconds(0)) +
         std::chrono::hours(6);
}

providers::ProviderConfig ConfigOf(const char* client) {
  return {client, "simulated-secret", kBase, kBase, kBase};
}

sandbox::SandboxOptions Scaled(const WorldOptions& options) {
  sandbox::SandboxOptions scaled = options.sandbox;
  scaled.quota_scale = options.quota_scale;
  return scaled;
}

template <typename T>
base::Status StatusOf(const base::Result<T>& result) {
  if (!result) return base::Fail(result.error());
  return {};
}

}  // namespace

sandbox::SandboxOptions UsualSandbox() {
  sandbox::SandboxOptions options;
  options.seed = 7;
  options.today = *base::ParseDate(kToday);
  options.latency = std::chrono::milliseconds(400);
  return options;
}

World::World(const WorldOptions& options)
    : options_(options),
      executor_(Morning()),
      random_(options.seed),
      fate_(options.seed + 1),
      log_(executor_, base::LogLevel::kInfo,
           [this](std::string_view line) { trace_.emplace_back(line); }),
      sandbox_(Scaled(options)),
      network_(executor_, {.seed = options.seed}),
      journal_(executor_, executor_),
      db_(OpenDb()),
      jobs_(*db_),
      connections_(*db_),
      quota_(*db_),
      entitlements_(*db_),
      inbox_(*db_),
      events_(*db_),
      deliveries_(*db_),
      vault_(random_),
      push_registry_(*db_, vault_, {tasks::PushKind::kFcm}),
      push_service_(executor_),
      mortal_jobs_(jobs_, life_),
      mortal_objects_(objects_, life_),
      mortal_inbox_(inbox_, life_),
      mortal_events_(events_, life_),
      mortal_deliveries_(deliveries_, life_),
      inbox_notifier_(mortal_inbox_, metrics_, log_),
      notifier_(inbox_notifier_, push_registry_, mortal_deliveries_, executor_,
                [this] { deliverer_->Poke(); }),
      push_channel_(push_registry_, {{tasks::PushKind::kFcm, &push_service_}},
                    "https://coldpath.test") {
  network_.AddHost(kHost, [this](const base::HttpRequest& request, base::Instant now) {
    sandbox::SandboxResponse answer = sandbox_.Handle(request, now);
    trace_.push_back(base::FormatInstant(now) + " " + request.method + " " + request.url + " " +
                     std::to_string(answer.http.status));
    return sim::SimAnswer{std::move(answer.http), answer.delay, answer.cut_after_bytes};
  });
  providers_.Add(providers::MakeGoogleHealth(ConfigOf("simulated-google-client")));
  providers_.Add(providers::MakeOura(ConfigOf("simulated-oura-client")));
  Boot();
}

World::~World() {
  deliverer_.reset();
  core_->Abandon();
  executor_.DropAll();
}

void World::Boot() {
  app::CoreSettings settings;
  settings.definition = app::BuiltInDefinition();
  settings.process_name = "process-" + std::to_string(crashes_);
  settings.tasks.quota_scale = options_.quota_scale;
  settings.service.quota_scale = options_.quota_scale;
  settings.service.public_url = "https://coldpath.test";
  auto core = app::Core::Make(
      {executor_, random_, executor_, network_, metrics_, log_, journal_, mortal_jobs_,
       connections_, mortal_objects_, quota_, entitlements_, mortal_inbox_, push_registry_,
       mortal_deliveries_, notifier_, mortal_events_, vault_, providers_},
      std::move(settings));
  ASSERT_TRUE(core) << core.error().message;
  core_ = *std::move(core);
  // Long runs: what is added is sent at once anyway.
  notifications::DelivererOptions delivering;
  delivering.interval = std::chrono::seconds(30);
  deliverer_ = std::make_unique<notifications::Deliverer>(
      notifications::DelivererPorts{executor_, random_, executor_, metrics_, log_,
                                    mortal_deliveries_},
      notifications::DeliveryChannels{{notifications::kPushChannel, &push_channel_}}, delivering);
  const base::Status started = core_->Start();
  ASSERT_TRUE(started) << started.error().message;
}

void World::Crash() {
  ++crashes_;
  life_.Die();
  const auto unsettled = jobs_.ListUnsettledJobs();
  ASSERT_TRUE(unsettled);
  for (const domain::Job& job : *unsettled) {
    for (const domain::Chunk& chunk : Chunks(job.id)) {
      if (chunk.status == domain::ChunkStatus::kRunning) chunks_hit_.push_back(chunk.spec.id);
    }
  }
  trace_.push_back(base::FormatInstant(executor_.Now()) + " crash");
  deliverer_.reset();
  core_->Abandon();
  executor_.DropAll();
  core_.reset();
  executor_.DropAll();
  journal_.CrashLosingUndurable();
  executor_.RunFor(base::Duration(static_cast<std::int64_t>(fate_.NextDouble() * 20e6)));
  life_.Renew();
  Boot();
}

void World::CrashSometimes(int count, std::int64_t mean_steps) {
  crashes_left_ = count;
  mean_steps_ = std::max<std::int64_t>(mean_steps, 1);
  within_steps_ = true;
  PlanNextCrash();
}

void World::CrashAfterSteps(std::int64_t steps) {
  crashes_left_ = 0;
  within_steps_ = false;
  crash_step_ = steps_ + steps;
}

void World::PlanNextCrash() {
  crash_step_.reset();
  if (crashes_left_-- <= 0) return;
  const auto gap = fate_.NextUint64() % static_cast<std::uint64_t>(2 * mean_steps_);
  crash_step_ = steps_ + 1 + static_cast<std::int64_t>(gap);
}

void World::Step() {
  executor_.Step();
  ++steps_;
  if (crash_step_ && steps_ >= *crash_step_) {
    if (!within_steps_ || fate_.NextUint64() % 2 == 0) {
      life_.Die();
    } else {
      life_.DieBeforeWrite(static_cast<std::int64_t>(fate_.NextUint64() % 12));
    }
    PlanNextCrash();
  }
  if (life_.dead()) Crash();
}

bool World::RunUntil(const std::function<bool()>& condition, base::Duration limit) {
  constexpr int kStepsBetweenLooks = 50;
  const base::Instant end = Now() + limit;
  while (!condition()) {
    if (Now() > end || executor_.waiting() == 0) return false;
    for (int i = 0; i < kStepsBetweenLooks; ++i) Step();
  }
  return true;
}

void World::RunFor(base::Duration span) {
  const base::Instant end = Now() + span;
  while (Now() < end && executor_.waiting() > 0) Step();
}

bool World::Ended(const std::string& user, const std::string& job_id) {
  const auto job = jobs_.GetJob(user, job_id);
  if (!job || !job->latest().settled) return false;
  const auto described = context().engine.Describe(job->latest().name);
  return described && described->status != asl::ExecutionStatus::kRunning;
}

bool World::RunToEnd(const std::string& user, const std::string& job) {
  if (!RunUntil([&] { return Ended(user, job); }, kEver)) return false;
  RunFor(std::chrono::seconds(90));  // recovery and the outbox have had their turn
  return Ended(user, job);
}

void World::Insist(const std::function<base::Status()>& request) {
  for (int tries = 0; tries < 100; ++tries) {
    const base::Status answered = request();
    if (!life_.dead()) {
      ASSERT_TRUE(answered) << answered.error().code << ": " << answered.error().message;
      return;
    }
    Crash();
  }
  FAIL() << "no process lived long enough to answer";
}

std::string World::Connect(const std::string& user, const std::string& provider,
                           const std::string& account) {
  SetPro(user, true);
  tasks::PushSubscription phone;
  phone.id = "phone of " + user;
  phone.user_id = user;
  phone.kind = tasks::PushKind::kFcm;
  phone.address = "token of " + user;
  phone.created = Now();
  EXPECT_TRUE(push_registry_.Put(phone));
  const auto begun = service::BeginConnect(context(), user, provider, "");
  EXPECT_TRUE(begun);
  const auto page = sandbox_.Handle({.url = begun->url}, Now());
  base::FormFields form = sandbox::ReadForm(page.http.body);
  std::erase_if(form, [](const auto& field) { return field.first == "account"; });
  form.emplace_back("account", account);
  form.emplace_back("decision", "allow");
  const auto sent = sandbox_.Handle(
      {.method = "POST", .url = base::ParseUrl(begun->url)->path, .body = base::EncodeForm(form)},
      Now());
  const auto back = base::ParseUrl(sent.http.headers.Find("Location").value_or("/"));
  EXPECT_TRUE(back);
  std::optional<base::Result<domain::Connection>> made;
  service::FinishConnect(
      context(),
      {back->FindParameter("state").value_or(""), back->FindParameter("code").value_or(""), ""},
      [&](service::ConnectResult result) { made = result.connection; });
  EXPECT_TRUE(RunUntil([&] { return made.has_value(); }, std::chrono::minutes(1)));
  if (!made || !*made) {
    ADD_FAILURE() << "not connected: " << (made ? made->error().message : "no answer");
    return "";
  }
  const auto week = jobs_.FindKey(service::FirstWeekKey(**made));
  EXPECT_TRUE(week && week->has_value()) << "no first week";
  EXPECT_TRUE(RunToEnd(user, (*week)->job_id));
  EXPECT_TRUE(Pushes(user, (*week)->job_id).empty()) << "a first week is quiet";
  return (*made)->id;
}

std::string World::StartSync(const std::string& user, const std::string& connection,
                             const Wish& wished) {
  const std::chrono::year_month_day today(*base::ParseDate(kToday));
  const service::SyncWish wish{connection,
                               {base::Date(today - std::chrono::years(wished.years)),
                                base::Date(today) + std::chrono::days(1)},
                               wished.types,
                               std::nullopt};
  const service::KeyedRequest request{user, base::MakeUuidV4(random_), "POST /v1/historical-syncs",
                                      "one body"};
  std::string job;
  Insist([&]() -> base::Status {
    const auto accepted = service::StartSync(context(), request, wish);
    if (accepted) job = accepted->job_id;
    return StatusOf(accepted);
  });
  return job;
}

void World::Retry(const std::string& user, const std::string& job) {
  const service::KeyedRequest request{user, base::MakeUuidV4(random_), "POST retry " + job, ""};
  Insist([&] { return StatusOf(service::RetrySync(context(), request, job)); });
}

void World::Resume(const std::string& user, const std::string& job) {
  Insist([&] { return StatusOf(service::ResumeSync(context(), user, job)); });
}

void World::Pause(const std::string& user, const std::string& job) {
  Insist([&] { return StatusOf(service::PauseSync(context(), user, job)); });
}

void World::Cancel(const std::string& user, const std::string& job) {
  Insist([&] { return StatusOf(service::CancelSync(context(), user, job)); });
}

void World::SetPro(const std::string& user, bool pro) {
  const auto has = entitlements_.Record(user, pro, Now());
  EXPECT_TRUE(has && *has == pro);
}

void World::StateEntitlement(const std::string& user, bool pro) {
  const service::EntitlementEvent event{user, pro, Now()};
  Insist([&] { return service::ApplyEntitlementEvent(context(), event); });
}

domain::Job World::Job(const std::string& user, const std::string& job) {
  auto found = jobs_.GetJob(user, job);
  EXPECT_TRUE(found) << found.error().message;
  return found ? *std::move(found) : domain::Job{};
}

std::vector<domain::Chunk> World::Chunks(const std::string& job) {
  std::vector<domain::Chunk> all;
  std::optional<std::string> cursor;
  do {
    auto page = jobs_.ListChunks(job, std::nullopt, cursor, 1000);
    EXPECT_TRUE(page);
    if (!page) break;
    std::ranges::move(page->chunks, std::back_inserter(all));
    cursor = page->next_cursor;
  } while (cursor);
  return all;
}

Import World::ReadImport(const std::string& user, const std::string& job_id) {
  Import import;
  const std::string prefix = tasks::JobPrefix(user, job_id);
  const auto keys = objects_.List(prefix + "records/");
  EXPECT_TRUE(keys);
  for (const std::string& key : *keys) {
    import.records[key.substr(prefix.size())] = objects_.Get(key).value_or("");
  }
  const auto text = objects_.Get(Job(user, job_id).manifest_key);
  const auto manifest = base::ParseJson(text.value_or(""));
  EXPECT_TRUE(manifest);
  if (manifest) import.content = base::DumpJson(manifest->value("content", base::Json()));
  return import;
}

std::vector<std::string> World::Notifications(const std::string& user, const std::string& job) {
  std::vector<std::string> codes;
  const auto all = inbox_.List(user, 1000);
  EXPECT_TRUE(all);
  for (const tasks::Notification& one : *all) {
    if (one.job_id == job) codes.emplace_back(tasks::NotificationCode(one.kind));
  }
  std::ranges::sort(codes);
  return codes;
}

void FakePushService::Send(const tasks::PushSubscription& subscription,
                           const notifications::PushMessage& message, Done done) {
  shown[{subscription.user_id, message.key}] = {message.job_id, message.code};
  executor_.PostAt(executor_.Now() + std::chrono::milliseconds(200),
                   [done = std::move(done)]() mutable {
                     done({notifications::PushVerdict::kAccepted, {}, ""});
                   });
}

std::vector<std::string> World::Pushes(const std::string& user, const std::string& job) const {
  std::vector<std::string> codes;
  for (const auto& [key, what] : push_service_.shown) {
    if (key.first == user && what.first == job) codes.push_back(what.second);
  }
  std::ranges::sort(codes);
  return codes;
}

int World::CompletedEvents(const std::string& job) {
  const auto all = events_.List(100'000);
  EXPECT_TRUE(all);
  return static_cast<int>(std::ranges::count_if(*all, [&](const tasks::OutboxEvent& event) {
    return event.type == "HistoricalSyncCompleted" && event.data.value("jobId", "") == job;
  }));
}

std::vector<ProviderCall> World::Calls(std::int64_t since) {
  const auto answer = sandbox_.Handle(
      {.url = "/sandbox/v1/calls?limit=200000&since=" + std::to_string(since)}, Now());
  const auto json = base::ParseJson(answer.http.body);
  EXPECT_TRUE(json);
  std::vector<ProviderCall> calls;
  for (const base::Json& call : json->at("calls")) {
    calls.push_back({call.value("provider", ""), call.value("account", ""), call.value("route", ""),
                     call.value("url", ""), call.value("status", 0)});
  }
  return calls;
}

std::int64_t World::last_call() {
  const auto answer = sandbox_.Handle({.url = "/sandbox/v1/status"}, Now());
  return base::FindInteger(*base::ParseJson(answer.http.body), "last_call").value_or(0);
}

void World::Admin(const std::string& method, const std::string& path, const base::Json& body) {
  const auto answer = sandbox_.Handle(
      {.method = method, .url = "/sandbox/v1/" + path, .body = base::DumpJson(body)}, Now());
  EXPECT_LT(answer.http.status, 300) << answer.http.body;
}

std::uint64_t Seed() {
  const char* text = std::getenv("COLDPATH_SIM_SEED");
  return text == nullptr ? 1 : std::strtoull(text, nullptr, 10);
}

std::string World::TraceDigest() const {
  std::string all;
  for (const std::string& line : trace_) all += line + "\n";
  return base::Sha256Hex(all);
}

}  // namespace coldpath::simulation
