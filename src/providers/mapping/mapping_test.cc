#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/crypto.h"
#include "providers/mapping/http_answer.h"
#include "providers/mapping/list_answer.h"
#include "providers/mapping/possible.h"

namespace coldpath::providers::mapping {
namespace {

using domain::DataType;
using domain::FailureKind;

const base::Instant kNow = base::FromUnixSeconds(1'711'900'000);

base::Json Parsed(std::string_view text) { return *base::ParseJson(text); }

TEST(Node, NamesThePlaceOfWhatIsWrong) {
  const base::Json json = Parsed(R"({"data":[{"a/b~":"x"}]})");
  const Node root(json);
  const Node data = root["data"];
  const Node first = data.Item(0);
  EXPECT_EQ(first["a/b~"].Number().error().message, "/data/0/a~1b~0: is not a number");
  EXPECT_EQ(first["a/b~"].Number().error().code, "mapping.invalid");
  const Node absent = first["gone"];
  EXPECT_EQ(absent["deeper"].Text().error().message, "/data/0/gone/deeper: is missing");
  EXPECT_EQ(data.Item(7).Object().error().message, "/data/7: is missing");
  EXPECT_EQ(root.Pointer(), "");
}

TEST(Node, ReadsEachKindAndNoOther) {
  const base::Json json = Parsed(
      R"({"n":1.5,"i":7,"s":"8","t":"2024-03-31T01:00:00+02:00","d":"2024-03-31","b":true,"z":null,
          "big":18446744073709551615,"f":1.0})");
  const Node root(json);
  EXPECT_EQ(root["n"].Number(), 1.5);
  EXPECT_EQ(root["i"].Integer(), 7);
  EXPECT_EQ(root["s"].Integer(), 8);
  EXPECT_FALSE(root["n"].Integer());
  EXPECT_FALSE(root["big"].Integer());
  EXPECT_FALSE(root["s"].Number());
  EXPECT_EQ(root["t"].Time()->utc_offset, std::chrono::hours(2));
  EXPECT_FALSE(root["d"].Time());
  EXPECT_EQ(root["d"].Day(), *base::ParseDate("2024-03-31"));
  EXPECT_FALSE(root["i"].Day());
  EXPECT_TRUE(root["b"].IsTrue());
  EXPECT_FALSE(root["i"].IsTrue());
  EXPECT_EQ(root["i"].TextOrEmpty(), "");
  // Null is as good as absent.
  EXPECT_FALSE(root["z"].present());
  EXPECT_EQ(*root["z"].OptionalNumber(), std::nullopt);
  EXPECT_EQ(*root["z"].OptionalInteger(), std::nullopt);
  EXPECT_FALSE(root["s"].OptionalNumber());
}

TEST(Possible, HasARangeWithAReasonForEveryType) {
  for (const domain::DataTypeInfo& info : domain::AllDataTypes()) {
    const PossibleRange& range = Possible(info.type);
    EXPECT_LT(range.least, range.most) << info.name;
    EXPECT_FALSE(range.reason.empty()) << info.name;
  }
}

TEST(Possible, DrawsTheLineAtItsBounds) {
  const base::Json json = Parsed(R"({"bpm":0})");
  const Node root(json);
  const Node node = root["bpm"];
  EXPECT_TRUE(CheckPossible(DataType::kHeartRate, 20, node));
  EXPECT_TRUE(CheckPossible(DataType::kHeartRate, 300, node));
  EXPECT_EQ(CheckPossible(DataType::kHeartRate, 19.5, node).error().message,
            "/bpm: 19.5 is outside 20 to 300");
  EXPECT_FALSE(CheckPossible(DataType::kHeartRate, 300.5, node));
  EXPECT_EQ(CheckPossible(DataType::kSteps, -1, node).error().message,
            "/bpm: -1 is outside 0 to 1000000");
  // Absurd numbers are cut, not printed whole.
  EXPECT_LT(CheckPossible(DataType::kSteps, 1e300, node).error().message.size(), 100u);
}

TEST(Possible, RefusesIntervalsThatRunBackwardsOrForAWeek) {
  const base::Json json = Parsed(R"({"end":0})");
  const Node root(json);
  const Node end = root["end"];
  EXPECT_TRUE(CheckInterval(kNow, kNow, end));
  EXPECT_EQ(CheckInterval(kNow, kNow - std::chrono::seconds(1), end).error().message,
            "/end: is before the start");
  EXPECT_EQ(CheckInterval(kNow, kNow + std::chrono::hours(169), end).error().message,
            "/end: is more than a week after the start");
}

TEST(RetryAfter, ReadsSecondsAndDatesWithinBounds) {
  const auto read = [](const char* value) { return RetryAfter({{"retry-after", value}}, kNow); };
  EXPECT_EQ(read("0"), kNow);
  EXPECT_EQ(read(" 120 "), kNow + std::chrono::seconds(120));
  EXPECT_EQ(read("4000000000"), kNow + std::chrono::hours(24 * 7));
  EXPECT_EQ(read("Sun, 31 Mar 2024 15:50:00 GMT"), base::FromUnixSeconds(1'711'900'200));
  EXPECT_EQ(read("Sun, 31 Mar 2019 15:50:00 GMT"), kNow);
  for (const char* odd :
       {"", "-5", "1.5", "soon", "Sun, 31 Abc 2024 15:50:00 GMT", "Sun, 31 arA 2024 15:50:00 GMT",
        "Sun, 99 Mar 2024 15:50:00 GMT", "Sunday, 31-Mar-24 15:50:00 GMT"}) {
    EXPECT_EQ(read(odd), std::nullopt) << odd;
  }
  EXPECT_EQ(RetryAfter({}, kNow), std::nullopt);
}

TEST(RateLimitReading, IsAbsentWithoutItsHeaders) {
  EXPECT_FALSE(RateLimitReading({{"X-RateLimit-Limit", "5"}}, kNow));
  EXPECT_FALSE(RateLimitReading({{"X-RateLimit-Remaining", "many"}}, kNow));
  const auto reading = RateLimitReading({{"X-RateLimit-Remaining", "0"}}, kNow);
  ASSERT_TRUE(reading);
  EXPECT_EQ(reading->remaining, 0);
  EXPECT_EQ(reading->resets_at, std::nullopt);
}

FailureKind KindOf(const std::string& body, base::HttpHeaders headers = {}) {
  base::HttpResponse response;
  response.body = body;
  response.headers = std::move(headers);
  const auto read = ReadObject("Oura", response);
  const auto* failure = std::get_if<domain::Failure>(&read);
  // JobStopped stands for "no failure": no answer can mean it.
  return failure == nullptr ? FailureKind::kJobStopped : failure->kind;
}

TEST(ReadObject, TellsACutBodyFromAWrongOne) {
  EXPECT_EQ(KindOf("{}"), FailureKind::kJobStopped);
  EXPECT_EQ(KindOf("{\"data\":[{\"a\":1},"), FailureKind::kTransient);
  EXPECT_EQ(KindOf(" \n"), FailureKind::kTransient);
  // Cut behind a brace: only the header shows it.
  EXPECT_EQ(KindOf("{\"data\":[{\"a\":1}", {{"Content-Length", "4096"}}), FailureKind::kTransient);
  EXPECT_EQ(KindOf("{\"data\":[{\"a\":1}"), FailureKind::kProviderBug);
  EXPECT_EQ(KindOf("{\"data\":tru}"), FailureKind::kProviderBug);
  EXPECT_EQ(KindOf("<html>"), FailureKind::kProviderBug);
  EXPECT_EQ(KindOf("{\"a\":" + std::string(500, '[') + std::string(500, ']') + "}"),
            FailureKind::kProviderBug);
}

const domain::DateRange kDays{*base::ParseDate("2024-03-10"), *base::ParseDate("2024-03-12")};

// Elements {"day": ...} with the digest of each.
tasks::PageOrFailure ReadDays(const std::string& body, int padding_days,
                              bool list_always_there = true) {
  base::HttpResponse response;
  response.body = body;
  return ReadList({.title = "Oura",
                   .list_key = "data",
                   .token_key = "next",
                   .list_always_there = list_always_there,
                   .padding_days = padding_days},
                  response, kDays, [](const Node& element, PageBuilder& page) {
                    domain::Record record = page.Start(DataType::kSteps);
                    const auto day = element["day"].Day();
                    if (!day) return page.Reject(DataType::kSteps, day.error());
                    record.local_date = *day;
                    page.Take(std::move(record));
                  });
}

TEST(ReadList, KeepsTheDaysOfTheChunkAndToleratesItsPadding) {
  const std::string body =
      R"({"data":[{"day":"2024-03-12"},{"day":"2024-03-11"},{"day":"2024-03-09"}],"next":"n"})";
  const auto answer = ReadDays(body, 1);
  const auto& page = std::get<tasks::Page>(answer);
  EXPECT_EQ(page.elements, 3);
  ASSERT_EQ(page.records.size(), 1u);
  EXPECT_EQ(page.records[0].raw_digest, base::Sha256Hex(R"({"day":"2024-03-11"})"));
  EXPECT_EQ(page.next_cursor, "n");
  const auto stray = std::get<domain::Failure>(ReadDays(body, 0));
  EXPECT_EQ(stray.kind, FailureKind::kProviderBug);
  EXPECT_EQ(stray.where, "/data/0: is outside the days that were asked for");
}

TEST(ReadList, DropsRepeatedElementsWhateverTheOrderOfTheirKeys) {
  const auto answer = ReadDays(
      R"({"data":[{"a":1,"day":"2024-03-11"},{"day":"2024-03-11","a":1}],"next":null})", 0);
  EXPECT_EQ(std::get<tasks::Page>(answer).records.size(), 1u);
  EXPECT_EQ(std::get<tasks::Page>(answer).elements, 2);
}

TEST(ReadList, KeepsFewRejectionsOfAType) {
  std::string body = "{\"data\":[";
  for (int i = 0; i < 100; ++i) body += "{\"day\":0},";
  body.back() = ']';
  const auto answer = ReadDays(body + "}", 0);
  const auto& page = std::get<tasks::Page>(answer);
  EXPECT_EQ(page.elements, 100);
  EXPECT_EQ(page.invalid.size(), 5u);
  EXPECT_EQ(page.invalid[0].where, "/data/0/day: is not a text");
}

TEST(ReadList, RefusesOtherForms) {
  for (const char* body : {"{}", R"({"data":{}})", R"({"data":null})", R"({"data":[1]})",
                           R"({"data":[],"next":5})", R"({"data":[],"next":["n"]})"}) {
    const auto answer = ReadDays(body, 0);
    const auto* failure = std::get_if<domain::Failure>(&answer);
    ASSERT_NE(failure, nullptr) << body;
    EXPECT_EQ(failure->kind, FailureKind::kProviderBug) << body;
    EXPECT_FALSE(failure->where.empty()) << body;
  }
}

TEST(ReadList, BelievesAnAbsentListOnlyWhereItMayBeAbsent) {
  EXPECT_TRUE(std::holds_alternative<tasks::Page>(ReadDays("{}", 0, false)));
  EXPECT_TRUE(std::holds_alternative<tasks::Page>(ReadDays(R"({"next":"n"})", 0, false)));
  EXPECT_TRUE(std::holds_alternative<domain::Failure>(ReadDays(R"({"other":1})", 0, false)));
}

}  // namespace
}  // namespace coldpath::providers::mapping
