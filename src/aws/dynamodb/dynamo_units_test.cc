// What a chunk costs of DynamoDB: the figures of docs/aws/dynamodb.md and of the cost model,
// counted from what is sent while DynamoDB Local answers it. (Its own ConsumedCapacity rounds a
// transaction as a whole; AWS rounds each item.)
#include <gtest/gtest.h>

#include <memory>

#include "aws/dynamodb/dynamo_connection_store.h"
#include "aws/dynamodb/dynamo_entitlements.h"
#include "aws/dynamodb/dynamo_job_store.h"
#include "aws/dynamodb/dynamo_quota_ledger.h"
#include "aws/dynamodb/local_table_testing.h"

namespace coldpath::aws {
namespace {

using base::Json;

// Request units as DynamoDB bills them: a KB written, 4 KB read consistently, each item rounded up,
// at least one; transactions write at twice the units (Developer Guide, "Read/write capacity
// mode"). Items here are below 4 KB, those that are updated or deleted below 1 KB. Index entries
// are not counted.
class MeteringHttp final : public base::HttpClient {
 public:
  explicit MeteringHttp(base::HttpClient& inner) : inner_(inner) {}

  void Send(base::HttpRequest request, Done done) override {
    const std::string target = request.headers.Find("X-Amz-Target").value_or("");
    const Json body = base::ParseJson(request.body).value_or(Json::object());
    inner_.Send(std::move(request),
                [this, operation = target.substr(target.find('.') + 1), body,
                 done = std::move(done)](base::Result<base::HttpResponse> response) mutable {
                  if (response && response->status == 200) Count(operation, body);
                  done(std::move(response));
                });
  }

  double reads() const {
    base::MutexLock lock(mutex_);
    return reads_;
  }
  double writes() const {
    base::MutexLock lock(mutex_);
    return writes_;
  }

 private:
  static double WriteUnits(const Json& action) {
    const Json* const item = base::FindMember(action, "Item");
    const std::size_t bytes = item == nullptr ? 1 : dynamodb::ItemBytes(*item);
    return static_cast<double>((bytes + 1023) / 1024);
  }
  void Count(const std::string& operation, const Json& body) {
    base::MutexLock lock(mutex_);
    if (operation == "GetItem") {
      reads_ += 1;
    } else if (operation == "BatchGetItem") {
      for (const Json& table : body["RequestItems"]) {
        reads_ += static_cast<double>(table["Keys"].size());
      }
    } else if (operation == "TransactWriteItems") {
      for (const Json& item : body["TransactItems"]) {
        for (const Json& action : item) writes_ += 2 * WriteUnits(action);
      }
    } else if (operation == "PutItem" || operation == "UpdateItem" || operation == "DeleteItem") {
      writes_ += WriteUnits(body);
    } else {
      ADD_FAILURE() << operation << " is not counted";
    }
  }

