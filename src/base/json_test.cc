#include "base/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>

namespace coldpath::base {
namespace {

using ::testing::HasSubstr;

std::string CodeOf(const auto& result) { return result ? "no error" : result.error().code; }

std::string Nested(int depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(ParseJsonTest, CountsDepthAndBytesBeforeItReads) {
  EXPECT_TRUE(ParseJson(Nested(128)));
  EXPECT_EQ(CodeOf(ParseJson(Nested(129))), "json.too_deep");
  EXPECT_EQ(CodeOf(ParseJson(std::string(1'000'000, '['))), "json.too_deep");
  EXPECT_EQ(CodeOf(ParseJson(R"({"a":{"b":1}})", {.max_depth = 1})), "json.too_deep");
  EXPECT_TRUE(ParseJson(R"(["[[[[", "\"[[[["])", {.max_depth = 1}))
      << "brackets in strings are text";
  EXPECT_EQ(CodeOf(ParseJson("12345", {.max_bytes = 4})), "json.too_large");
}

TEST(ParseJsonTest, RefusesWhatIsNotJson) {
  for (const char* text :
       {"", " ", "{", "[1,]", "{\"a\":1,}", "nul", "01", "1.", "+1", "'a'", "\"\x01\"", "\"\xff\"",
        "\"\\ud800\"", "[1] 2", "NaN", "Infinity", "1e999", "-1e999", "// c\n1"}) {
    EXPECT_EQ(CodeOf(ParseJson(text)), "json.malformed") << text;
  }
  EXPECT_THAT(ParseJson("[1,x]").error().message, HasSubstr("byte 4"));
}

TEST(ParseJsonTest, OfTwoEqualKeysTheLastCounts) {
  EXPECT_EQ(DumpJson(ParseJson(R"({"a":1,"a":2})").value()), R"({"a":2})");
}

TEST(DumpJsonTest, IsCanonical) {
  EXPECT_EQ(DumpJson(ParseJson(R"( { "b" : [ 1 , 2.50 ] , "a" : "\u00e9\/" } )").value()),
            "{\"a\":\"\xc3\xa9/\",\"b\":[1,2.5]}");
  EXPECT_EQ(DumpJson(ParseJson("72.5").value()), "72.5");
  EXPECT_EQ(DumpJson(ParseJson("18446744073709551615").value()), "18446744073709551615");
  EXPECT_EQ(DumpJson(ParseJson("-9223372036854775808").value()), "-9223372036854775808");
  EXPECT_EQ(DumpJson(Json("a\xff")), "\"a\xef\xbf\xbd\"") << "what is not UTF-8 is replaced";
  EXPECT_EQ(DumpJsonPretty(Json{{"a", 1}}), "{\n  \"a\": 1\n}");
}

TEST(FindTest, AnswersOnlyWhatHasTheKind) {
  const Json json =
      ParseJson(R"({"s":"x","n":1.5,"i":7,"t":"-12","b":true,"z":null,"u":18446744073709551615,
                                  "w":"12x","e":""})")
          .value();
  EXPECT_EQ(FindString(json, "s"), "x");
  EXPECT_EQ(FindString(json, "i"), std::nullopt);
  EXPECT_EQ(FindString(json, "none"), std::nullopt);
  EXPECT_EQ(FindNumber(json, "n"), 1.5);
  EXPECT_EQ(FindNumber(json, "i"), 7.0);
  EXPECT_EQ(FindNumber(json, "t"), std::nullopt);
  EXPECT_EQ(FindInteger(json, "i"), 7);
  EXPECT_EQ(FindInteger(json, "t"), -12);
  for (const char* key : {"n", "u", "w", "e", "b", "z", "none"})
    EXPECT_EQ(FindInteger(json, key), std::nullopt) << key;
  EXPECT_EQ(FindBool(json, "b"), true);
  EXPECT_EQ(FindBool(json, "z"), std::nullopt);
  EXPECT_NE(FindMember(json, "z"), nullptr);
  EXPECT_EQ(FindMember(Json::array(), "z"), nullptr);
}

std::string AnyText() { return *rc::gen::container<std::string>(rc::gen::inRange<char>(0, 127)); }

// Documents of every kind, up to a few levels.
Json AnyJson(int levels) {
  switch (*rc::gen::inRange(0, levels > 0 ? 7 : 5)) {
    case 0:
      return nullptr;
    case 1:
      return *rc::gen::arbitrary<bool>();
    case 2:
      return *rc::gen::arbitrary<std::int64_t>();
    case 3: {
      const double number = *rc::gen::arbitrary<double>();
      return std::isfinite(number) ? Json(number) : Json(0.0);
    }
    case 4:
      return AnyText();
    case 5: {
      Json array = Json::array();
      for (int i = *rc::gen::inRange(0, 4); i > 0; --i) array.push_back(AnyJson(levels - 1));
      return array;
    }
    default: {
      Json object = Json::object();
      for (int i = *rc::gen::inRange(0, 4); i > 0; --i) object[AnyText()] = AnyJson(levels - 1);
      return object;
    }
  }
}

TEST(JsonProperty, ReadingAndWritingAgainChangesNothing) {
  EXPECT_TRUE(rc::check("dump is a fixed point", [] {
    const std::string text = DumpJson(AnyJson(3));
    const auto again = ParseJson(text);
    RC_ASSERT(again.has_value());
    RC_ASSERT(DumpJson(*again) == text);
    RC_ASSERT(DumpJson(ParseJson(DumpJsonPretty(*again)).value()) == text);
  }));
}

}  // namespace
}  // namespace coldpath::base
