#include "providers/google_health/sessions.h"

#include <array>

#include "providers/google_health/point_time.h"
#include "providers/mapping/possible.h"

namespace coldpath::providers::google_health {
namespace {

using domain::DataType;
using domain::SleepStageKind;
using mapping::Node;
using Minutes = std::chrono::duration<double, std::ratio<60>>;

SleepStageKind StageKind(std::string_view type) {
  if (type == "AWAKE") return SleepStageKind::kAwake;
  if (type == "LIGHT") return SleepStageKind::kLight;
  if (type == "DEEP") return SleepStageKind::kDeep;
  if (type == "REM") return SleepStageKind::kRem;
  if (type == "ASLEEP") return SleepStageKind::kAsleep;
  if (type == "RESTLESS") return SleepStageKind::kRestless;
  return SleepStageKind::kUnknown;
}

// As the API counts: classic sleep without its restless minutes.
bool IsAsleep(SleepStageKind kind) {
  return kind == SleepStageKind::kLight || kind == SleepStageKind::kDeep ||
         kind == SleepStageKind::kRem || kind == SleepStageKind::kAsleep;
}

base::Result<domain::SleepStage> ReadStage(const Node& stage, const domain::Record& record) {
  // Stage boundaries are rounded apart from the session's own.
  constexpr std::chrono::minutes kSlack{5};
  COLDPATH_RETURN_IF_ERROR(stage.Object());
  const Node end = stage["endTime"];
  COLDPATH_ASSIGN_OR_RETURN(const std::string_view type, stage["type"].Text());
  COLDPATH_ASSIGN_OR_RETURN(const base::ParsedInstant first, stage["startTime"].Time());
  COLDPATH_ASSIGN_OR_RETURN(const base::ParsedInstant last, end.Time());
  COLDPATH_RETURN_IF_ERROR(mapping::CheckInterval(first.instant, last.instant, end));
  if (first.instant < record.start - kSlack || last.instant > record.end + kSlack) {
    return stage.Wrong("lies outside its sleep");
  }
  return domain::SleepStage{StageKind(type), first.instant, last.instant};
}

base::Status ReadStages(const Node& stages, domain::Record& record) {
  if (!stages.present()) return {};
  COLDPATH_RETURN_IF_ERROR(stages.Array());
  for (std::size_t i = 0; i < stages.json().size(); ++i) {
    COLDPATH_ASSIGN_OR_RETURN(domain::SleepStage stage, ReadStage(stages.Item(i), record));
    record.stages.push_back(stage);
  }
  return {};
}

base::Result<double> MinutesAsleep(const Node& sleep, const domain::Record& record) {
  const Node summary = sleep["summary"];
  const Node minutes = summary["minutesAsleep"];
  COLDPATH_ASSIGN_OR_RETURN(const auto given, minutes.OptionalInteger());
  if (given) {
    return mapping::CheckPossible(DataType::kSleep, static_cast<double>(*given), minutes);
  }
  Minutes asleep{0};
  for (const domain::SleepStage& stage : record.stages) {
    if (IsAsleep(stage.kind)) asleep += stage.end - stage.start;
  }
  if (record.stages.empty()) asleep = record.end - record.start;
  return mapping::CheckPossible(DataType::kSleep, asleep.count(), sleep);
}

// A summary of an exercise and the component that it becomes.
struct Metric {
  std::string_view key;
  std::string_view name;
  std::string_view unit;
  double scale;
  double least;
  double most;
};
constexpr std::array<Metric, 5> kMetrics{{
    {"caloriesKcal", "energy", "kcal", 1, 0, 50'000},
    {"distanceMillimeters", "distance", "m", 1e-3, 0, 1'000'000},
    {"averageHeartRateBeatsPerMinute", "mean-heart-rate", "/min", 1, 20, 300},
    {"steps", "steps", "{steps}", 1, 0, 1'000'000},
    {"elevationGainMillimeters", "elevation-gain", "m", 1e-3, 0, 50'000},
}};

base::Status ReadMetrics(const Node& summary, domain::Record& record) {
  if (!summary.present()) return {};
  COLDPATH_RETURN_IF_ERROR(summary.Object());
  for (const Metric& metric : kMetrics) {
    const Node node = summary[metric.key];
    if (!node.present()) continue;
    double value = 0;
    if (node.json().is_string()) {  // int64
      COLDPATH_ASSIGN_OR_RETURN(const std::int64_t whole, node.Integer());
      value = static_cast<double>(whole);
    } else {
      COLDPATH_ASSIGN_OR_RETURN(value, node.Number());
    }
    COLDPATH_ASSIGN_OR_RETURN(
        value, mapping::CheckBetween(metric.least, metric.most, value * metric.scale, node));
    record.components.push_back({std::string(metric.name), value, std::string(metric.unit)});
  }
  return {};
}

}  // namespace

base::Status ReadSleep(const Node& sleep, domain::Record& record) {
  COLDPATH_RETURN_IF_ERROR(ReadSleepInterval(sleep["interval"], record));
  COLDPATH_RETURN_IF_ERROR(ReadStages(sleep["stages"], record));
  COLDPATH_ASSIGN_OR_RETURN(record.value, MinutesAsleep(sleep, record));
  const Node metadata = sleep["metadata"];
  record.activity = metadata["nap"].IsTrue()         ? "nap"
                    : metadata["mainSleep"].IsTrue() ? "main_sleep"
                                                     : "sleep";
  record.source_version = sleep["updateTime"].TextOrEmpty();
  record.statistic = domain::Statistic::kSession;
  return {};
}

base::Status ReadExercise(const Node& exercise, domain::Record& record) {
  COLDPATH_RETURN_IF_ERROR(ReadInterval(exercise["interval"], record));
  COLDPATH_ASSIGN_OR_RETURN(const std::string_view sport, exercise["exerciseType"].Text());
  COLDPATH_RETURN_IF_ERROR(ReadMetrics(exercise["metricsSummary"], record));
  const Node active = exercise["activeDuration"];
  double minutes = Minutes(record.end - record.start).count();
  if (active.present()) {
    COLDPATH_ASSIGN_OR_RETURN(const double seconds, ReadDuration(active));
    minutes = seconds / 60;
  }
  COLDPATH_ASSIGN_OR_RETURN(record.value,
                            mapping::CheckPossible(DataType::kWorkout, minutes, active));
  record.activity = sport;
  record.source_version = exercise["updateTime"].TextOrEmpty();
  record.statistic = domain::Statistic::kSession;
  record.granularity = domain::Granularity::kSession;
  return {};
}

}  // namespace coldpath::providers::google_health
