#include "aws/dynamodb/dynamo_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/aws_testing.h"
#include "aws/dynamodb/table_schema.h"

namespace coldpath::aws::dynamodb {
namespace {

using base::Json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A table whose service is a script.
struct ScriptedTable {
  ScriptedAws aws;
  DynamoTable table{aws.client,
                    {aws.http, aws.clock, aws.random, aws.log,
                     [this](base::Duration pause) { aws.pauses.push_back(pause); }},
                    "t"};

  void Then(const Json& answer) { aws.http.Then(200, base::DumpJson(answer)); }
  void ThenError(const std::string& name, Json more = Json::object()) {
    more["__type"] = "com.amazonaws.dynamodb.v20120810#" + name;
    aws.http.Then(400, base::DumpJson(more));
  }
  void ThenCancelled(const std::vector<std::string>& codes) {
    Json reasons = Json::array();
    for (const std::string& code : codes) reasons.push_back({{"Code", code}});
    ThenError("TransactionCanceledException", {{"CancellationReasons", std::move(reasons)}});
  }
  // What was sent, and to which operation.
  Json Sent(std::size_t i) const { return *base::ParseJson(aws.http.requests().at(i).body); }
  std::string Operation(std::size_t i) const {
    return *aws.http.requests().at(i).headers.Find("X-Amz-Target");
  }
};

Item Named(const std::string& sort) { return NewItem({"p", sort}); }

TEST(DynamoTableTest, ReadsAnItemConsistently) {
  ScriptedTable script;
  script.Then({{"Item", Named("s")}});
  script.Then(Json::object());
  const auto item = script.table.Get({"p", "s"});
  ASSERT_TRUE(item) << item.error().message;
  EXPECT_EQ(KeyOf(**item), (ItemKey{"p", "s"}));
  EXPECT_EQ(script.table.Get({"p", "none"})->has_value(), false);
  EXPECT_EQ(script.Operation(0), "DynamoDB_20120810.GetItem");
  EXPECT_EQ(script.Sent(0), (Json{{"TableName", "t"},
                                  {"Key", {{"PK", {{"S", "p"}}}, {"SK", {{"S", "s"}}}}},
                                  {"ConsistentRead", true}}));
}

TEST(DynamoTableTest, AsksAgainForKeysThatWereLeftUndone) {
  ScriptedTable script;
  script.Then({{"Responses", {{"t", Json::array({Named("1")})}}},
               {"UnprocessedKeys", {{"t", {{"Keys", Json::array({Named("2")})}}}}}});
  script.Then(
      {{"Responses", {{"t", Json::array({Named("2")})}}}, {"UnprocessedKeys", Json::object()}});
  const auto items = script.table.GetMany({{"p", "1"}, {"p", "2"}, {"p", "3"}});
  ASSERT_TRUE(items) << items.error().message;
  EXPECT_THAT(KeysOf(*items), ElementsAre(ItemKey{"p", "1"}, ItemKey{"p", "2"}));
  EXPECT_THAT(script.aws.pauses, SizeIs(1));
  EXPECT_EQ(script.Sent(1)["RequestItems"]["t"]["Keys"], Json::array({Named("2")}));
}

TEST(DynamoTableTest, GivesUpOnKeysThatAreNeverDone) {
  ScriptedTable script;
  script.aws.http.Otherwise([](const base::HttpRequest&) -> base::Result<base::HttpResponse> {
    return base::HttpResponse{
        200,
        {},
        base::DumpJson({{"Responses", {{"t", Json::array()}}},
                        {"UnprocessedKeys", {{"t", {{"Keys", Json::array({Named("1")})}}}}}})};
  });
  EXPECT_EQ(script.table.GetMany({{"p", "1"}}).error().code, "store.io");
}

TEST(DynamoTableTest, ReadsAHundredKeysAtATime) {
  ScriptedTable script;
  std::vector<ItemKey> keys;
  for (int i = 0; i < 250; ++i) keys.push_back({"p", std::to_string(i)});
  for (int i = 0; i < 3; ++i) script.Then({{"Responses", {{"t", Json::array({Named("x")})}}}});
  ASSERT_TRUE(script.table.GetMany(keys));
  std::vector<std::size_t> asked;
  for (std::size_t i = 0; i < 3; ++i) {
    asked.push_back(script.Sent(i)["RequestItems"]["t"]["Keys"].size());
  }
  EXPECT_THAT(asked, ElementsAre(100, 100, 50));
  EXPECT_THAT(*script.table.GetMany({}), IsEmpty());
}

TEST(DynamoTableTest, FollowsPagesUntilThereIsEnough) {
  ScriptedTable script;
  script.Then({{"Items", Json::array({Named("1")})}, {"LastEvaluatedKey", Named("1")}});
  script.Then({{"Items", Json::array()}, {"LastEvaluatedKey", Named("5")}});
  script.Then({{"Items", Json::array({Named("6")})}, {"LastEvaluatedKey", Named("6")}});
  const auto items = script.table.Query({.partition = "p", .prefix = "x", .limit = 2});
  ASSERT_TRUE(items) << items.error().message;
  EXPECT_THAT(KeysOf(*items), ElementsAre(ItemKey{"p", "1"}, ItemKey{"p", "6"}));
  EXPECT_EQ(script.Sent(0)["Limit"], 2);
  EXPECT_EQ(script.Sent(1)["Limit"], 1);
  EXPECT_EQ(script.Sent(2)["ExclusiveStartKey"], Named("5"));
  EXPECT_EQ(script.aws.http.left(), 0u);
}

TEST(DynamoTableTest, AFilterReadsWholePages) {
  ScriptedTable script;
  script.Then({{"Items", Json::array({Named("1"), Named("2"), Named("3")})},
               {"LastEvaluatedKey", Named("9")}});
  const auto items = script.table.Query(
      {.partition = "p", .limit = 2, .with = std::pair("Status", std::string("failed"))});
  ASSERT_TRUE(items);
  EXPECT_THAT(*items, SizeIs(2));
  EXPECT_FALSE(script.Sent(0).contains("Limit"));
  EXPECT_EQ(script.Sent(0)["FilterExpression"], "#w = :w");
}

TEST(DynamoTableTest, AQueryOfTheIndexIsNotConsistent) {
  ScriptedTable script;
  script.Then({{"Items", Json::array()}});
  ASSERT_TRUE(script.table.Query({.partition = "JOB#1", .in_due_index = true}));
  EXPECT_EQ(script.Sent(0)["IndexName"], "Due");
  EXPECT_FALSE(script.Sent(0).contains("ConsistentRead"));
}

TEST(DynamoTableTest, AnAnswerWithoutItemsIsAnError) {
  ScriptedTable script;
  script.Then(Json::object());
  EXPECT_EQ(script.table.Query({.partition = "p"}).error().code, "store.io");
}

TEST(DynamoTableTest, ATransactionThatMetAnotherIsTriedAgainAsAnother) {
  ScriptedTable script;
  script.ThenCancelled({"TransactionConflict", "None"});
  script.ThenCancelled({"None", "ThrottlingError"});
  script.ThenCancelled({"ProvisionedThroughputExceeded", "None"});
  script.Then(Json::object());
  const auto outcome =
      script.table.Transact({PutWrite("t", Named("1")), DeleteWrite("t", {"p", "2"}, IsPresent())});
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_TRUE(outcome->committed);
  EXPECT_THAT(script.aws.pauses, SizeIs(3));
  EXPECT_NE(script.Sent(0)["ClientRequestToken"], script.Sent(1)["ClientRequestToken"])
      << "the first has ended";
}

TEST(DynamoTableTest, ATransactionInProgressIsAskedForUnderItsToken) {
  ScriptedTable script;
  for (int i = 0; i < 6; ++i) script.ThenError("TransactionInProgressException");
  script.Then(Json::object());
  const auto outcome = script.table.Transact({PutWrite("t", Named("1"))});
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_TRUE(outcome->committed);
  EXPECT_EQ(script.Sent(0)["ClientRequestToken"], script.Sent(6)["ClientRequestToken"]);
}

TEST(DynamoTableTest, ALostAnswerIsAskedForUnderTheSameToken) {
  ScriptedTable script;
  script.aws.http.ThenFail("http.broken");
  script.Then(Json::object());
  ASSERT_TRUE(script.table.Transact({PutWrite("t", Named("1"))}));
  EXPECT_EQ(script.Sent(0), script.Sent(1));
}

TEST(DynamoTableTest, AFailedConditionSaysWhatItFound) {
  ScriptedTable script;
  script.ThenError("TransactionCanceledException",
                   {{"CancellationReasons",
                     Json::array({{{"Code", "None"}},
                                  {{"Code", "ConditionalCheckFailed"}, {"Item", Named("2")}},
                                  {{"Code", "TransactionConflict"}},
                                  {{"Code", "ConditionalCheckFailed"}}})}});
  const auto outcome =
      script.table.Transact(std::vector<Write>(4, PutWrite("t", Named("1"), IsAbsent(), true)));
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_FALSE(outcome->committed);
  ASSERT_THAT(outcome->writes, SizeIs(4));
  EXPECT_TRUE(outcome->writes[0].written);
  EXPECT_FALSE(outcome->writes[1].written);
  EXPECT_EQ(outcome->writes[1].found, Named("2"));
  EXPECT_FALSE(outcome->writes[3].written);
  EXPECT_FALSE(outcome->writes[3].found);
  EXPECT_THAT(script.aws.pauses, IsEmpty());
}

TEST(DynamoTableTest, TooManyOthersForTooLongIsAConflict) {
  ScriptedTable script;
  script.aws.http.Otherwise([](const base::HttpRequest&) -> base::Result<base::HttpResponse> {
    return base::HttpResponse{
        400,
        {},
        R"({"__type":"TransactionCanceledException","CancellationReasons":[{"Code":"TransactionConflict"}]})"};
  });
  EXPECT_EQ(script.table.Transact({PutWrite("t", Named("1"))}).error().code, "store.conflict");
  for (const base::Duration pause : script.aws.pauses) EXPECT_LE(pause, std::chrono::seconds(1));
}

TEST(DynamoTableTest, OtherReasonsAreErrorsWithTheirWords) {
  ScriptedTable script;
  script.ThenError("TransactionCanceledException",
                   {{"CancellationReasons",
                     Json::array({{{"Code", "ValidationError"},
                                   {"Message", "Item size has exceeded the maximum"}}})}});
  script.ThenError(
      "TransactionCanceledException",
      {{"CancellationReasons", Json::array({{{"Code", "ItemCollectionSizeLimitExceeded"},
                                             {"Message", "ten gigabytes"}}})}});
  script.ThenError("ResourceNotFoundException", {{"message", "no such table"}});
  EXPECT_EQ(script.table.Transact({PutWrite("t", Named("1"))}).error().code, "store.too_large");
  const auto other = script.table.Transact({PutWrite("t", Named("1"))});
  EXPECT_EQ(other.error().code, "store.io");
  EXPECT_THAT(other.error().message, HasSubstr("ten gigabytes"));
  const auto missing = script.table.Transact({PutWrite("t", Named("1"))});
  EXPECT_EQ(missing.error().code, "store.io");
  EXPECT_THAT(missing.error().message, HasSubstr("no such table"));
}

TEST(DynamoTableTest, AnItemThatIsTooLargeIsNotSent) {
  ScriptedTable script;
  Item item = Named("1");
  item["Document"] = Text(std::string(kMostItemBytes, 'x'));
  EXPECT_EQ(script.table.Transact({PutWrite("t", item)}).error().code, "store.too_large");
  EXPECT_EQ(script.table.WriteOne(PutWrite("t", item)).error().code, "store.too_large");
  EXPECT_THAT(script.aws.http.requests(), IsEmpty());
}

TEST(DynamoTableTest, ASingleWriteSaysWhatItsConditionFound) {
  ScriptedTable script;
  script.ThenError("ConditionalCheckFailedException", {{"Item", Named("1")}});
  script.ThenError("TransactionConflictException");
  script.Then(Json::object());
  script.ThenError("ValidationException",
                   {{"message", "Item size to update has exceeded the maximum allowed size"}});
  const Write write = PutWrite("t", Named("1"), Holds("Version", Number(3)), true);
  const auto found = script.table.WriteOne(write);
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->written);
  EXPECT_EQ(found->found, Named("1"));
  const auto second = script.table.WriteOne(write);
  ASSERT_TRUE(second) << "after it met a transaction";
  EXPECT_TRUE(second->written);
  EXPECT_THAT(script.aws.pauses, SizeIs(1));
  EXPECT_EQ(script.table.WriteOne(write).error().code, "store.too_large");
}

TEST(DynamoTableTest, DeletesInBatchesAndAgainWhatWasLeftUndone) {
  ScriptedTable script;
  std::vector<ItemKey> keys;
  for (int i = 0; i < 30; ++i) keys.push_back({"p", std::to_string(i)});
  const Json undone = {{"DeleteRequest", {{"Key", Named("7")}}}};
  script.Then({{"UnprocessedItems", {{"t", Json::array({undone})}}}});
  script.Then({{"UnprocessedItems", Json::object()}});
  ASSERT_TRUE(script.table.DeleteAll(keys));
  EXPECT_EQ(script.Sent(0)["RequestItems"]["t"].size(), 25u);
  EXPECT_EQ(script.Sent(1)["RequestItems"]["t"].size(), 6u);
  EXPECT_THAT(script.aws.pauses, SizeIs(1));
}

TEST(DynamoTableTest, DeletionsThatAreNeverDoneAreAnError) {
  ScriptedTable script;
  script.aws.http.Otherwise([](const base::HttpRequest&) -> base::Result<base::HttpResponse> {
    const Json undone = {{"DeleteRequest", {{"Key", Named("7")}}}};
    return base::HttpResponse{
        200, {}, base::DumpJson({{"UnprocessedItems", {{"t", Json::array({undone})}}}})};
  });
  EXPECT_EQ(script.table.DeleteAll({{"p", "7"}}).error().code, "store.io");
}

TEST(DynamoTableTest, RefusedCallsAreErrorsOfTheStore) {
  ScriptedTable script;
  script.ThenError("AccessDeniedException", {{"Message", "not authorized"}});
  const auto refused = script.table.Get({"p", "s"});
  EXPECT_EQ(refused.error().code, "store.io");
  EXPECT_THAT(refused.error().message, HasSubstr("not authorized"));
  script.ThenError("AccessDeniedException");
  EXPECT_EQ(script.table.GetMany({{"p", "s"}}).error().code, "store.io");
  script.ThenError("AccessDeniedException");
  EXPECT_EQ(script.table.Query({.partition = "p"}).error().code, "store.io");
  script.ThenError("AccessDeniedException");
  EXPECT_EQ(script.table.DeleteAll({{"p", "s"}}).error().code, "store.io");
}

TEST(ExpressionsTest, AnUpdateNamesAllItsPlaceholders) {
  const Write write =
      UpdateWrite("t", {"p", "s"}, {.set = {{"Status", Text("x")}}, .add = {{"Bytes", Number(5)}}},
                  Holds("LastEvent", Number(7)), true);
  EXPECT_EQ(write.parameters["UpdateExpression"], "SET #n1 = :v1 ADD #n2 :v2");
  EXPECT_EQ(write.parameters["ConditionExpression"], "#asked = :asked");
  EXPECT_EQ(write.parameters["ExpressionAttributeNames"],
            (Json{{"#asked", "LastEvent"}, {"#n1", "Status"}, {"#n2", "Bytes"}}));
  EXPECT_EQ(write.parameters["ExpressionAttributeValues"],
            (Json{{":asked", Number(7)}, {":v1", Text("x")}, {":v2", Number(5)}}));
  EXPECT_EQ(write.parameters["ReturnValuesOnConditionCheckFailure"], "ALL_OLD");
}

TEST(ItemTest, ReadsWhatIsThereAndNamesWhatIsNot) {
  const Item item{{"A", Text("x")}, {"B", Number(-7)}, {"C", Flag(true)}, {"D", {{"N", "1.5"}}}};
  EXPECT_EQ(FindText(item, "A"), "x");
  EXPECT_EQ(FindNumber(item, "B"), -7);
  EXPECT_EQ(FindFlag(item, "C"), true);
  EXPECT_FALSE(FindText(item, "B"));
  EXPECT_FALSE(FindNumber(item, "A"));
  EXPECT_FALSE(FindNumber(item, "D"));
  EXPECT_FALSE(FindFlag(item, "none"));
  ItemReader reader(item, "job 1");
  (void)reader.Text("A");
  ASSERT_TRUE(reader.Check());
  (void)reader.Number("A");
  (void)reader.Flag("none");
  EXPECT_EQ(reader.Check().error().code, "store.corrupt");
  EXPECT_THAT(reader.Check().error().message, HasSubstr("job 1"));
  EXPECT_THAT(reader.Check().error().message, HasSubstr("\"A\""));
}

}  // namespace
}  // namespace coldpath::aws::dynamodb
