// What the handlers are given, what they refuse, and the items of a Map.
#include "tasks/task_payload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stores/memory/memory_object_store.h"
#include "tasks/object_item_source.h"

namespace coldpath::tasks {
namespace {

using testing::HasSubstr;

TEST(TaskPayloadTest, TheExecutionsInputIsTheSameBytesEveryTime) {
  EXPECT_EQ(ExecutionInput("ada", "j"), R"({"jobId":"j","userId":"ada"})");
}

TEST(TaskPayloadTest, NamesTheMemberThatIsMissing) {
  const base::Json whole{{"userId", "ada"}, {"jobId", "j"}, {"execution", "e"}, {"chunkId", "c"}};
  const auto read = ReadPayload(whole);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->user_id, "ada");
  EXPECT_EQ(read->job_id, "j");
  EXPECT_EQ(read->execution, "e");
  EXPECT_EQ(read->chunk_id, "c");
  for (const char* name : {"userId", "jobId", "execution"}) {
    for (const base::Json& value : {base::Json(), base::Json(""), base::Json(7)}) {
      base::Json broken = whole;
      broken[name] = value;
      const auto refused = ReadPayload(broken);
      ASSERT_FALSE(refused) << name;
      EXPECT_EQ(refused.error().code, "task.invalid_payload");
      EXPECT_THAT(refused.error().message, HasSubstr(name));
    }
  }
  base::Json outside = whole;
  outside.erase("chunkId");
  EXPECT_EQ(ReadPayload(outside)->chunk_id, "");
  for (const base::Json& other : {base::Json(), base::Json::array(), base::Json("x")}) {
    EXPECT_EQ(ReadPayload(other).error().code, "task.invalid_payload");
  }
}

TEST(TaskPayloadTest, OnlyWhatMayPassIsTriedAgain) {
  for (const char* code : {"store.conflict", "store.io", "store.full", "store.read_only",
                           "object.corrupt", "vault.unavailable", "notifier.unavailable"}) {
    EXPECT_EQ(ReplyFailure({code, "m"}).error, kUnavailable) << code;
  }
  for (const char* code : {"store.not_found", "task.invalid_payload", "task.invalid_job",
                           "task.unknown_provider", "task.unknown_function", ""}) {
    const engine::TaskReply reply = ReplyFailure({code, "m"});
    EXPECT_FALSE(reply.succeeded);
    EXPECT_EQ(reply.error, kInvalidTask) << code;
    EXPECT_THAT(reply.cause.value_or(""), HasSubstr(code));
  }
}

base::Json Reader(const char* key) { return {{"Parameters", {{"Bucket", "b"}, {"Key", key}}}}; }

TEST(ObjectItemSourceTest, ReadsAnArrayAndRefusesAllElse) {
  stores::MemoryObjectStore objects;
  ObjectItemSource items(objects);
  ASSERT_TRUE(objects.Put("array", R"([{"chunkId":"a"},7])"));
  ASSERT_TRUE(objects.Put("object", "{}"));
  ASSERT_TRUE(objects.Put("text", "[1,"));
  const auto read = items.ReadItems(Reader("array"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->size(), 2u);
  for (const base::Json& reader :
       {Reader("absent"), Reader("object"), Reader("text"), Reader("../x"), base::Json(),
        base::Json{{"Parameters", 7}}, base::Json{{"Parameters", {{"Key", 7}}}}}) {
    const auto refused = items.ReadItems(reader);
    ASSERT_FALSE(refused) << base::DumpJson(reader);
    EXPECT_EQ(refused.error().code, "States.ItemReaderFailed") << base::DumpJson(reader);
  }
}

TEST(ObjectItemSourceTest, WritesResultsBelowThePrefix) {
  stores::MemoryObjectStore objects;
  ObjectItemSource items(objects);
  const base::Json results{1, 2};
  const auto written =
      items.WriteResults({{"Parameters", {{"Bucket", "b"}, {"Prefix", "p/q"}}}}, results);
  ASSERT_TRUE(written);
  const base::Json& details = (*written)["ResultWriterDetails"];
  EXPECT_EQ(details["Bucket"], "b");
  EXPECT_THAT(details["Key"].get<std::string>(), testing::StartsWith("p/q/"));
  EXPECT_EQ(*objects.Get(details["Key"].get<std::string>()), "[1,2]");
  EXPECT_EQ(items.WriteResults(base::Json::object(), results).error().code,
            "States.ResultWriterFailed");
  EXPECT_EQ(items.WriteResults({{"Parameters", {{"Prefix", "../p"}}}}, results).error().code,
            "States.ResultWriterFailed");
}

}  // namespace
}  // namespace coldpath::tasks
