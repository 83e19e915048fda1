#include "base/time.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace coldpath::base {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

std::string CodeOf(const auto& result) { return result ? "no error" : result.error().code; }

Instant At(std::string_view text) { return ParseRfc3339(text).value().instant; }

TEST(ParseRfc3339Test, ReadsWhatTheRfcShows) {
  // RFC 3339 section 5.8.
  EXPECT_EQ(At("1985-04-12T23:20:50.52Z"), FromUnixMillis(482196050520));
  EXPECT_EQ(At("1996-12-19T16:39:57-08:00"), At("1996-12-20T00:39:57Z"));
  EXPECT_EQ(At("1937-01-01T12:00:27.87+00:20"), At("1937-01-01T11:40:27.87Z"));
  EXPECT_EQ(At("1970-01-01t00:00:00z"), Instant());
  EXPECT_EQ(ParseRfc3339("2024-05-01T07:12:00-03:30")->utc_offset, -(hours(3) + minutes(30)));
}

TEST(ParseRfc3339Test, CutsTheFractionToMicroseconds) {
  EXPECT_EQ(At("2024-05-01T00:00:00.1234569Z") - At("2024-05-01T00:00:00Z"), Duration(123456));
  EXPECT_EQ(At("2024-05-01T00:00:00.5Z") - At("2024-05-01T00:00:00Z"), Duration(500000));
  EXPECT_EQ(At("1969-12-31T23:59:59.999999999Z"), Instant(Duration(-1)));
}

TEST(ParseRfc3339Test, ALeapSecondReadsAsTheSecondBefore) {
  EXPECT_EQ(At("1990-12-31T23:59:60Z"), At("1990-12-31T23:59:59Z"));
  EXPECT_EQ(At("1990-12-31T15:59:60-08:00"), At("1990-12-31T23:59:59Z"));
  EXPECT_EQ(CodeOf(ParseRfc3339("1990-12-31T22:59:60Z")), "time.malformed");
}

TEST(ParseRfc3339Test, RefusesTheRest) {
  for (const char* text : {"",
                           "2024-05-01",
                           "2024-05-01T07:12:00",
                           "2024-05-01 07:12:00Z",
                           "2024-05-01T07:12Z",
                           "2024-5-01T07:12:00Z",
                           "2024-02-30T00:00:00Z",
                           "2023-02-29T00:00:00Z",
                           "2024-13-01T00:00:00Z",
                           "2024-00-01T00:00:00Z",
                           "2024-05-01T24:00:00Z",
                           "2024-05-01T07:60:00Z",
                           "2024-05-01T07:12:61Z",
                           "2024-05-01T07:12:00.Z",
                           "2024-05-01T07:12:00,5Z",
                           "2024-05-01T07:12:00+0200",
                           "2024-05-01T07:12:00+02",
                           "2024-05-01T07:12:00+24:00",
                           "2024-05-01T07:12:00+02:60",
                           "2024-05-01T07:12:00Zx",
                           "+024-05-01T07:12:00Z",
                           " 2024-05-01T07:12:00Z"}) {
    EXPECT_EQ(CodeOf(ParseRfc3339(text)), "time.malformed") << text;
  }
}

