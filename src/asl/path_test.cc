#include "asl/path.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "asl/pattern.h"

namespace coldpath::asl {
namespace {

using base::Json;

const Json& Store() {
  static const Json store = Json::parse(R"({"a": {"b": [1, 2, 3, 4], "c-d": "x"}, "empty": {},
      "books": [{"t": "Red", "p": 5, "in": true}, {"t": "blue", "p": 12}, {"t": "Green"}]})");
  return store;
}

Json Get(const char* path) {
  const auto parsed = ParsePath(path);
  EXPECT_TRUE(parsed) << path;
  auto value = EvaluatePath(*parsed, Store());
  return value ? value->get() : Json("MISSING: " + value.error());
}

TEST(PathTest, FindsWhatJaywayFinds) {
  EXPECT_EQ(Get("$"), Store());
  EXPECT_EQ(Get("$.a.b[1]"), 2);
  EXPECT_EQ(Get("$['a']['b'][-1]"), 4);
  EXPECT_EQ(Get("$.a.c-d"), "x");
  EXPECT_EQ(Get("$.a.b[1:3]"), Json({2, 3}));
  EXPECT_EQ(Get("$.a.b[-2:]"), Json({3, 4}));
  EXPECT_EQ(Get("$.a.b[:1]"), Json::array({1}));
  EXPECT_EQ(Get("$.a.b[0,2]"), Json({1, 3}));
  EXPECT_EQ(Get("$.books[*].p"), Json({5, 12}));
  EXPECT_EQ(Get("$..p"), Json({5, 12}));
  EXPECT_EQ(Get("$.books[0]['t','p']"), Json({{"t", "Red"}, {"p", 5}}));
  EXPECT_EQ(Get("$.a.b.length()"), 4);
}

TEST(PathTest, Filters) {
  EXPECT_EQ(Get("$.books[?(@.p > 6)].t"), Json::array({"blue"}));
  EXPECT_EQ(Get("$.books[?(@.p)].t"), Json({"Red", "blue"}));
  EXPECT_EQ(Get("$.books[?(!@.p || @.t == 'Red')].t"), Json({"Red", "Green"}));
  EXPECT_EQ(Get("$.books[?(@.t =~ /.*e.*/i && @.p < $.books[1].p)].t"), Json::array({"Red"}));
  EXPECT_EQ(Get("$.books[?(@.t in ['Red', 'Green'])].t"), Json({"Red", "Green"}));
}

TEST(PathTest, MissingIsAnEmptyArrayOnlyForIndefinitePaths) {
  EXPECT_EQ(Get("$.no[*].x"), Json::array());
  EXPECT_EQ(Get("$.empty[*]"), Json::array());
  EXPECT_EQ(Get("$.a.no"), "MISSING: No results for path: $['a']['no']");
  EXPECT_EQ(Get("$.no.such"), "MISSING: Missing property in path $['no']");
}

TEST(PathTest, KnowsRootsAndReferencePaths) {
  EXPECT_EQ(ParsePath("$$.Execution.Id")->root(), Path::Root::kContext);
  EXPECT_EQ(ParsePath("$var.x")->variable(), "var");
  EXPECT_TRUE(ParsePath("$.a[0]['b']")->IsReference());
  EXPECT_FALSE(ParsePath("$.a[*]")->IsReference());
  for (const char* bad :
       {"", "a", "$.", "$[", "$['a", "$.a[?(@.x ==)]", "$.a b", "$[?(@.x =~ /(/)]"}) {
    ASSERT_FALSE(ParsePath(bad)) << bad;
  }
  EXPECT_EQ(ParsePath("a").error().code, "asl.invalid_path");
}

TEST(PathTest, AssignsAndMakesRoom) {
  Json document = {{"x", 1}};
  EXPECT_TRUE(AssignAt(*ParsePath("$.a.b"), document, 2));
  EXPECT_EQ(document, Json({{"x", 1}, {"a", {{"b", 2}}}}));
  EXPECT_FALSE(AssignAt(*ParsePath("$.x.y"), document, 2));
}

TEST(PathTest, NoTextBringsTheParserDown) {
  rc::check("any text is parsed or refused", [] {
    const auto pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
        "$", ".", "..", "[", "]", "'", "?(", ")", "@", "==", "&&", "!", "/", "a", "1", ",", ":",
        "*", "\\", "(", "|", "{2}", " "));
    std::string text = "$";
    for (const std::string& piece : pieces) text += piece;
    if (const auto path = ParsePath(text)) (void)EvaluatePath(*path, Store());
  });
  EXPECT_FALSE(ParsePath("$[?(" + std::string(1000, '(') + ")]"));
  EXPECT_FALSE(ParsePath("$[?(@.x =~ /" + std::string(100, '(') + "/)]"));
}

TEST(PatternTest, MatchesWholeTexts) {
  auto matches = [](const char* pattern, const char* text) {
    return Pattern::Compile(pattern, false).value().Matches(text);
  };
  EXPECT_TRUE(matches("a|bc", "bc"));
  EXPECT_FALSE(matches("a", "ab"));
  EXPECT_TRUE(matches("(ab)+c{2,3}", "ababccc"));
  EXPECT_FALSE(matches("c{2}", "ccc"));
  EXPECT_TRUE(matches("^[^0-9]\\d?\\.x*$", "a5."));
  EXPECT_TRUE(matches("(a|b|cd)*", "abcdab"));
  EXPECT_TRUE(matches("(x+x+)+y", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxy"));
  EXPECT_EQ(Pattern::Compile("(", false).error().code, "asl.invalid_pattern");
  EXPECT_EQ(Pattern::Compile("((a{200}){200})", false).error().code, "asl.invalid_pattern");
}

}  // namespace
}  // namespace coldpath::asl
