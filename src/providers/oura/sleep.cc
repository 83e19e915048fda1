// Oura's sleep route: one element is a sleep with its stages, variability, lowest heart rate and
// breathing.
#include "providers/mapping/possible.h"
#include "providers/oura/streams.h"

namespace coldpath::providers::oura {
namespace {

using domain::DataType;
using domain::SleepStageKind;
using mapping::Node;
using mapping::PageBuilder;
using Minutes = std::chrono::duration<double, std::ratio<60>>;

// What all records of a sleep have in common.
base::Status ReadFrame(const Node& element, domain::Record& record) {
  const Node end = element["bedtime_end"];
  COLDPATH_ASSIGN_OR_RETURN(const std::string_view id, element["id"].Text());
  COLDPATH_ASSIGN_OR_RETURN(record.local_date, element["day"].Day());
  COLDPATH_ASSIGN_OR_RETURN(const base::ParsedInstant first, element["bedtime_start"].Time());
  COLDPATH_ASSIGN_OR_RETURN(const base::ParsedInstant last, end.Time());
  COLDPATH_RETURN_IF_ERROR(mapping::CheckInterval(first.instant, last.instant, end));
  record.source_id = id;
  record.device = element["ring_id"].TextOrEmpty();
  record.start = first.instant;
  record.end = last.instant;
  record.utc_offset = first.utc_offset;
  record.granularity = domain::Granularity::kSession;
  record.modality = domain::Modality::kSensed;
  return {};
}

std::optional<SleepStageKind> PhaseKind(char phase) {
  switch (phase) {
    case '1':
      return SleepStageKind::kDeep;
    case '2':
      return SleepStageKind::kLight;
    case '3':
      return SleepStageKind::kRem;
    case '4':
      return SleepStageKind::kAwake;
    default:
      return std::nullopt;
  }
}

// One character a step; equal neighbours become one stage. The last step may reach beyond the end
// of the sleep and is cut there.
base::Status ReadPhases(const Node& node, std::chrono::seconds step, domain::Record& record) {
  COLDPATH_ASSIGN_OR_RETURN(const std::string_view phases, node.Text());
  base::Instant at = record.start;
  for (std::size_t i = 0; i < phases.size(); ++i, at += step) {
    const std::optional<SleepStageKind> kind = PhaseKind(phases[i]);
    if (!kind) return node.Wrong("character " + std::to_string(i) + " is no sleep phase");
    if (at >= record.end) {
      if (at - record.end < step) break;
      return node.Wrong("goes on beyond the end of the sleep");
    }
    const base::Instant until = std::min<base::Instant>(at + step, record.end);
    if (!record.stages.empty() && record.stages.back().kind == *kind) {
      record.stages.back().end = until;
    } else {
      record.stages.push_back({*kind, at, until});
    }
  }
  return {};
}

base::Status ReadStages(const Node& element, domain::Record& record) {
  const Node fine = element["sleep_phase_30_sec"];
  if (fine.present()) return ReadPhases(fine, std::chrono::seconds(30), record);
  const Node coarse = element["sleep_phase_5_min"];
  if (coarse.present()) return ReadPhases(coarse, std::chrono::minutes(5), record);
  return {};
}

base::Status TakeSleep(const Node& element, std::string_view type, PageBuilder& page) {
  domain::Record record = page.Start(DataType::kSleep);
  COLDPATH_RETURN_IF_ERROR(ReadFrame(element, record));
  COLDPATH_RETURN_IF_ERROR(ReadStages(element, record));
  const Node total = element["total_sleep_duration"];
  COLDPATH_ASSIGN_OR_RETURN(const auto seconds, total.OptionalNumber());
  Minutes asleep{seconds.value_or(0) / 60};
  if (!seconds) {
    for (const domain::SleepStage& stage : record.stages) {
      if (stage.kind != SleepStageKind::kAwake) asleep += stage.end - stage.start;
    }
    if (record.stages.empty()) asleep = record.end - record.start;
  }
  COLDPATH_ASSIGN_OR_RETURN(record.value,
                            mapping::CheckPossible(DataType::kSleep, asleep.count(), total));
  record.activity = type;
  record.statistic = domain::Statistic::kSession;
  page.Take(std::move(record));
  return {};
}

// One number about the whole sleep; absent and null give no record.
base::Status TakeSummary(const Node& element, DataType type, std::string_view key,
                         domain::Statistic statistic, PageBuilder& page) {
  const Node node = element[key];
  COLDPATH_ASSIGN_OR_RETURN(const std::optional<double> value, node.OptionalNumber());
  if (!value) return {};
  domain::Record record = page.Start(type);
  COLDPATH_RETURN_IF_ERROR(ReadFrame(element, record));
  COLDPATH_ASSIGN_OR_RETURN(record.value, mapping::CheckPossible(type, *value, node));
  record.statistic = statistic;
  page.Take(std::move(record));
  return {};
}

base::Status TakeSeries(const Node& element, const Node& series, PageBuilder& page) {
  COLDPATH_RETURN_IF_ERROR(series.Object());
  const Node interval = series["interval"];
  const Node items = series["items"];
  COLDPATH_ASSIGN_OR_RETURN(double seconds, interval.Number());
  COLDPATH_ASSIGN_OR_RETURN(seconds, mapping::CheckBetween(1, 3600, seconds, interval));
  COLDPATH_ASSIGN_OR_RETURN(const base::ParsedInstant begin, series["timestamp"].Time());
  COLDPATH_RETURN_IF_ERROR(items.Array());

  domain::Record sample = page.Start(DataType::kHrvRmssd);
  COLDPATH_RETURN_IF_ERROR(ReadFrame(element, sample));
  sample.utc_offset = begin.utc_offset;
  sample.granularity = domain::Granularity::kInterval;
  sample.statistic = domain::Statistic::kMean;
  const auto step = base::Duration(static_cast<std::int64_t>(seconds * 1e6));
  for (std::size_t i = 0; i < items.json().size(); ++i) {
    const Node item = items.Item(i);
    COLDPATH_ASSIGN_OR_RETURN(const std::optional<double> value, item.OptionalNumber());
    if (!value || *value == 0) continue;
    sample.start = begin.instant + step * static_cast<std::int64_t>(i);
    sample.end = sample.start + step;
    if (sample.start > begin.instant + mapping::kLongestInterval) {
      return item.Wrong("is more than a week after the series began");
    }
    COLDPATH_ASSIGN_OR_RETURN(sample.value,
                              mapping::CheckPossible(DataType::kHrvRmssd, *value, item));
    page.Take(sample);
  }
  return {};
}

base::Status TakeVariability(const Node& element, PageBuilder& page) {
  const Node series = element["hrv"];
  if (series.present()) return TakeSeries(element, series, page);
  return TakeSummary(element, DataType::kHrvRmssd, "average_hrv", domain::Statistic::kMean, page);
}

}  // namespace

void MapSleep(const Node& element, PageBuilder& page) {
  const std::string_view type = element["type"].TextOrEmpty();
  if (type == "deleted" || type == "rest") return;
  const auto reject = [&page](DataType of, const base::Status& status) {
    if (!status) page.Reject(of, status.error());
  };
  reject(DataType::kSleep, TakeSleep(element, type.empty() ? "sleep" : type, page));
  reject(DataType::kHrvRmssd, TakeVariability(element, page));
  reject(DataType::kRespiratoryRate, TakeSummary(element, DataType::kRespiratoryRate,
                                                 "average_breath", domain::Statistic::kMean, page));
  if (type != "long_sleep") return;
  reject(DataType::kRestingHeartRate,
         TakeSummary(element, DataType::kRestingHeartRate, "lowest_heart_rate",
                     domain::Statistic::kMinimum, page));
}

}  // namespace coldpath::providers::oura
