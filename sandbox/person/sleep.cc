// The inside of a night: its stages, and what is measured in it.
#include <algorithm>

#include "sandbox/person/person.h"

namespace coldpath::sandbox {
namespace {

constexpr std::int64_t kStep = 30;

}  // namespace

// Cycles of about ninety minutes: deep sleep early in the night, REM late, short awakenings
// between.
std::vector<StageSpan> Person::Stages(base::Date date, const Sleep& sleep) const {
  const std::int64_t number = date.time_since_epoch().count();
  const std::int64_t total =
      std::chrono::duration_cast<std::chrono::seconds>(sleep.end - sleep.start).count();
  std::vector<StageSpan> stages;
  std::int64_t used = 0;
  std::int64_t draw = sleep.index * 1000;
  const auto add = [&](Stage stage, double minutes) {
    const double varied = minutes * noise_.Between(0.7, 1.3, Topic::kStage, number, draw++);
    std::int64_t seconds = kStep * std::max<std::int64_t>(1, static_cast<std::int64_t>(varied * 2));
    seconds = std::min(seconds, total - used);
    if (seconds <= 0) return;
    used += seconds;
    if (!stages.empty() && stages.back().stage == stage) {
      stages.back().seconds += seconds;
    } else {
      stages.push_back({stage, seconds});
    }
  };
  add(Stage::kAwake, 9);
  while (used < total) {
    const double through = static_cast<double>(used) / static_cast<double>(total);
    add(Stage::kLight, 22);
    add(Stage::kDeep, sleep.nap ? 4 : 34 * (1 - through));
    add(Stage::kLight, 18);
    add(Stage::kRem, sleep.nap ? 3 : 6 + 26 * through);
    if (noise_.Chance(0.6, Topic::kStage, number, draw++)) add(Stage::kAwake, 3.5);
  }
  return stages;
}

std::vector<Reading> Person::NightReadings(base::Date date, Topic topic, std::chrono::seconds first,
                                           double mean, double spread, double low, double high) {
  constexpr std::chrono::minutes kEvery(30);
  std::vector<Reading> readings;
  const DayProfile& day = Day(date);
  if (!day.night_recorded) return readings;
  const Sleep& night = day.sleeps.front();
  const std::int64_t number = date.time_since_epoch().count();
  std::int64_t index = 100;
  for (base::Instant at = night.start + first; at < night.end; at += kEvery) {
    const double value = mean + spread * noise_.Bell(topic, number, index++);
    readings.push_back({at, std::clamp(value, low, high)});
  }
  return readings;
}

std::vector<Reading> Person::NightVariability(base::Date date) {
  const double mean = Day(date).variability;
  return NightReadings(date, Topic::kVariability, std::chrono::minutes(5), mean, mean * 0.18, 5,
                       190);
}

std::vector<Reading> Person::NightOxygen(base::Date date) {
  return NightReadings(date, Topic::kOxygen, std::chrono::minutes(12), Day(date).oxygen, 0.9, 88,
                       100);
}

}  // namespace coldpath::sandbox
