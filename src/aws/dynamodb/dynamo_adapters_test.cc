// What the contracts do not ask of the DynamoDB adapters: how they fail, and what is DynamoDB's
// own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/aws_testing.h"
#include "aws/dynamodb/dynamo_connection_store.h"
#include "aws/dynamodb/dynamo_entitlements.h"
#include "aws/dynamodb/dynamo_inbox_store.h"
#include "aws/dynamodb/dynamo_job_store.h"
#include "aws/dynamodb/dynamo_quota_ledger.h"
#include "aws/dynamodb/job_items.h"
#include "aws/dynamodb/local_table_testing.h"
#include "aws/dynamodb/table_schema.h"

namespace coldpath::aws {
namespace {

using base::Json;
using dynamodb::Item;
using dynamodb::LocalTable;
using dynamodb::Number;
using dynamodb::Text;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using Seconds = std::chrono::seconds;

base::Instant At(int seconds) { return base::FromUnixSeconds(1'800'000'000 + seconds); }

domain::Job NewJob() {
  domain::Job job;
  job.id = "018f2c7e-0000-7000-8000-000000000001";
  job.user_id = "ann";
  job.provider = "oura";
  job.range = {*base::ParseDate("2024-01-01"), *base::ParseDate("2025-01-01")};
  job.types = {domain::DataType::kSleep};
  job.executions = {{.name = "start"}};
  return job;
}

tasks::IdempotencyRow KeyOf(const domain::Job& job) {
  return {.key = "018f2c7e-0000-7000-8000-00000000000a",
          .user_id = job.user_id,
          .route = "POST /v1/historical-syncs",
          .body_hash = "abc",
          .job_id = job.id,
          .execution_input = "{}",
          .created = At(0)};
}

// All adapters over one scripted service.
struct Scripted {
  ScriptedAws aws;
  dynamodb::DynamoTable table{aws.client,
                              {aws.http, aws.clock, aws.random, aws.log,
                               [this](base::Duration pause) { aws.pauses.push_back(pause); }},
                              "t"};
  DynamoJobStore jobs{table};
  DynamoConnectionStore connections{table};
  DynamoEntitlements entitlements{table};
  DynamoInboxStore inbox{table};
  DynamoQuotaLedger ledger{table};

  void Then(const Json& answer) { aws.http.Then(200, base::DumpJson(answer)); }
  // Each write finds its condition wrong; each read finds `item`.
  void AlwaysTooLate(const Item& item) {
    aws.http.Otherwise([item](const base::HttpRequest& request) {
      const std::string target = *request.headers.Find("X-Amz-Target");
      base::HttpResponse response;
      if (target.ends_with("GetItem")) {
        response.body =
            base::DumpJson({{"Item", item}, {"Responses", {{"t", Json::array({item})}}}});
      } else if (target.ends_with("PutItem")) {
        response.status = 400;
        response.body = R"({"__type":"ConditionalCheckFailedException"})";
      } else {
        const Json body = *base::ParseJson(request.body);
        Json reasons = Json::array();
        for (std::size_t i = 0; i < body["TransactItems"].size(); ++i) {
          reasons.push_back({{"Code", "None"}});
        }
        reasons.back() = {{"Code", "ConditionalCheckFailed"}, {"Item", item}};
        if (reasons.size() == 3) std::swap(reasons[1], reasons[2]);  // the job's counters
        response.status = 400;
        response.body = base::DumpJson({{"__type", "TransactionCanceledException"},
                                        {"CancellationReasons", std::move(reasons)}});
      }
      return base::Result<base::HttpResponse>(std::move(response));
    });
  }
};

// The service refuses everything ("ScriptEnded").
TEST(DynamoAdaptersTest, AServiceThatRefusesIsAnErrorOfTheStore) {
  Scripted script;
  const std::vector<planner::Budget> budgets{{.key = "b", .limit = 5, .window = Seconds(60)}};
  const domain::Job job = NewJob();
  domain::Chunk chunk;
  chunk.job_id = job.id;
  std::vector<std::string> codes;
  const auto note = [&](const auto& result) {
    codes.push_back(result ? "fine" : result.error().code);
  };
  note(script.jobs.CreateJob(job, KeyOf(job)));
  note(script.jobs.AddExecution(job, KeyOf(job)));
  note(script.jobs.FindKey("k"));
  note(script.jobs.GetJob("ann", job.id));
  note(script.jobs.ListJobs("ann", std::nullopt, 5));
  note(script.jobs.UpdateJob(job, {{.type = "job"}}, {}));
  note(script.jobs.UpdateJob(job, {}, {}));
  note(script.jobs.ListUnsettledJobs());
  note(script.jobs.PutChunks(job.id, {{.id = "c"}}));
  note(script.jobs.GetChunk(job.id, "c"));
  note(script.jobs.ListChunks(job.id, std::nullopt, std::nullopt, 5));
  note(script.jobs.UpdateChunk(chunk, {.records = 1}, {}));
  note(script.jobs.GetProgress(job.id));
  note(script.jobs.ResetProgress(job.id, {}));
  note(script.jobs.ReadEvents(job.id, 0, 5));
  note(script.jobs.ReadOutbox(5));
  note(script.jobs.RemoveFromOutbox("e"));
  note(script.jobs.EraseUser("ann"));
  note(script.connections.PutPending({.state = "s", .user_id = "ann"}));
  note(script.connections.TakePending("s"));
  note(script.connections.Put({.id = "c", .user_id = "ann"}));
  note(script.connections.Get("ann", "c"));
  note(script.connections.List("ann"));
  note(script.connections.ListDue());
  note(script.connections.Delete("ann", "c"));
  note(script.connections.EraseUser("ann"));
  note(script.entitlements.Record("ann", true, At(0)));
  note(script.entitlements.HasPro("ann"));
  note(script.entitlements.EraseUser("ann"));
  note(script.inbox.Add({.key = "k", .user_id = "ann"}));
  note(script.inbox.List("ann", 5));
  note(script.inbox.EraseUser("ann"));
  note(script.ledger.Reserve("r", budgets, 1, At(0)));
  note(script.ledger.TakeOne(budgets, At(0)));
  note(script.ledger.Settle("r", 0, At(0)));
  note(script.ledger.Block(budgets, std::nullopt, At(0)));
  note(script.ledger.Observe(budgets, {}, At(0)));
  note(script.ledger.Read({"b"}));
  EXPECT_THAT(codes, ::testing::Each("store.io"));
}

TEST(DynamoAdaptersTest, ItemsThatCannotBeReadAreCorrupt) {
  Scripted script;
  const auto found = [&](const dynamodb::ItemKey& key) {
    const Item item = dynamodb::NewItem(key);
    script.Then({{"Item", item}, {"Items", Json::array({item})}});
  };
  found(dynamodb::JobKey("ann", "j"));
  EXPECT_EQ(script.jobs.GetJob("ann", "j").error().code, "store.corrupt");
  found(dynamodb::JobKey("ann", "j"));
  EXPECT_EQ(script.jobs.ListJobs("ann", {}, 5).error().code, "store.corrupt");
  found(dynamodb::ChunkKey("j", "c"));
  EXPECT_EQ(script.jobs.GetChunk("j", "c").error().code, "store.corrupt");
  found(dynamodb::EventKey("j", 1));
  EXPECT_EQ(script.jobs.ReadEvents("j", 0, 5).error().code, "store.corrupt");
  found(dynamodb::OutboxKey("e"));
  EXPECT_EQ(script.jobs.ReadOutbox(5).error().code, "store.corrupt");
  found(dynamodb::IdempotencyKey("k"));
  EXPECT_EQ(script.jobs.FindKey("k").error().code, "store.corrupt");
  found(dynamodb::ConnectionKey("ann", "c"));
  EXPECT_EQ(script.connections.Get("ann", "c").error().code, "store.corrupt");
  found(dynamodb::PendingKey("s"));
  EXPECT_EQ(script.connections.TakePending("s").error().code, "store.corrupt");
  found(dynamodb::EntitlementKey("ann"));
  EXPECT_EQ(script.entitlements.HasPro("ann").error().code, "store.corrupt");
  found(dynamodb::InboxKey("ann", 1, "k"));
  EXPECT_EQ(script.inbox.List("ann", 5).error().code, "store.corrupt");
  found(dynamodb::ReservationKey("r"));
  EXPECT_EQ(script.ledger.Settle("r", 0, At(0)).error().code, "store.corrupt");
}

TEST(DynamoAdaptersTest, WhoeverIsAlwaysTooLateIsToldToTryLater) {
  Scripted script;
  const std::vector<planner::Budget> budgets{{.key = "b", .limit = 5, .window = Seconds(60)}};
  Item progress = dynamodb::NewProgressItem("j");
  script.AlwaysTooLate(progress);
  domain::Chunk chunk;
  chunk.job_id = "j";
  EXPECT_EQ(script.jobs.UpdateChunk(chunk, {}, {{.type = "chunk"}}).error().code, "store.conflict");

  Item claim = dynamodb::NewItem(dynamodb::EntitlementKey("ann"));
  claim["Pro"] = dynamodb::Flag(false);
  claim["Issued"] = Number(5);
  script.AlwaysTooLate(claim);
  EXPECT_EQ(script.entitlements.Record("ann", true, At(0)).error().code, "store.conflict");

  const dynamodb::Write lane =
      dynamodb::LaneWrite("t", {"b", 0}, {.state = {.consecutive_blocks = 1}});
  script.AlwaysTooLate(*dynamodb::ItemOf(lane));
  EXPECT_EQ(script.ledger.Reserve("r", budgets, 1, At(0)).error().code, "store.conflict");
  EXPECT_EQ(script.ledger.TakeOne(budgets, At(0)).error().code, "store.conflict");
  EXPECT_EQ(script.ledger.Block(budgets, {}, At(0)).error().code, "store.conflict");
  EXPECT_EQ(script.ledger.Observe(budgets, {}, At(0)).error().code, "store.conflict");
  script.AlwaysTooLate(dynamodb::ReservationItem("r", {.calls = 1, .token = "x"}));
  EXPECT_EQ(script.ledger.Settle("r", 1, At(0)).error().code, "store.conflict");
}

TEST(DynamoAdaptersTest, AnInputBeyondTheLimitOfAnItemIsRefused) {
  Scripted script;
  const domain::Job job = NewJob();
  tasks::IdempotencyRow row = KeyOf(job);
  row.execution_input = std::string(dynamodb::kMostItemBytes, 'x');
  EXPECT_EQ(script.jobs.CreateJob(job, row).error().code, "store.too_large");
  EXPECT_THAT(script.aws.http.requests(), SizeIs(0));
}

TEST(DynamoAdaptersTest, AJobShowsItsStatusAndExecution) {
  domain::Job job = NewJob();
  Item item = dynamodb::JobItem(job, 3);
  EXPECT_EQ(dynamodb::FindText(item, "PK"), "USER#ann");
  EXPECT_EQ(dynamodb::FindText(item, "SK"), "HISTORICAL##" + job.id);
  EXPECT_EQ(dynamodb::FindText(item, "Status"), "PENDING");
  EXPECT_FALSE(item.contains("ExecutionArn"));
  EXPECT_TRUE(item.contains("Due"));
  job.status = domain::JobStatus::kSucceeded;
  job.latest().arn = "arn:aws:states:eu-central-1:1:execution:m:start";
  item = dynamodb::JobItem(job, 4);
  EXPECT_EQ(dynamodb::FindText(item, "Status"), "SUCCEEDED");
  EXPECT_EQ(dynamodb::FindText(item, "ExecutionArn"), job.latest().arn);
  EXPECT_FALSE(item.contains("Due"));
}

// The rest is about DynamoDB itself.
class DynamoDbAdaptersTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!EmulatorUrl(dynamodb::kDynamoDbVariable)) {
      GTEST_SKIP() << dynamodb::kDynamoDbVariable << " names no DynamoDB";
    }
    local_.emplace();
  }
  dynamodb::DynamoTable& table() { return local_->table(); }

