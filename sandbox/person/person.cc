#include "sandbox/person/person.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace coldpath::sandbox {
namespace {

constexpr double kNightsRecorded = 0.95;
constexpr double kDaysPartlyOff = 0.08;

std::int64_t Number(base::Date date) { return date.time_since_epoch().count(); }

}  // namespace

Person::Person(std::uint64_t seed, std::string_view account, std::string home_zone)
    : noise_(HashText(account, seed)), calendar_(noise_, std::move(home_zone)) {
  DrawTraits();
}

void Person::DrawTraits() {
  int index = 0;
  const auto between = [&](double low, double high) {
    return noise_.Between(low, high, Topic::kTrait, 0, index++);
  };
  traits_.resting_heart_rate = between(52, 64);
  traits_.max_heart_rate = between(172, 192);
  traits_.variability = between(32, 62);
  traits_.weight_kg = between(58, 92);
  traits_.fat_percent = between(16, 30);
  traits_.stride_mm = between(680, 800);
  traits_.bedtime_minutes = between(-80, 10);
  traits_.sleep_minutes = between(420, 490);
  traits_.activity = between(0.8, 1.3);
  traits_.favourite = static_cast<Sport>(static_cast<int>(between(0, 2.99)));
}

const DayProfile& Person::Day(base::Date date) {
  const std::int64_t number = Number(date);
  if (const auto found = days_.find(number); found != days_.end()) return found->second;
  return days_.emplace(number, MakeDay(date)).first->second;
}

DayProfile Person::MakeDay(base::Date date) {
  DayProfile day;
  day.date = date;
  DecideWear(day);
  DecideBody(day);
  AddSleeps(day);
  AddWorkouts(day);
  return day;
}

// In most quarters the device stays off for a few days once; sometimes for weeks.
bool Person::DeviceOff(std::int64_t day) const {
  const std::int64_t quarter = Noise::FloorDiv(day, Calendar::kQuarterDays);
  const std::int64_t day_of_quarter = day - quarter * Calendar::kQuarterDays;
  if (!noise_.Chance(0.65, Topic::kOff, quarter)) return false;
  const auto first = static_cast<std::int64_t>(noise_.Between(2, 65, Topic::kOff, quarter, 1));
  const bool is_long = noise_.Chance(0.12, Topic::kOff, quarter, 2);
  const auto length =
      static_cast<std::int64_t>(is_long ? noise_.Between(9, 21, Topic::kOff, quarter, 3)
                                        : noise_.Between(1, 4, Topic::kOff, quarter, 3));
  return day_of_quarter >= first && day_of_quarter < first + length;
}

void Person::DecideWear(DayProfile& day) const {
  const std::int64_t number = Number(day.date);
  day.device_off = DeviceOff(number);
  day.night_recorded = !day.device_off && !DeviceOff(number - 1) &&
                       noise_.Chance(kNightsRecorded, Topic::kNight, number);
  // Charging, or forgotten on the table for a while.
  const bool is_long = noise_.Chance(kDaysPartlyOff, Topic::kOffHours, number);
  day.off_from_minute = static_cast<int>(noise_.Between(480, 1230, Topic::kOffHours, number, 1));
  day.off_to_minute =
      day.off_from_minute +
      static_cast<int>(is_long ? noise_.Between(180, 600, Topic::kOffHours, number, 2)
                               : noise_.Between(20, 75, Topic::kOffHours, number, 2));
}

// A cold of three to six days in about two of five quarters, more often than that in winter.
bool Person::Sick(std::int64_t day) const {
  const std::int64_t quarter = Noise::FloorDiv(day, Calendar::kQuarterDays);
  const std::int64_t day_of_quarter = day - quarter * Calendar::kQuarterDays;
  if (!noise_.Chance(0.4, Topic::kSick, quarter)) return false;
  const auto first = static_cast<std::int64_t>(noise_.Between(0, 80, Topic::kSick, quarter, 1));
  const auto length = static_cast<std::int64_t>(noise_.Between(3, 7, Topic::kSick, quarter, 2));
  return day_of_quarter >= first && day_of_quarter < first + length;
}

