#include "engine/execution_names.h"

#include <gtest/gtest.h>

namespace coldpath::engine {
namespace {

TEST(ExecutionNamesTest, NamesHaveStepFunctionsCharacters) {
  for (const std::string& good : {std::string("a"), std::string("A-z_09"), std::string(80, 'x')}) {
    EXPECT_TRUE(CheckExecutionName(good)) << good;
  }
  for (const std::string& bad :
       {std::string(), std::string(81, 'x'), std::string("a b"), std::string("a.b"),
        std::string("a/b"), std::string("\xc3\xa9"), std::string("a\0b", 3)}) {
    const auto status = CheckExecutionName(bad);
    ASSERT_FALSE(status) << bad;
    EXPECT_EQ(status.error().code, "engine.invalid_name");
  }
}

TEST(ExecutionNamesTest, ArnsAreThoseOfStepFunctions) {
  const std::string machine = "arn:aws:states:us-east-1:123456789012:stateMachine:sync";
  EXPECT_EQ(ExecutionArn(machine, "run"),
            "arn:aws:states:us-east-1:123456789012:execution:sync:run");
  const std::string child = ChildMachine(machine, "Map");
  EXPECT_EQ(ExecutionArn(child, "uuid"),
            "arn:aws:states:us-east-1:123456789012:execution:sync/Map:uuid");
  EXPECT_EQ(ChildMachine(child, "Inner"), ChildMachine(machine, "Inner"));
}

TEST(ExecutionNamesTest, ContextComesBackFromTheRecord) {
  asl::ExecutionContext context;
  context.execution_arn = "arn";
  context.execution_name = "name";
  context.role_arn = "role";
  context.start_time = base::Instant(std::chrono::microseconds(1'700'000'000'123'456));
  context.state_machine_arn = "machine arn";
  context.state_machine_name = "machine";
  context.redrive_count = 2;
  context.map_item_index = 17;
  context.map_item_value = {{"k", {1, 2}}};
  ExecutionRecord record;
  record.arn = context.execution_arn;
  record.name = context.execution_name;
  record.state_machine_arn = context.state_machine_arn;
  record.started = context.start_time;
  record.context = DumpContext(context);
  const auto back = ContextOf(record);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->execution_arn, "arn");
  EXPECT_EQ(back->execution_name, "name");
  EXPECT_EQ(back->role_arn, "role");
  EXPECT_EQ(back->start_time, context.start_time);
  EXPECT_EQ(back->state_machine_arn, "machine arn");
  EXPECT_EQ(back->state_machine_name, "machine");
  EXPECT_EQ(back->redrive_count, 2);
  EXPECT_EQ(back->map_item_index, 17);
  EXPECT_EQ(back->map_item_value, context.map_item_value);

  record.context = DumpContext({});
  EXPECT_EQ(ContextOf(record)->map_item_index, std::nullopt);
  EXPECT_EQ(ContextOf(record)->redrive_count, 0);
  record.context = "[";
  EXPECT_EQ(ContextOf(record).error().code, "engine.corrupt_context");
}

}  // namespace
}  // namespace coldpath::engine
