// Oura's routes of one simple element each: daily_activity, daily_spo2, heartrate, workout.
#include <array>

#include "providers/mapping/possible.h"
#include "providers/oura/streams.h"

namespace coldpath::providers::oura {
namespace {

using domain::DataType;
using mapping::Node;
using mapping::PageBuilder;

// "Object defining a daily activity that is a 24-hour period starting at 4 a.m."; its timestamp is
// that start, with the person's offset.
base::Status ReadActivityDay(const Node& element, domain::Record& record) {
  COLDPATH_ASSIGN_OR_RETURN(const std::string_view id, element["id"].Text());
  COLDPATH_ASSIGN_OR_RETURN(record.local_date, element["day"].Day());
  COLDPATH_ASSIGN_OR_RETURN(const base::ParsedInstant begin, element["timestamp"].Time());
  record.source_id = id;
  record.start = begin.instant;
  record.end = begin.instant + std::chrono::days(1);
  record.utc_offset = begin.utc_offset;
  record.statistic = domain::Statistic::kSum;
  record.granularity = domain::Granularity::kDaily;
  record.modality = domain::Modality::kSensed;
  return {};
}

base::Status TakeActivity(const Node& element, DataType type, std::string_view key,
                          PageBuilder& page) {
  domain::Record record = page.Start(type);
  COLDPATH_RETURN_IF_ERROR(ReadActivityDay(element, record));
  const Node node = element[key];
  COLDPATH_ASSIGN_OR_RETURN(const double value, node.Number());
  COLDPATH_ASSIGN_OR_RETURN(record.value, mapping::CheckPossible(type, value, node));
  page.Take(std::move(record));
  return {};
}

base::Status TakeSpo2(const Node& element, PageBuilder& page) {
  domain::Record record = page.Start(DataType::kOxygenSaturation);
  COLDPATH_ASSIGN_OR_RETURN(const std::string_view id, element["id"].Text());
  COLDPATH_ASSIGN_OR_RETURN(record.local_date, element["day"].Day());
  const Node percentage = element["spo2_percentage"];
  // A night without a measurement.
  if (!percentage.present()) return {};
  const Node node = percentage["average"];
  COLDPATH_ASSIGN_OR_RETURN(const double value, node.Number());
  COLDPATH_ASSIGN_OR_RETURN(record.value,
                            mapping::CheckPossible(DataType::kOxygenSaturation, value, node));
  record.source_id = id;
  // The route gives a day and no time.
  record.start = base::StartOfDay(record.local_date, std::chrono::seconds(0));
  record.end = record.start + std::chrono::days(1);
  record.offset_origin = domain::OffsetOrigin::kInferred;
  record.statistic = domain::Statistic::kMean;
  record.granularity = domain::Granularity::kDaily;
  record.modality = domain::Modality::kSensed;
  page.Take(std::move(record));
  return {};
}

base::Status TakeHeartRate(const Node& element, PageBuilder& page) {
  domain::Record record = page.Start(DataType::kHeartRate);
  COLDPATH_ASSIGN_OR_RETURN(const base::ParsedInstant time, element["timestamp"].Time());
  record.local_date = base::LocalDate(time.instant, std::chrono::seconds(0));
  if (!page.Wants(record.local_date)) return {};
  const Node node = element["bpm"];
  COLDPATH_ASSIGN_OR_RETURN(const double value, node.Number());
  COLDPATH_ASSIGN_OR_RETURN(record.value,
                            mapping::CheckPossible(DataType::kHeartRate, value, node));
  record.start = record.end = time.instant;
  record.offset_origin = domain::OffsetOrigin::kInferred;
  record.modality = domain::Modality::kSensed;
  page.Take(std::move(record));
  return {};
}

struct Metric {
  std::string_view key;
  std::string_view name;
  std::string_view unit;
  double most;
};
constexpr std::array<Metric, 2> kWorkoutMetrics{
    {{"calories", "energy", "kcal", 50'000}, {"distance", "distance", "m", 1'000'000}}};

base::Status TakeWorkout(const Node& element, PageBuilder& page) {
  domain::Record record = page.Start(DataType::kWorkout);
  const Node end = element["end_datetime"];
  COLDPATH_ASSIGN_OR_RETURN(const std::string_view id, element["id"].Text());
  COLDPATH_ASSIGN_OR_RETURN(record.local_date, element["day"].Day());
  COLDPATH_ASSIGN_OR_RETURN(const std::string_view activity, element["activity"].Text());
  COLDPATH_ASSIGN_OR_RETURN(const base::ParsedInstant first, element["start_datetime"].Time());
  COLDPATH_ASSIGN_OR_RETURN(const base::ParsedInstant last, end.Time());
  COLDPATH_RETURN_IF_ERROR(mapping::CheckInterval(first.instant, last.instant, end));
  for (const Metric& metric : kWorkoutMetrics) {
    const Node node = element[metric.key];
    COLDPATH_ASSIGN_OR_RETURN(const std::optional<double> value, node.OptionalNumber());
    if (!value) continue;
    COLDPATH_ASSIGN_OR_RETURN(const double checked,
                              mapping::CheckBetween(0, metric.most, *value, node));
    record.components.push_back({std::string(metric.name), checked, std::string(metric.unit)});
  }
  record.source_id = id;
  record.activity = activity;
  record.start = first.instant;
  record.end = last.instant;
  record.utc_offset = first.utc_offset;
  record.value =
      std::chrono::duration<double, std::ratio<60>>(last.instant - first.instant).count();
  record.statistic = domain::Statistic::kSession;
  record.granularity = domain::Granularity::kSession;
  record.modality = element["source"].TextOrEmpty() == "manual" ? domain::Modality::kManual
                                                                : domain::Modality::kSensed;
  page.Take(std::move(record));
  return {};
}

}  // namespace

void MapDailyActivity(const Node& element, PageBuilder& page) {
  constexpr std::pair<DataType, std::string_view> kValues[] = {
      {DataType::kSteps, "steps"},
      {DataType::kDistance, "equivalent_walking_distance"},
      {DataType::kActiveEnergy, "active_calories"}};
  for (const auto& [type, key] : kValues) {
    const base::Status taken = TakeActivity(element, type, key, page);
    if (!taken) page.Reject(type, taken.error());
  }
}

void MapDailySpo2(const Node& element, PageBuilder& page) {
  const base::Status taken = TakeSpo2(element, page);
  if (!taken) page.Reject(DataType::kOxygenSaturation, taken.error());
}

void MapHeartRate(const Node& element, PageBuilder& page) {
  const base::Status taken = TakeHeartRate(element, page);
  if (!taken) page.Reject(DataType::kHeartRate, taken.error());
}

void MapWorkout(const Node& element, PageBuilder& page) {
  const base::Status taken = TakeWorkout(element, page);
  if (!taken) page.Reject(DataType::kWorkout, taken.error());
}

}  // namespace coldpath::providers::oura
