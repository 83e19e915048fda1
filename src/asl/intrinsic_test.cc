#include "asl/intrinsic.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>
#include <string>
#include <vector>

#include "asl/choice.h"

namespace coldpath::asl {
namespace {

using base::Json;

class FixedEnvironment final : public Environment {
 public:
  const ContextObject& Context() override { return context_; }
  const Json* Variable(const std::string&) override { return nullptr; }
  base::Random& Randomness() override { return random_; }

 private:
  ContextObject context_;
  base::SeededRandom random_{1};
};

Json Call(const std::string& text, const Json& input = Json::object()) {
  FixedEnvironment environment;
  const auto parsed = ParseIntrinsic(text);
  EXPECT_TRUE(parsed) << text;
  auto value = EvaluateIntrinsic(*parsed, "x.$", input, environment);
  return value ? *value : Json("FAILED: " + value.error().error.value());
}

TEST(IntrinsicTest, EveryFunction) {
  EXPECT_EQ(Call("States.Format('a {} b {}', $.o, 'c')", {{"o", {{"k", {1, "x"}}}}}),
            "a {k=[1, x]} b c");
  EXPECT_EQ(Call(R"(States.Format('\{\} \'{}\' \\', 1))"), R"({} '1' \)");
  EXPECT_EQ(Call("States.Array(1, 'a', null, true)"), Json({1, "a", nullptr, true}));
  EXPECT_EQ(Call("States.ArrayPartition($.a, 2)", {{"a", {1, 2, 3}}}), Json::parse("[[1,2],[3]]"));
  EXPECT_EQ(Call("States.ArrayContains($.a, $.b)", {{"a", {{{"k", 1}}}}, {"b", {{"k", 1}}}}), true);
  EXPECT_EQ(Call("States.ArrayRange(9, 1, -4)"), Json({9, 5, 1}));
  EXPECT_EQ(Call("States.ArrayGetItem(States.Array(1, 2), 1)"), 2);
  EXPECT_EQ(Call("States.ArrayLength($.a)", {{"a", {1, 2}}}), 2);
  EXPECT_EQ(Call("States.ArrayUnique($.a)", {{"a", {1, 2, 1}}}), Json({1, 2}));
  EXPECT_EQ(Call("States.Base64Decode(States.Base64Encode('Data'))"), "Data");
  EXPECT_EQ(Call("States.Hash('input data', 'SHA-1')"), "aaff4a450a104cd177d28d18d74485e8cae074b7");
  EXPECT_EQ(Call("States.Hash('', 'MD5')"), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(
      Call("States.JsonMerge($.a, $.b, false)", {{"a", {{"x", {{"y", 1}}}}}, {"b", {{"x", 2}}}}),
      Json({{"x", 2}}));
  EXPECT_EQ(Call("States.StringToJson('{\"a\": [1]}')"), Json({{"a", {1}}}));
  EXPECT_EQ(Call("States.JsonToString($)", {{"a", "b"}}), R"({"a":"b"})");
  EXPECT_EQ(Call("States.MathAdd(1.5, 1.51)"), 4);
  EXPECT_EQ(Call("States.MathAdd(-3.5, 0)"), -3);
  EXPECT_EQ(Call("States.MathRandom(3, 4)"), 3);
  EXPECT_EQ(Call("States.MathRandom(0, 999, 7)"), Call("States.MathRandom(0, 999, 7)"));
  EXPECT_EQ(Call("States.StringSplit(',a.b,,', ',.')"), Json({"a", "b"}));
  EXPECT_EQ(Call("States.UUID()").get<std::string>().size(), 36u);
}

TEST(IntrinsicTest, FailsWithItsOwnError) {
  EXPECT_EQ(Call("States.ArrayGetItem(States.Array(1), 1)"), "FAILED: States.IntrinsicFailure");
  EXPECT_EQ(Call("States.ArrayRange(0, 1001, 1)"), "FAILED: States.IntrinsicFailure");
  EXPECT_EQ(Call("States.ArrayRange(9223372036854775806, 9223372036854775807, 1)"),
            Json({9223372036854775806, 9223372036854775807}));
  EXPECT_EQ(Call("States.StringToJson('{')"), "FAILED: States.IntrinsicFailure");
  EXPECT_EQ(Call("States.Format('{} {}', 1)"), "FAILED: States.IntrinsicFailure");
  EXPECT_EQ(Call("States.Hash('a', 'CRC')"), "FAILED: States.IntrinsicFailure");
  EXPECT_EQ(Call("States.Array($.no)"), "FAILED: States.Runtime");
}

TEST(IntrinsicTest, RefusesBadCalls) {
  for (const char* bad :
       {"States.Nope()", "States.UUID(1)", "States.Array(", "States.Format('\\n')", "Array()",
        "States.Format('a", "States.Array(1,)", "States.UUID() x"}) {
    const auto parsed = ParseIntrinsic(bad);
    ASSERT_FALSE(parsed) << bad;
    EXPECT_EQ(parsed.error().code, "asl.invalid_intrinsic");
  }
  std::string deep = "1";
  for (int i = 0; i < 11; ++i) deep = "States.Array(" + deep + ")";
  EXPECT_FALSE(ParseIntrinsic(deep));
}

TEST(IntrinsicTest, NoTextBringsTheParserDown) {
  rc::check("any text is parsed or refused", [] {
    const auto pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
        "States.", "Array", "Format", "(", ")", ",", "'", "\\", "{}", "$.a", "$", "1", "[", " "));
    std::string text = "States.Array(";
    for (const std::string& piece : pieces) text += piece;
    FixedEnvironment environment;
    if (const auto call = ParseIntrinsic(text)) {
      (void)EvaluateIntrinsic(*call, "f", Json::object(), environment);
    }
  });
}

TEST(ChoiceTest, StringMatchesKnowsWildcardsAndEscapes) {
  EXPECT_TRUE(StringMatches("log-*.txt", "log-a.b.txt"));
  EXPECT_FALSE(StringMatches("log-*.txt", "log-a.txt2"));
  EXPECT_TRUE(StringMatches("a\\*b", "a*b"));
  EXPECT_FALSE(StringMatches("a\\*b", "axb"));
  EXPECT_TRUE(StringMatches("*", ""));
  EXPECT_TRUE(StringMatches("*a*b", "xxaxxab"));
}

TEST(ChoiceTest, ComparesOnlyValuesOfTheRightType) {
  FixedEnvironment environment;
  auto holds = [&](const char* name, const Json& literal, const Json& value) {
    ChoiceRule rule;
    rule.variable = *ParsePath("$.v");
    rule.op = *FindOperator(name);
    rule.literal = literal;
    return RuleHolds(rule, {{"v", value}}, environment).value();
  };
  EXPECT_TRUE(holds("NumericEquals", 1, 1.0));
  EXPECT_FALSE(holds("NumericEquals", 1, "1"));
  EXPECT_TRUE(holds("StringLessThan", "b", "a"));
  EXPECT_TRUE(holds("TimestampGreaterThan", "2024-01-01T00:00:00Z", "2024-01-01T00:00:00-01:00"));
  EXPECT_FALSE(holds("TimestampEquals", "2024-01-01T00:00:00Z", "2024-01-01"));
  EXPECT_TRUE(holds("IsNull", true, nullptr));
  EXPECT_TRUE(holds("IsPresent", true, nullptr));
  EXPECT_TRUE(holds("IsTimestamp", false, "2024-01-01T00:00:00"));
  EXPECT_FALSE(FindOperator("BooleanLessThan"));
  EXPECT_FALSE(FindOperator("StringMatchesPath"));
}

}  // namespace
}  // namespace coldpath::asl
