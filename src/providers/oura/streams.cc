#include "providers/oura/streams.h"

#include <array>

namespace coldpath::providers::oura {
namespace {

using domain::DataType;

constexpr std::array kActivityTypes{DataType::kSteps, DataType::kDistance, DataType::kActiveEnergy};
constexpr std::array kSleepTypes{DataType::kSleep, DataType::kHrvRmssd, DataType::kRestingHeartRate,
                                 DataType::kRespiratoryRate};
constexpr std::array kSpo2Types{DataType::kOxygenSaturation};
constexpr std::array kHeartRateTypes{DataType::kHeartRate};
constexpr std::array kWorkoutTypes{DataType::kWorkout};

constexpr std::array<Stream, 5> kStreams{{
    {"daily_activity", kActivityTypes, false, "daily", 0, 1000, 1, 365, MapDailyActivity},
    {"sleep", kSleepTypes, false, "daily", 0, 1000, 1.2, 180, MapSleep},
    {"daily_spo2", kSpo2Types, false, "spo2Daily", 0, 1000, 1, 365, MapDailySpo2},
    {"heartrate", kHeartRateTypes, true, "heartrate", 30, 10'000, 288, 30, MapHeartRate},
    {"workout", kWorkoutTypes, false, "workout", 0, 1000, 0.6, 365, MapWorkout},
}};

// Sleep reaches Oura when the person next opens the app.
constexpr int kLateDataDays = 14;

}  // namespace

std::span<const Stream> Streams() { return kStreams; }

const Stream* FindStream(std::string_view id) {
  for (const Stream& stream : kStreams) {
    if (stream.id == id) return &stream;
  }
  return nullptr;
}

planner::ProviderInfo MakeInfo() {
  planner::ProviderInfo info;
  info.id = "oura";
  info.title = "Oura";
  for (const Stream& stream : kStreams) {
    planner::StreamInfo one;
    one.id = stream.id;
    one.types.assign(stream.types.begin(), stream.types.end());
    one.max_span_days = stream.max_span_days;
    one.page_size = stream.page_size;
    one.natural_chunk_days = stream.natural_chunk_days;
    one.late_data_days = kLateDataDays;
    one.observations_per_day = stream.elements_per_day;
    one.scopes = {std::string(stream.scope)};
    info.streams.push_back(std::move(one));
  }
  info.budgets = {{planner::BudgetScope::kApp, 5000, std::chrono::minutes(5)}};
  info.seconds_per_call = 0.6;
  info.max_concurrency = 5;
  return info;
}

std::string WindowParameters(const Stream& stream, const domain::DateRange& range) {
  constexpr std::chrono::days kPadding{kPaddingDays};
  if (stream.by_instant) {
    return "start_datetime=" + base::FormatDate(range.start) +
           "T00%3A00%3A00Z&end_datetime=" + base::FormatDate(range.end) + "T00%3A00%3A00Z";
  }
  // The range's end is exclusive: as an included `end_date` it is the day of padding.
  return "start_date=" + base::FormatDate(range.start - kPadding) +
         "&end_date=" + base::FormatDate(range.end - std::chrono::days(1) + kPadding);
}

int StrayDays(const Stream& stream) { return stream.by_instant ? 1 : 2 * kPaddingDays; }

}  // namespace coldpath::providers::oura
