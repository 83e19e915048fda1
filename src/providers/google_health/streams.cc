#include "providers/google_health/streams.h"

#include <array>

namespace coldpath::providers::google_health {
namespace {

using domain::DataType;

constexpr std::string_view kActivity = "activity_and_fitness";
constexpr std::string_view kMetrics = "health_metrics_and_measurements";
constexpr std::string_view kSleepScope = "sleep";
constexpr std::string_view kScopePrefix = "https://www.googleapis.com/auth/googlehealth.";

constexpr std::int64_t kPointsPage = 10'000;
constexpr std::int64_t kSessionsPage = 25;
// Phones upload days-old data when they next meet their watch.
constexpr int kLateDataDays = 7;

constexpr std::array<Stream, 14> kStreams{{
    {"steps", "steps", "steps.interval.civil_start_time", Shape::kInterval, DataType::kSteps,
     "count", 1, kActivity, 96, 91},
    {"distance", "distance", "distance.interval.civil_start_time", Shape::kInterval,
     DataType::kDistance, "millimeters", 1e-3, kActivity, 96, 91},
    {"active-energy-burned", "activeEnergyBurned", "active_energy_burned.interval.civil_start_time",
     Shape::kInterval, DataType::kActiveEnergy, "kcal", 1, kActivity, 96, 91},
    {"heart-rate", "heartRate", "heart_rate.sample_time.civil_time", Shape::kSample,
     DataType::kHeartRate, "beatsPerMinute", 1, kMetrics, 288, 34},
    {"daily-resting-heart-rate", "dailyRestingHeartRate", "daily_resting_heart_rate.date",
     Shape::kDaily, DataType::kRestingHeartRate, "beatsPerMinute", 1, kMetrics, 1, 365},
    {"heart-rate-variability", "heartRateVariability",
     "heart_rate_variability.sample_time.civil_time", Shape::kSample, DataType::kHrvRmssd, "", 1,
     kMetrics, 96, 91},
    {"oxygen-saturation", "oxygenSaturation", "oxygen_saturation.sample_time.civil_time",
     Shape::kSample, DataType::kOxygenSaturation, "percentage", 1, kMetrics, 96, 91},
    {"daily-respiratory-rate", "dailyRespiratoryRate", "daily_respiratory_rate.date", Shape::kDaily,
     DataType::kRespiratoryRate, "breathsPerMinute", 1, kMetrics, 1, 365},
    {"sleep", "sleep", "sleep.interval.civil_end_time", Shape::kSleep, DataType::kSleep, "", 1,
     kSleepScope, 1.1, 22},
    {"exercise", "exercise", "exercise.interval.civil_start_time", Shape::kExercise,
     DataType::kWorkout, "", 1, kActivity, 0.6, 40},
    {"weight", "weight", "weight.sample_time.civil_time", Shape::kSample, DataType::kBodyWeight,
     "weightGrams", 1e-3, kMetrics, 0.5, 365},
    {"body-fat", "bodyFat", "body_fat.sample_time.civil_time", Shape::kSample, DataType::kBodyFat,
     "percentage", 1, kMetrics, 0.5, 365},
    {"blood-glucose", "bloodGlucose", "blood_glucose.sample_time.civil_time", Shape::kSample,
     DataType::kBloodGlucose, "bloodGlucoseMilligramsPerDeciliter", 1, kMetrics, 4, 365},
    {"core-body-temperature", "coreBodyTemperature", "core_body_temperature.sample_time.civil_time",
     Shape::kSample, DataType::kBodyTemperature, "temperatureCelsius", 1, kMetrics, 1, 365},
}};

bool IsSession(const Stream& stream) {
  return stream.shape == Shape::kExercise || stream.shape == Shape::kSleep;
}

planner::StreamInfo InfoOf(const Stream& stream) {
  planner::StreamInfo info;
  info.id = stream.id;
  info.types = {stream.type};
  if (stream.type == DataType::kHrvRmssd) info.types.push_back(DataType::kHrvSdnn);
  info.page_size = PageSize(stream);
  info.natural_chunk_days = stream.natural_chunk_days;
  info.late_data_days = kLateDataDays;
  info.observations_per_day = stream.points_per_day;
  info.scopes = {std::string(kScopePrefix).append(stream.scope) + ".readonly"};
  return info;
}

}  // namespace

std::span<const Stream> Streams() { return kStreams; }

std::int64_t PageSize(const Stream& stream) {
  return IsSession(stream) ? kSessionsPage : kPointsPage;
}

const Stream* FindStream(std::string_view id) {
  for (const Stream& stream : kStreams) {
    if (stream.id == id) return &stream;
  }
  return nullptr;
}

planner::ProviderInfo MakeInfo() {
  using planner::BudgetScope;
  planner::ProviderInfo info;
  info.id = "google-health";
  info.title = "Google Health";
  for (const Stream& stream : kStreams) info.streams.push_back(InfoOf(stream));
  info.budgets = {{BudgetScope::kUser, 300, std::chrono::minutes(1)},
                  {BudgetScope::kApp, 120'000, std::chrono::minutes(1)},
                  {BudgetScope::kApp, 86'400'000, std::chrono::hours(24)}};
  info.seconds_per_call = 0.5;
  // 300 calls a minute are five a second; at half a second a call, more would only queue.
  info.max_concurrency = 4;
  return info;
}

std::string FilterFor(const Stream& stream, const domain::DateRange& range) {
  const std::string member(stream.filter);
  return member + " >= \"" + base::FormatDate(range.start) + "\" AND " + member + " < \"" +
         base::FormatDate(range.end) + "\"";
}

}  // namespace coldpath::providers::google_health
