#include "asl/definition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace coldpath::asl {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string Problems(std::string_view text, MachineType type = MachineType::kStandard) {
  std::string all;
  for (const Diagnostic& d : ValidateDefinition(text, type)) {
    all += d.code + ": " + d.message + " at " + d.location + "\n";
  }
  return all;
}

TEST(DefinitionTest, AcceptsTheSmallest) {
  EXPECT_THAT(Problems(R"({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})"), IsEmpty());
}

TEST(DefinitionTest, NamesEveryProblemAtOnce) {
  const std::string problems = Problems(R"({"StartAt": "A", "States": {
      "A": {"Type": "Pass", "Next": "Nope", "ResultPath": "$.x[*]", "Colour": "red"},
      "B": {"Type": "Wait", "Timestamp": "2016-13-05T21:29:29Z", "End": true},
      "C": {"Type": "Thing"},
      "D": {"Type": "Task", "Resource": "me", "End": true, "Parameters": {"a.$": "States.No"},
            "Retry": [{"ErrorEquals": ["States.ALL"]}, {"ErrorEquals": ["X"], "MaxAttempts": -1}]
}
}
})");
  EXPECT_THAT(problems, HasSubstr("MISSING_TRANSITION_TARGET: Missing 'Next' target: Nope at "
                                  "/States/A/Next"));
  EXPECT_THAT(problems, HasSubstr("Value is not a Reference Path at /States/A/ResultPath"));
  EXPECT_THAT(problems, HasSubstr("/States/A/Colour"));
  EXPECT_THAT(problems, HasSubstr("String does not match RFC3339 timestamp at "
                                  "/States/B/Timestamp"));
  EXPECT_THAT(problems, HasSubstr("The field 'Type' should have one of these values: [Task, Wait, "
                                  "Pass, Succeed, Fail, Choice, Parallel, Map] at /States/C/Type"));
  EXPECT_THAT(problems, HasSubstr("The resource provided me is not recognized."));
  EXPECT_THAT(problems, HasSubstr("/States/D/Parameters/a.$"));
  EXPECT_THAT(problems, HasSubstr("/States/D/Retry[0]/ErrorEquals"));
  EXPECT_THAT(problems, HasSubstr("/States/D/Retry[1]/MaxAttempts"));
}

TEST(DefinitionTest, FindsUnreachableStatesAndEndlessLoops) {
  EXPECT_THAT(Problems(R"({"StartAt": "A", "States": {"A": {"Type": "Succeed"},
                          "B": {"Type": "Succeed"}}})"),
              "MISSING_TRANSITION_TARGET: State \"B\" is not reachable. at /States/B\n");
  EXPECT_THAT(Problems(R"({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "A"}}})"),
              "MISSING_END_STATE: Workflow has no terminal state at \n");
}

TEST(DefinitionTest, SpeaksOfBrokenText) {
  EXPECT_EQ(ValidateDefinition(" ").front().message, "Definition must be a valid JSON object");
  EXPECT_EQ(ValidateDefinition("not a definition").front().code, "INVALID_JSON_DESCRIPTION");
  EXPECT_THAT(Problems("{}"), HasSubstr("These fields are required: [States, StartAt] at /"));
  EXPECT_FALSE(ValidateDefinition(std::string(2 << 20, ' ')).empty());
  EXPECT_FALSE(ValidateDefinition(std::string(5000, '[')).empty());
}

TEST(DefinitionTest, JoinsProblemsAsCreateDoes) {
  const auto parsed = ParseDefinition(R"({"States": {"A": {"Type": "Pass", "End": true}}})");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, "asl.invalid_definition");
  EXPECT_EQ(parsed.error().message,
            "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These fields are "
            "required: [StartAt] at /'");
}

TEST(DefinitionTest, JsonataIsValidButRefused) {
  constexpr const char* kText = R"({"StartAt": "A", "QueryLanguage": "JSONata",
      "States": {"A": {"Type": "Wait", "Seconds": "{% 1 %}", "End": true}}})";
  EXPECT_THAT(Problems(kText), IsEmpty());
  EXPECT_THAT(ParseDefinition(kText).error().message, HasSubstr("JSONata"));
}

TEST(DefinitionTest, ExpressHasNoCallbacks) {
  constexpr const char* kText = R"({"StartAt": "A", "States": {"A": {"Type": "Task", "End": true,
      "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken"}}})";
  EXPECT_THAT(Problems(kText), IsEmpty());
  EXPECT_THAT(Problems(kText, MachineType::kExpress),
              HasSubstr("Express state machine does not support '.waitForTaskToken'"));
}

TEST(DefinitionTest, SubstitutesNames) {
  EXPECT_EQ(Substitute("a ${X} ${Y}${X}", {{"X", "1"}, {"Y", "2"}}).value(), "a 1 21");
  EXPECT_EQ(Substitute("${Z}", {}).error().code, "asl.unknown_substitution");
}

}  // namespace
}  // namespace coldpath::asl
