#include "aws/dynamodb/table_schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "aws/dynamodb/quota_lanes.h"

namespace coldpath::aws::dynamodb {
namespace {

TEST(TableSchemaTest, KeysAreAsTablesInTheFieldHaveThem) {
  EXPECT_EQ(JobKey("ann", "j1"), (ItemKey{"USER#ann", "HISTORICAL##j1"}));
  EXPECT_EQ(UserKeyKey("ann", "k"), (ItemKey{"USER#ann", "KEY#k"}));
  EXPECT_EQ(ConnectionKey("ann", "c"), (ItemKey{"USER#ann", "CONNECTION#c"}));
  EXPECT_EQ(UserPendingKey("ann", "s"), (ItemKey{"USER#ann", "PENDING#s"}));
  EXPECT_EQ(EntitlementKey("ann"), (ItemKey{"USER#ann", "ENTITLEMENT"}));
  EXPECT_EQ(InboxKey("ann", 17, "e N-04"),
            (ItemKey{"USER#ann", "INBOX#0000000000000000017#e N-04"}));
  EXPECT_EQ(InboxMarkerKey("ann", "e N-04"), (ItemKey{"USER#ann", "INBOXKEY#e N-04"}));
  EXPECT_EQ(ProgressKey("j1"), (ItemKey{"JOB#j1", "PROGRESS"}));
  EXPECT_EQ(ChunkKey("j1", "sleep-0001"), (ItemKey{"JOB#j1", "CHUNK#sleep-0001"}));
  EXPECT_EQ(EventKey("j1", 12), (ItemKey{"JOB#j1", "EVENT#0000000000000000012"}));
  EXPECT_EQ(IdempotencyKey("k"), (ItemKey{"KEY#k", "KEY"}));
  EXPECT_EQ(PendingKey("s"), (ItemKey{"STATE#s", "STATE"}));
  EXPECT_EQ(BudgetLaneKey("oura/app/300s", 3), (ItemKey{"BUDGET#3#oura/app/300s", "BUDGET"}));
  EXPECT_EQ(ReservationKey("e/c"), (ItemKey{"RESERVATION#e/c", "RESERVATION"}));
  EXPECT_EQ(OutboxKey("e1"), (ItemKey{OutboxPartition(ShardOf("e1")), "e1"}));
  EXPECT_EQ(ShardOf("018f2c7e-0000-7000-8000-000000000001"),
            ShardOf("018f2c7e-0000-7000-8000-000000000001"));
  EXPECT_EQ(AfterPrefix("CHUNK#a#b", kChunkPrefix), "a#b");
  EXPECT_EQ(AfterPrefix("EVENT#a", kChunkPrefix), "");
}

TEST(TableSchemaTest, NumbersSortAsTheyCount) {
  EXPECT_LT(EventKey("j", 9).sort, EventKey("j", 10).sort);
  EXPECT_LT(EventKey("j", 99'999).sort, EventKey("j", std::int64_t{1} << 62).sort);
}

TEST(TableSchemaTest, JobsSpreadOverAllShards) {
  std::set<int> shards;
  for (int i = 0; i < 200; ++i) {
    const int shard = ShardOf("job-" + std::to_string(i));
    EXPECT_GE(shard, 0);
    EXPECT_LT(shard, kShards);
    shards.insert(shard);
  }
  EXPECT_EQ(shards.size(), static_cast<std::size_t>(kShards));
}

// The table's resource in the template, up to the next one.
std::string TableOfTemplate() {
  std::ifstream file(COLDPATH_SOURCE_DIR "/deploy/aws/template.yaml");
  std::stringstream text;
  text << file.rdbuf();
  const std::string all = text.str();
  const std::size_t begin = all.find("Type: AWS::DynamoDB::Table\n");
  if (begin == std::string::npos) return "";
  std::smatch next;
  const std::string rest = all.substr(begin);
  return std::regex_search(rest, next, std::regex("\n  [A-Za-z]+:\n"))
             ? rest.substr(0, static_cast<std::size_t>(next.position()))
             : rest;
}

// YAML in any layout: what stands in it, without blanks, quotes and list marks.
std::string Squeezed(const std::string& text) {
  return std::regex_replace(text, std::regex(R"(#[^\n]*|[\s{}\[\]'"-]|,)"), "");
}

TEST(TableSchemaTest, TheTemplateMakesTheSameTable) {
  const std::string table = TableOfTemplate();
  if (table.empty()) GTEST_SKIP() << "deploy/aws/template.yaml has no table";
  const std::string squeezed = Squeezed(table);
  const base::Json request = CreateTableRequest("t");
  const auto holds = [&](const std::string& text) {
    EXPECT_THAT(squeezed, ::testing::HasSubstr(Squeezed(text)));
  };
  std::string attributes = "AttributeDefinitions:";
  for (const base::Json& one : request["AttributeDefinitions"]) {
    attributes += "AttributeName:" + one["AttributeName"].get<std::string>() +
                  "AttributeType:" + one["AttributeType"].get<std::string>();
  }
  holds(attributes);
  const auto schema = [](const base::Json& keys) {
    std::string text = "KeySchema:";
    for (const base::Json& one : keys) {
      text += "AttributeName:" + one["AttributeName"].get<std::string>() +
              "KeyType:" + one["KeyType"].get<std::string>();
    }
    return text;
  };
  holds(schema(request["KeySchema"]));
  const base::Json& index = request["GlobalSecondaryIndexes"][0];
  holds("IndexName:" + index["IndexName"].get<std::string>() + schema(index["KeySchema"]) +
        "Projection:ProjectionType:" + index["Projection"]["ProjectionType"].get<std::string>());
  holds("BillingMode:" + request["BillingMode"].get<std::string>());
  holds("TimeToLiveSpecification:AttributeName:" +
        TimeToLiveRequest("t")["TimeToLiveSpecification"]["AttributeName"].get<std::string>() +
        "Enabled:true");
}

}  // namespace
}  // namespace coldpath::aws::dynamodb
