// The lives that are told: plausible bodies, nights that cross midnight, clocks that change.
#include "sandbox/person/person.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace coldpath::sandbox {
namespace {

base::Date Day(const char* text) { return *base::ParseDate(text); }

TEST(PersonTest, StaysWithinPhysiologicalBounds) {
  Person person(3, "demo", "Europe/Berlin");
  int off = 0;
  int nights = 0;
  std::int64_t steps = 0;
  for (base::Date date = Day("2023-01-01"); date < Day("2025-01-01");
       date += std::chrono::days(1)) {
    const DayProfile& day = person.Day(date);
    off += day.device_off ? 1 : 0;
    nights += day.night_recorded ? 1 : 0;
    EXPECT_GT(day.resting_heart_rate, 40);
    EXPECT_LT(day.resting_heart_rate, 90);
    EXPECT_GT(day.variability, 5);
    EXPECT_LT(day.variability, 200);
    EXPECT_GT(day.oxygen, 88);
    EXPECT_LE(day.oxygen, 100);
    EXPECT_GT(day.breath, 8);
    EXPECT_LT(day.breath, 25);
    for (const Reading& reading : person.WeightKilograms(date)) EXPECT_NEAR(reading.value, 75, 30);
    for (const Reading& reading : person.TemperatureCelsius(date))
      EXPECT_NEAR(reading.value, 37.5, 2.5);
    const std::int64_t number = date.time_since_epoch().count();
    for (const Slot& slot : person.Slots(number)) steps += slot.steps;
    base::Instant last{};
    for (const HeartBeat& beat : person.HeartBeats(number, std::chrono::seconds(300))) {
      EXPECT_GT(beat.at, last);
      EXPECT_GE(beat.per_minute, 36);
      EXPECT_LE(beat.per_minute, 205);
      last = beat.at;
    }
  }
  EXPECT_GT(off, 5);
  EXPECT_LT(off, 120);
  EXPECT_GT(nights, 500);
  EXPECT_GT(steps / 731, 4000);
  EXPECT_LT(steps / 731, 16000);
}

TEST(PersonTest, NightsFillTheirTimeCrossMidnightAndNeverOverlap) {
  Person person(3, "demo", "Europe/Berlin");
  base::Instant last_end{};
  int across = 0;
  for (base::Date date = Day("2022-01-01"); date < Day("2025-01-01");
       date += std::chrono::days(1)) {
    for (const Sleep& sleep : person.Day(date).sleeps) {
      EXPECT_GE(sleep.start, last_end) << base::FormatDate(date);
      last_end = sleep.end;
      across += person.calendar().DateAt(sleep.start) < date ? 1 : 0;
      EXPECT_EQ(person.calendar().DateAt(sleep.end), date);
      std::chrono::seconds total{0};
      for (const StageSpan& span : person.Stages(date, sleep))
        total += std::chrono::seconds(span.seconds);
      EXPECT_EQ(total, sleep.end - sleep.start);
    }
  }
  EXPECT_GT(across, 300);
}

TEST(CalendarTest, KnowsDaylightSavingTimeAndTrips) {
  Calendar calendar(Noise(11), "Europe/Berlin");
  std::set<std::int64_t> offsets;
  int travel_days = 0;
  for (base::Date date = Day("2018-01-01"); date < Day("2026-01-01");
       date += std::chrono::days(1)) {
    const base::Instant noon = calendar.At(date, std::chrono::hours(15));
    offsets.insert(calendar.OffsetAt(noon).count());
    travel_days += calendar.IsTravelDay(date) ? 1 : 0;
    if (calendar.IsTravelDay(date)) continue;
    EXPECT_EQ(calendar.DateAt(noon), date);
    EXPECT_EQ(calendar.At(date, std::chrono::hours(15)),
              base::StartOfDay(date, calendar.OffsetAt(noon)) + std::chrono::hours(15));
  }
  EXPECT_TRUE(offsets.contains(3600));
  EXPECT_TRUE(offsets.contains(7200));
  EXPECT_GE(offsets.size(), 5u);
  EXPECT_GT(travel_days, 10);
  EXPECT_EQ(travel_days % 2, 0);
}

TEST(PersonTest, ANightOverTheChangeOfClocksHasTwoOffsets) {
  for (std::uint64_t seed = 1; seed < 20; ++seed) {
    Person person(seed, "demo", "Europe/Berlin");
    const base::Date date = Day("2024-03-31");
    if (person.calendar().IsAway(date) || person.calendar().IsTravelDay(date)) continue;
    const Sleep& night = person.Day(date).sleeps.front();
    EXPECT_EQ(person.calendar().OffsetAt(night.start), std::chrono::hours(1));
    EXPECT_EQ(person.calendar().OffsetAt(night.end), std::chrono::hours(2));
    return;
  }
  FAIL() << "everybody travels";
}

TEST(PersonTest, AnyDayAloneIsAsInItsRow) {
  Person in_a_row(5, "demo", "Europe/Berlin");
  for (std::int64_t day = 19'700; day < 19'790; ++day) {
    Person alone(5, "demo", "Europe/Berlin");
    const auto expected = in_a_row.HeartBeats(day, std::chrono::seconds(300));
    const auto actual = alone.HeartBeats(day, std::chrono::seconds(300));
    ASSERT_EQ(actual.size(), expected.size());
    for (std::size_t i = 0; i < actual.size(); ++i) {
      EXPECT_EQ(actual[i].at, expected[i].at);
      EXPECT_EQ(actual[i].per_minute, expected[i].per_minute);
    }
  }
}

}  // namespace
}  // namespace coldpath::sandbox