  std::optional<LocalTable> local_;
};

TEST_F(DynamoDbAdaptersTest, APlanOfHundredsIsWrittenOnceWhoeverRepeatsIt) {
  DynamoJobStore store(table());
  const domain::Job job = NewJob();
  ASSERT_TRUE(store.CreateJob(job, KeyOf(job)));
  std::vector<domain::ChunkSpec> plan;
  for (int i = 0; i < 250; ++i) {
    plan.push_back({.id = "sleep-" + std::to_string(1000 + i), .stream = "sleep"});
  }
  const std::vector<domain::ChunkSpec> part(plan.begin() + 50, plan.begin() + 60);
  ASSERT_TRUE(store.PutChunks(job.id, part));
  ASSERT_TRUE(store.PutChunks(job.id, plan));
  ASSERT_TRUE(store.PutChunks(job.id, plan));
  EXPECT_EQ(store.GetProgress(job.id)->chunks_total, 250);
  EXPECT_THAT(store.ListChunks(job.id, std::nullopt, std::nullopt, 1000)->chunks, SizeIs(250));
  ASSERT_TRUE(store.PutChunks(job.id, {}));
  EXPECT_EQ(store.PutChunks("none", {}).error().code, "store.not_found");
}

TEST_F(DynamoDbAdaptersTest, ErasingLeavesNothingInTheTable) {
  DynamoJobStore store(table());
  DynamoConnectionStore connections(table());
  DynamoInboxStore inbox(table());
  DynamoEntitlements entitlements(table());
  const domain::Job job = NewJob();
  ASSERT_TRUE(store.CreateJob(job, KeyOf(job)));
  std::vector<domain::ChunkSpec> plan;
  for (int i = 0; i < 40; ++i) plan.push_back({.id = std::to_string(i), .stream = "sleep"});
  ASSERT_TRUE(store.PutChunks(job.id, plan));
  ASSERT_TRUE(store.UpdateJob(job, {{.type = "job"}},
                              {{.id = "e", .type = "t", .data = {{"userId", "ann"}}}}));
  ASSERT_TRUE(connections.Put({.id = "c", .user_id = "ann"}));
  ASSERT_TRUE(connections.PutPending({.state = "s", .user_id = "ann"}));
  ASSERT_TRUE(inbox.Add({.key = "k", .user_id = "ann"}));
  ASSERT_TRUE(entitlements.Record("ann", true, At(0)));
  EXPECT_EQ(local_->Call("Scan", {{"TableName", table().name()}})["Count"], 52);
  ASSERT_TRUE(connections.EraseUser("ann"));
  ASSERT_TRUE(inbox.EraseUser("ann"));
  ASSERT_TRUE(entitlements.EraseUser("ann"));
  ASSERT_TRUE(store.EraseUser("ann"));
  EXPECT_EQ(local_->Call("Scan", {{"TableName", table().name()}})["Count"], 0);
  domain::Chunk chunk;
  chunk.job_id = job.id;
  chunk.spec.id = "1";
  EXPECT_EQ(store.UpdateChunk(chunk, {.records = 1}, {{.type = "chunk"}}).error().code,
            "store.not_found")
      << "a late worker writes nothing";
}

TEST_F(DynamoDbAdaptersTest, AuthorizationsAndQuotaItemsExpire) {
  DynamoConnectionStore connections(table());
  ASSERT_TRUE(connections.PutPending({.state = "s", .user_id = "ann", .expires = At(600)}));
  DynamoQuotaLedger ledger(table());
  ASSERT_TRUE(ledger.Reserve("r", {{.key = "b", .limit = 5, .window = Seconds(60)}}, 1, At(0)));
  const Json all = local_->Call("Scan", {{"TableName", table().name()}});
  ASSERT_THAT(all["Items"], SizeIs(4));
  for (const Item& item : all["Items"]) {
    const auto expires = dynamodb::FindNumber(item, dynamodb::kExpiresAt);
    ASSERT_TRUE(expires) << item;
    EXPECT_GT(base::FromUnixSeconds(*expires), At(0));
    EXPECT_LT(base::FromUnixSeconds(*expires), At(2 * 86'400));
  }
}

// 6,000 calls a minute: four lanes.
class DynamoDbLanesTest : public DynamoDbAdaptersTest {
 protected:
  const std::vector<planner::Budget> budgets_{
      {.key = "wide/app/60s", .limit = 6'000, .window = Seconds(60)}};
};

TEST_F(DynamoDbLanesTest, LanesTogetherGrantNoMoreThanTheBudgetAndNearlyAllOfIt) {
  ASSERT_EQ(dynamodb::LanesOf(budgets_[0]), 4);
  DynamoQuotaLedger ledger(table());
  std::int64_t granted = 0;
  for (int i = 0; i < 100; ++i) {
    const auto at = ledger.Reserve("chunk-" + std::to_string(i), budgets_, 100, At(0));
    ASSERT_TRUE(at) << at.error().message;
    if (*at <= At(0)) granted += 100;
  }
  EXPECT_LE(granted, 6'000);
  EXPECT_GE(granted, 5'000);
  std::int64_t known = 0;
  const auto states = ledger.Read({"wide/app/60s"});
  ASSERT_TRUE(states);
  for (const auto& [slot, calls] : states->at("wide/app/60s").slots) known += calls;
  EXPECT_EQ(known, 10'000);
  ASSERT_TRUE(ledger.Settle("chunk-0", 40, At(1)));
  known = 0;
  for (const auto& [slot, calls] : ledger.Read({"wide/app/60s"})->at("wide/app/60s").slots) {
    known += calls;
  }
  EXPECT_EQ(known, 9'940);
}

TEST_F(DynamoDbLanesTest, ABlockHoldsInEveryLane) {
  DynamoQuotaLedger ledger(table());
  ASSERT_EQ(ledger.Reserve("before", budgets_, 5, At(0)), At(0));
  ASSERT_EQ(ledger.Block(budgets_, std::nullopt, At(0)), At(60));
  for (int i = 0; i < 12; ++i) {
    EXPECT_GE(*ledger.Reserve("chunk-" + std::to_string(i), budgets_, 1, At(1)), At(60));
    EXPECT_GE(*ledger.TakeOne(budgets_, At(1)), At(60));
  }
  EXPECT_EQ(ledger.Read({"wide/app/60s"})->at("wide/app/60s").blocked_until, At(60));
  ASSERT_TRUE(ledger.Observe(budgets_, {}, At(61)));
  EXPECT_EQ(ledger.Block(budgets_, std::nullopt, At(62)), At(122)) << "the series has ended";
}

TEST_F(DynamoDbLanesTest, WhatOthersCallIsTakenFromAllLanes) {
  DynamoQuotaLedger ledger(table());
  for (int i = 0; i < 10; ++i) {
    ASSERT_EQ(ledger.Reserve("chunk-" + std::to_string(i), budgets_, 10, At(0)), At(0));
  }
  ASSERT_TRUE(ledger.Observe(budgets_, {{.key = "", .remaining = 3'000}}, At(1)));
  std::int64_t known = 0;
  for (const auto& [slot, calls] : ledger.Read({"wide/app/60s"})->at("wide/app/60s").slots) {
    known += calls;
  }
  EXPECT_EQ(known, 3'000);
  ASSERT_TRUE(ledger.Observe(budgets_, {{.key = "", .remaining = 5'900}}, At(1)));
  std::int64_t again = 0;
  for (const auto& [slot, calls] : ledger.Read({"wide/app/60s"})->at("wide/app/60s").slots) {
    again += calls;
  }
  EXPECT_EQ(again, 3'000) << "a reading of more changes nothing";
}

}  // namespace
}  // namespace coldpath::aws