TEST(FormatInstantTest, WritesNoDigitTooMany) {
  EXPECT_EQ(FormatInstant(At("2024-05-01T07:12:00Z")), "2024-05-01T07:12:00Z");
  EXPECT_EQ(FormatInstant(At("2024-05-01T07:12:00.5Z")), "2024-05-01T07:12:00.500Z");
  EXPECT_EQ(FormatInstant(At("2024-05-01T07:12:00.000001Z")), "2024-05-01T07:12:00.000001Z");
  EXPECT_EQ(FormatInstant(Instant(Duration(-1))), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(FormatInstant(At("2024-05-01T07:12:00Z"), hours(2)), "2024-05-01T09:12:00+02:00");
  EXPECT_EQ(FormatInstant(At("2024-05-01T00:12:00Z"), -minutes(210)), "2024-04-30T20:42:00-03:30");
}

TEST(DateTest, ReadsDaysThatExist) {
  EXPECT_EQ(FormatDate(ParseDate("2024-02-29").value()), "2024-02-29");
  EXPECT_EQ(ParseDate("1970-01-02").value().time_since_epoch(), days(1));
  for (const char* text : {"", "2023-02-29", "2024-2-29", "2024-02-29 ", "1899-12-31", "2201-01-01",
                           "20240229", "2024-02-29T00:00:00Z", "2024/02/29"}) {
    EXPECT_EQ(CodeOf(ParseDate(text)), "time.malformed") << text;
  }
  EXPECT_TRUE(ParseDate("1900-01-01") && ParseDate("2200-12-31"));
}

TEST(DateTest, ADayBelongsToAClock) {
  const Instant late = At("2024-05-01T23:30:00Z");
  EXPECT_EQ(FormatDate(LocalDate(late, seconds(0))), "2024-05-01");
  EXPECT_EQ(FormatDate(LocalDate(late, hours(2))), "2024-05-02");
  EXPECT_EQ(FormatDate(LocalDate(Instant(Duration(-1)), seconds(0))), "1969-12-31");
  EXPECT_EQ(StartOfDay(ParseDate("2024-05-02").value(), hours(14)), At("2024-05-01T10:00:00Z"));
  EXPECT_EQ(StartOfDay(ParseDate("2024-05-02").value(), -hours(8)), At("2024-05-02T08:00:00Z"));
}

TEST(UtcOffsetTest, ReadsAndWrites) {
  EXPECT_EQ(FormatUtcOffset(seconds(0)), "Z");
  EXPECT_EQ(FormatUtcOffset(hours(2)), "+02:00");
  EXPECT_EQ(FormatUtcOffset(-(hours(3) + minutes(30))), "-03:30");
  EXPECT_EQ(FormatUtcOffset(-minutes(30)), "-00:30");
  EXPECT_EQ(ParseUtcOffset("+0545"), hours(5) + minutes(45));
  EXPECT_EQ(ParseUtcOffset("-03:30"), -(hours(3) + minutes(30)));
  EXPECT_EQ(ParseUtcOffset("Z"), seconds(0));
  for (const char* text :
       {"", "02:00", "+2:00", "+02", "+24:00", "+02:00 ", "+02:60", "GMT", "Z0"}) {
    EXPECT_EQ(CodeOf(ParseUtcOffset(text)), "time.malformed") << text;
  }
}

TEST(ZoneOffsetTest, JumpsWhereTheClocksDo) {
  // The European Union: at 01:00 UTC in every zone.
  EXPECT_EQ(ZoneOffset("Europe/Berlin", At("2024-03-31T00:59:59.999999Z")), hours(1));
  EXPECT_EQ(ZoneOffset("Europe/Berlin", At("2024-03-31T01:00:00Z")), hours(2));
  EXPECT_EQ(ZoneOffset("Europe/Berlin", At("2024-10-27T00:59:59Z")), hours(2));
  EXPECT_EQ(ZoneOffset("Europe/Berlin", At("2024-10-27T01:00:00Z")), hours(1));
  // The United States: at 02:00 local, so 01:30 comes twice in autumn and the instant alone tells
  // which.
  EXPECT_EQ(ZoneOffset("America/New_York", At("2024-11-03T05:30:00Z")), -hours(4));
  EXPECT_EQ(ZoneOffset("America/New_York", At("2024-11-03T06:30:00Z")), -hours(5));
  // Half an hour of summer time, and zones off the hour.
  EXPECT_EQ(ZoneOffset("Australia/Lord_Howe", At("2024-01-01T00:00:00Z")), hours(11));
  EXPECT_EQ(ZoneOffset("Australia/Lord_Howe", At("2024-07-01T00:00:00Z")), hours(10) + minutes(30));
  EXPECT_EQ(ZoneOffset("Asia/Kathmandu", At("2024-07-01T00:00:00Z")), hours(5) + minutes(45));
  // Samoa left out 2011-12-30.
  EXPECT_EQ(ZoneOffset("Pacific/Apia", At("2011-12-30T09:59:59Z")), -hours(10));
  EXPECT_EQ(ZoneOffset("Pacific/Apia", At("2011-12-30T10:00:00Z")), hours(14));
  EXPECT_EQ(ZoneOffset("UTC", Instant()), seconds(0));
}

TEST(ZoneOffsetTest, RefusesZonesThatDoNotExist) {
  for (const char* zone : {"", "Mars/Olympus", "../../etc/passwd", "europe/berlin"}) {
    EXPECT_EQ(CodeOf(ZoneOffset(zone, Instant())), "time.unknown_zone") << zone;
  }
}

TEST(UnixTimeTest, RoundsDown) {
  EXPECT_EQ(UnixMillis(Instant(Duration(-1))), -1);
  EXPECT_EQ(UnixSeconds(Instant(Duration(1'999'999))), 1);
  EXPECT_EQ(FromUnixSeconds(3), FromUnixMillis(3000));
}

rc::Gen<Instant> AnyInstant() {  // 1900 to 2200
  return rc::gen::map(rc::gen::inRange<std::int64_t>(-2'208'988'800'000'000, 7'258'118'400'000'000),
                      [](std::int64_t micros) { return Instant(Duration(micros)); });
}

rc::Gen<seconds> AnyOffset() {
  return rc::gen::map(rc::gen::inRange(-14 * 60, 14 * 60 + 1),
                      [](int m) { return seconds(minutes(m)); });
}

TEST(TimeProperty, WhatIsWrittenIsRead) {
  EXPECT_TRUE(rc::check("instants", [] {
    const Instant instant = *AnyInstant();
    const seconds offset = *AnyOffset();
    const auto parsed = ParseRfc3339(FormatInstant(instant, offset));
    RC_ASSERT(parsed.has_value());
    RC_ASSERT(parsed->instant == instant);
    RC_ASSERT(parsed->utc_offset == offset);
    RC_ASSERT(ParseUtcOffset(FormatUtcOffset(offset)).value() == offset);
  }));
  EXPECT_TRUE(rc::check("dates", [] {
    const Date date = Date(days(*rc::gen::inRange(-25567, 84006)));
    RC_ASSERT(ParseDate(FormatDate(date)).value() == date);
  }));
}

TEST(TimeProperty, ADayHoldsItsInstants) {
  EXPECT_TRUE(rc::check("an instant lies in its local day", [] {
    const Instant instant = *AnyInstant();
    const seconds offset = *AnyOffset();
    const Date date = LocalDate(instant, offset);
    RC_ASSERT(StartOfDay(date, offset) <= instant);
    RC_ASSERT(instant < StartOfDay(date + days(1), offset));
    RC_ASSERT(LocalDate(StartOfDay(date, offset), offset) == date);
  }));
}

}  // namespace
}  // namespace coldpath::base