  base::HttpClient& inner_;
  mutable base::Mutex mutex_;
  double reads_ COLDPATH_GUARDED_BY(mutex_) = 0;
  double writes_ COLDPATH_GUARDED_BY(mutex_) = 0;
};

// The stores of one table, over a meter.
struct Metered {
  dynamodb::LocalTable local;
  EmulatedAws aws{*EmulatorUrl(dynamodb::kDynamoDbVariable)};
  MeteringHttp http{*aws.http};
  AwsPorts ports{http, *aws.clock, *aws.random, aws.log, [](base::Duration) {}};
  AwsClient client{ports, aws.client.settings(), aws.credentials};
  dynamodb::DynamoTable table{client, ports, local.table().name()};
  DynamoJobStore jobs{table};
  DynamoConnectionStore connections{table};
  DynamoEntitlements entitlements{table};
  DynamoQuotaLedger ledger{table};
};

constexpr int kChunks = 20;
const base::Instant kNow = base::FromUnixSeconds(1'800'000'000);

domain::Job MakeJob() {
  domain::Job job;
  job.id = "018f2c7e-0000-7000-8000-000000000001";
  job.user_id = "ann";
  job.connection_id = "c";
  job.provider = "oura";
  job.types = {domain::DataType::kSleep};
  job.executions = {{.name = "018f2c7e-0000-7000-8000-00000000000a"}};
  return job;
}

std::string ChunkId(int i) { return "sleep-" + std::to_string(1000 + i); }

void Start(Metered& metered, const domain::Job& job) {
  ASSERT_TRUE(metered.jobs.CreateJob(job, {.key = job.latest().name,
                                           .user_id = job.user_id,
                                           .job_id = job.id,
                                           .execution_input = "{}"}));
  ASSERT_TRUE(metered.connections.Put(
      {.id = "c", .user_id = "ann", .provider = "oura", .sealed_tokens = std::string(300, 't')}));
  ASSERT_TRUE(metered.entitlements.Record("ann", true, kNow));
}

// What AdmitChunk reads and reserves.
void Admit(Metered& metered, const domain::Job& job, int i,
           const std::vector<planner::Budget>& budgets) {
  ASSERT_TRUE(metered.jobs.GetJob("ann", job.id));
  ASSERT_TRUE(metered.entitlements.HasPro("ann"));
  ASSERT_TRUE(metered.jobs.GetChunk(job.id, ChunkId(i)));
  ASSERT_TRUE(metered.connections.Get("ann", "c"));
  ASSERT_EQ(metered.ledger.Reserve("e/" + ChunkId(i), budgets, 2, kNow), kNow);
}

tasks::ProgressEvent ChunkEvent() {
  return {.time = kNow, .type = "chunk", .data = {{"chunkId", std::string(300, 'x')}}};
}

// What a worker does with a chunk of two calls.
void Work(Metered& metered, const domain::Job& job, int i,
          const std::vector<planner::Budget>& budgets) {
  domain::Chunk chunk = *metered.jobs.GetChunk(job.id, ChunkId(i));
  chunk.status = domain::ChunkStatus::kRunning;
  chunk.attempt = 1;
  chunk.attempt_token = std::string(300, 't');
  chunk.attempt_execution = job.latest().name;
  ASSERT_TRUE(metered.jobs.UpdateChunk(chunk, {.attempts = 1}, {ChunkEvent()}));
  ASSERT_TRUE(metered.jobs.GetJob("ann", job.id));
  ASSERT_TRUE(metered.connections.Get("ann", "c"));
  ASSERT_EQ(metered.ledger.Reserve("e/" + ChunkId(i), budgets, 2, kNow), kNow);
  ASSERT_TRUE(metered.connections.Get("ann", "c"));
  for (int call = 0; call < 2; ++call) {
    ASSERT_TRUE(metered.ledger.Observe(budgets, {}, kNow));
    ASSERT_TRUE(metered.jobs.GetJob("ann", job.id));
  }
  ASSERT_TRUE(metered.ledger.Settle("e/" + ChunkId(i), 2, kNow));
  chunk = *metered.jobs.GetChunk(job.id, ChunkId(i));
  chunk.status = domain::ChunkStatus::kComplete;
  for (const domain::DataType type : {domain::DataType::kSleep, domain::DataType::kHrvRmssd}) {
    chunk.results.push_back({.type = type,
                             .coverage = {chunk.spec.range, "ccccccc"},
                             .records = 500,
                             .object_key = std::string(180, 'k'),
                             .sha256 = std::string(64, 'f')});
  }
  chunk.raw_keys = {std::string(120, 'r'), std::string(120, 'r')};
  ASSERT_TRUE(metered.jobs.UpdateChunk(chunk, {.chunks_done = 1, .records = 1000, .bytes = 1},
                                       {ChunkEvent()}));
}

TEST(DynamoDbUnitsTest, AChunkTakesWhatTheDocumentationSays) {
  if (!EmulatorUrl(dynamodb::kDynamoDbVariable)) {
    GTEST_SKIP() << dynamodb::kDynamoDbVariable << " names no DynamoDB";
  }
  Metered metered;
  const domain::Job job = MakeJob();
  Start(metered, job);
  const double before_reads = metered.http.reads();
  const double before_writes = metered.http.writes();
  EXPECT_EQ(before_writes, 8 + 2 + 1) << "job, connection, claim";
  std::vector<domain::ChunkSpec> plan;
  for (int i = 0; i < kChunks; ++i) {
    plan.push_back({.id = ChunkId(i), .stream = "sleep", .types = job.types, .expected_calls = 2});
  }
  ASSERT_TRUE(metered.jobs.PutChunks(job.id, plan));
  const std::vector<planner::Budget> budgets{
      {.key = "oura/app/300s", .limit = 5000, .window = std::chrono::seconds(300)}};
  for (int i = 0; i < kChunks; ++i) {
    Admit(metered, job, i, budgets);
    Work(metered, job, i, budgets);
  }
  const double reads = (metered.http.reads() - before_reads) / kChunks;
  const double writes = (metered.http.writes() - before_writes) / kChunks;
  EXPECT_EQ(reads, 20);
  EXPECT_EQ(writes, 22 + 2.0 / kChunks) << "the plan's total is written once";
}

}  // namespace
}  // namespace coldpath::aws
