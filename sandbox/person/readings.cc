// What the person measures now and then: weight, body fat, glucose, temperature.
#include <algorithm>
#include <cmath>

#include "sandbox/person/person.h"

namespace coldpath::sandbox {
namespace {

std::int64_t Number(base::Date date) { return date.time_since_epoch().count(); }
std::int64_t Weekday(std::int64_t number) {
  return (number + 4) - 7 * Noise::FloorDiv(number + 4, 7);
}
double Rounded(double value, double step) { return std::round(value / step) * step; }

}  // namespace

// Mondays, Wednesdays and Saturdays after getting up, when at home.
std::vector<Reading> Person::WeightKilograms(base::Date date) {
  const std::int64_t number = Number(date);
  const std::int64_t weekday = Weekday(number);
  if (weekday != 1 && weekday != 3 && weekday != 6) return {};
  if (calendar_.IsAway(date) || calendar_.IsTravelDay(date)) return {};
  if (!noise_.Chance(0.82, Topic::kWeight, number)) return {};
  const auto minutes = static_cast<std::int64_t>(noise_.Between(5, 40, Topic::kWeight, number, 1));
  const double winter = -std::cos((static_cast<double>(number) - 196.0) * 2 * M_PI / 365.2425);
  const double kilograms = traits_.weight_kg + 2.2 * noise_.Drift(Topic::kWeight, number, 200) +
                           0.9 * winter + 0.35 * noise_.Bell(Topic::kWeight, number, 2);
  return {{Day(date).sleeps.front().end + std::chrono::minutes(minutes), Rounded(kilograms, 0.1)}};
}

// The same scale, at the same moment.
std::vector<Reading> Person::BodyFatPercent(base::Date date) {
  std::vector<Reading> readings = WeightKilograms(date);
  for (Reading& reading : readings) {
    const double percent = traits_.fat_percent + 0.5 * (reading.value - traits_.weight_kg) +
                           0.4 * noise_.Bell(Topic::kFat, Number(date));
    reading.value = Rounded(std::clamp(percent, 6.0, 48.0), 0.1);
  }
  return readings;
}

// A week of finger pricks a quarter: fasting, after lunch, after dinner.
std::vector<Reading> Person::GlucoseMilligramsPerDeciliter(base::Date date) {
  const std::int64_t number = Number(date);
  const std::int64_t quarter = Noise::FloorDiv(number, Calendar::kQuarterDays);
  const auto first = static_cast<std::int64_t>(noise_.Between(5, 80, Topic::kGlucose, quarter, -1));
  const std::int64_t day_of_quarter = number - quarter * Calendar::kQuarterDays;
  if (day_of_quarter < first || day_of_quarter >= first + 7 || calendar_.IsTravelDay(date))
    return {};
  static constexpr struct {
    int minute;
    double mean;
  } kTimes[] = {{7 * 60 + 10, 88}, {14 * 60, 122}, {20 * 60 + 30, 128}};
  std::vector<Reading> readings;
  std::int64_t index = 0;
  for (const auto& time : kTimes) {
    const auto late =
        static_cast<std::int64_t>(noise_.Between(0, 40, Topic::kGlucose, number, index));
    const double value = time.mean + 9 * noise_.Bell(Topic::kGlucose, number, index + 10);
    readings.push_back({calendar_.At(date, std::chrono::minutes(time.minute + late)),
                        std::clamp(std::round(value), 62.0, 190.0)});
    ++index;
  }
  return readings;
}

// Twice a day when sick, and on the first of a month.
std::vector<Reading> Person::TemperatureCelsius(base::Date date) {
  const std::int64_t number = Number(date);
  const bool sick = Day(date).sick;
  const std::chrono::year_month_day day{date};
  if (calendar_.IsTravelDay(date) || (!sick && day.day() != std::chrono::day(1))) return {};
  const double mean = sick ? 38.1 : 36.6;
  const double spread = sick ? 0.35 : 0.15;
  std::vector<Reading> readings;
  for (const int hour : {9, 20}) {
    const double value = mean + spread * noise_.Bell(Topic::kTemperature, number, hour);
    readings.push_back(
        {calendar_.At(date, std::chrono::minutes(hour * 60 + 4)), Rounded(value, 0.1)});
    if (!sick) break;
  }
  return readings;
}

}  // namespace coldpath::sandbox