void Person::DecideBody(DayProfile& day) const {
  const std::int64_t number = Number(day.date);
  // 1 in the middle of July, -1 in the middle of January.
  const double summer = std::cos((static_cast<double>(number) - 196.0) * 2 * M_PI / 365.2425);
  const std::int64_t weekday = (number + 4) - 7 * Noise::FloorDiv(number + 4, 7);  // 0 is Sunday
  const bool weekend = weekday == 0 || weekday == 6;
  const double fitness = noise_.Drift(Topic::kTrait, number, 240);
  day.sick = Sick(number);
  day.activity = traits_.activity * (1 + 0.12 * summer) * (weekend ? 1.12 : 1.0) *
                 (1 + 0.15 * noise_.Bell(Topic::kMotion, number, -1)) * (day.sick ? 0.45 : 1.0);
  day.resting_heart_rate = traits_.resting_heart_rate - 2.0 * fitness - 1.2 * summer +
                           1.3 * noise_.Bell(Topic::kRestingHeart, number) + (day.sick ? 8 : 0);
  day.variability = std::clamp(
      traits_.variability *
          (1 + 0.08 * fitness + 0.05 * summer + 0.10 * noise_.Bell(Topic::kVariability, number)) *
          (day.sick ? 0.7 : 1.0),
      12.0, 150.0);
  day.oxygen =
      std::min(99.5, 96.6 + 0.6 * noise_.Bell(Topic::kOxygen, number) - (day.sick ? 1.2 : 0));
  day.breath = 14.6 + 0.6 * noise_.Bell(Topic::kBreath, number) +
               0.8 * noise_.Bell(Topic::kTrait, 1) + (day.sick ? 1.8 : 0);
}

void Person::AddSleeps(DayProfile& day) {
  const std::int64_t number = Number(day.date);
  const std::int64_t weekday = (number + 4) - 7 * Noise::FloorDiv(number + 4, 7);
  const bool late = weekday == 0 || weekday == 6;  // Friday's and Saturday's nights
  const double bed = traits_.bedtime_minutes + (late ? 55 : 0) +
                     22 * noise_.Bell(Topic::kBed, number) + (day.sick ? -30 : 0);
  const double length = std::clamp(traits_.sleep_minutes + (late ? 35 : 0) +
                                       32 * noise_.Bell(Topic::kWake, number) + (day.sick ? 60 : 0),
                                   280.0, 640.0);
  const auto half_minutes = [](double minutes) {
    return std::chrono::seconds(30 * static_cast<std::int64_t>(minutes * 2));
  };
  Sleep night;
  night.start = calendar_.At(day.date, half_minutes(bed));
  night.end = night.start + half_minutes(length);
  day.sleeps.push_back(night);
  if (calendar_.IsTravelDay(day.date) || !noise_.Chance(late ? 0.10 : 0.04, Topic::kNap, number)) {
    return;
  }
  Sleep nap;
  nap.nap = true;
  nap.index = 1;
  nap.start =
      calendar_.At(day.date, half_minutes(noise_.Between(790, 960, Topic::kNap, number, 1)));
  nap.end = nap.start + half_minutes(noise_.Between(20, 95, Topic::kNap, number, 2));
  nap.deleted = noise_.Chance(0.3, Topic::kNap, number, 3);
  day.sleeps.push_back(nap);
}

void Person::AddWorkouts(DayProfile& day) {
  const std::int64_t number = Number(day.date);
  if (day.sick || calendar_.IsTravelDay(day.date)) return;
  const double wanted = 0.42 * std::min(1.4, day.activity);
  if (!noise_.Chance(wanted, Topic::kWorkout, number)) return;
  const double kind = noise_.Unit(Topic::kWorkout, number, 1);
  Workout workout;
  workout.sport = kind < 0.5    ? traits_.favourite
                  : kind < 0.7  ? Sport::kStrength
                  : kind < 0.85 ? Sport::kWalk
                  : kind < 0.93 ? Sport::kSwim
                                : Sport::kRun;
  workout.effort = noise_.Unit(Topic::kWorkout, number, 2);
  const double start = noise_.Between(17 * 60, 19.5 * 60, Topic::kWorkout, number, 3);
  const double minutes = noise_.Between(25, 100, Topic::kWorkout, number, 4);
  workout.start =
      calendar_.At(day.date, std::chrono::seconds(60 * static_cast<std::int64_t>(start)));
  workout.end = workout.start + std::chrono::seconds(60 * static_cast<std::int64_t>(minutes));
  workout.entered_by_hand = day.device_off || noise_.Chance(0.06, Topic::kWorkout, number, 5);
  // With the device off, nothing is known unless it was entered by hand, which people seldom do.
  if (day.device_off && !noise_.Chance(0.1, Topic::kWorkout, number, 6)) return;
  day.workouts.push_back(workout);
}

std::string Person::Identifier(std::string_view kind, base::Date date, int index) const {
  static constexpr char kHex[] = "0123456789abcdef";
  const auto topic_seed = static_cast<std::int64_t>(HashText(kind) >> 1);
  std::uint64_t words[2] = {
      noise_.Hash(Topic::kIdentity, Number(date) ^ topic_seed, index * 2),
      noise_.Hash(Topic::kIdentity, Number(date) ^ topic_seed, index * 2 + 1)};
  std::string id;
  id.reserve(36);
  for (int digit = 0; digit < 32; ++digit) {
    if (digit == 8 || digit == 12 || digit == 16 || digit == 20) id += '-';
    id += kHex[(words[digit / 16] >> (60 - 4 * (digit % 16))) & 15];
  }
  id[14] = '4';
  id[19] = '8';
  return id;
}

}  // namespace coldpath::sandbox
