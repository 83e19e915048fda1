#include "providers/google_health/point_time.h"

#include <charconv>

#include "providers/mapping/possible.h"

namespace coldpath::providers::google_health {
namespace {

using mapping::Node;

base::Result<base::Date> ReadDate(const Node& date) {
  COLDPATH_RETURN_IF_ERROR(date.Object());
  COLDPATH_ASSIGN_OR_RETURN(const std::int64_t year, date["year"].Integer());
  COLDPATH_ASSIGN_OR_RETURN(const std::int64_t month, date["month"].Integer());
  COLDPATH_ASSIGN_OR_RETURN(const std::int64_t day, date["day"].Integer());
  const bool possible = year >= 1900 && year <= 2200 && month >= 1 && month <= 12 && day >= 1;
  const std::chrono::year_month_day civil{
      std::chrono::year(possible ? static_cast<int>(year) : 0),
      std::chrono::month(possible ? static_cast<unsigned>(month) : 0),
      std::chrono::day(possible && day <= 31 ? static_cast<unsigned>(day) : 0)};
  if (!civil.ok()) return date.Wrong("is not a day of the calendar");
  return base::Date(std::chrono::local_days(civil));
}

// The civil date at `civil_time` if it is there, else the one that instant and offset give.
base::Result<base::Date> LocalDate(const Node& civil_time, base::Instant instant,
                                   std::chrono::seconds offset) {
  const Node date = civil_time["date"];
  if (date.present()) return ReadDate(date);
  return base::LocalDate(instant, offset);
}

base::Status ReadBounds(const Node& interval, domain::Record& record) {
  COLDPATH_RETURN_IF_ERROR(interval.Object());
  const Node end = interval["endTime"];
  COLDPATH_ASSIGN_OR_RETURN(const base::ParsedInstant first, interval["startTime"].Time());
  COLDPATH_ASSIGN_OR_RETURN(const base::ParsedInstant last, end.Time());
  COLDPATH_RETURN_IF_ERROR(mapping::CheckInterval(first.instant, last.instant, end));
  COLDPATH_ASSIGN_OR_RETURN(record.utc_offset, ReadOffset(interval["startUtcOffset"]));
  record.start = first.instant;
  record.end = last.instant;
  return {};
}

}  // namespace

base::Result<double> ReadDuration(const Node& node) {
  COLDPATH_ASSIGN_OR_RETURN(const std::string_view text, node.Text());
  double seconds = 0;
  const char* const last = text.data() + text.size();
  const auto [end, failure] = std::from_chars(text.data(), last, seconds, std::chars_format::fixed);
  if (failure != std::errc() || end + 1 != last || *end != 's' || !(seconds > -1e9) ||
      !(seconds < 1e9)) {
    return node.Wrong("is not a duration like \"3600s\"");
  }
  return seconds;
}

base::Result<std::chrono::seconds> ReadOffset(const Node& node) {
  COLDPATH_ASSIGN_OR_RETURN(const double seconds, ReadDuration(node));
  const std::chrono::seconds offset(static_cast<std::int64_t>(seconds));
  if (offset > mapping::kLargestUtcOffset || offset < -mapping::kLargestUtcOffset) {
    return node.Wrong("is no offset that clocks have");
  }
  return offset;
}

base::Status ReadSampleTime(const Node& sample_time, domain::Record& record) {
  COLDPATH_RETURN_IF_ERROR(sample_time.Object());
  COLDPATH_ASSIGN_OR_RETURN(const base::ParsedInstant time, sample_time["physicalTime"].Time());
  COLDPATH_ASSIGN_OR_RETURN(record.utc_offset, ReadOffset(sample_time["utcOffset"]));
  record.start = record.end = time.instant;
  COLDPATH_ASSIGN_OR_RETURN(record.local_date,
                            LocalDate(sample_time["civilTime"], record.start, record.utc_offset));
  return {};
}

base::Status ReadInterval(const Node& interval, domain::Record& record) {
  COLDPATH_RETURN_IF_ERROR(ReadBounds(interval, record));
  COLDPATH_ASSIGN_OR_RETURN(record.local_date,
                            LocalDate(interval["civilStartTime"], record.start, record.utc_offset));
  record.granularity = domain::Granularity::kInterval;
  return {};
}

base::Status ReadSleepInterval(const Node& interval, domain::Record& record) {
  COLDPATH_RETURN_IF_ERROR(ReadBounds(interval, record));
  COLDPATH_ASSIGN_OR_RETURN(const std::chrono::seconds end_offset,
                            ReadOffset(interval["endUtcOffset"]));
  COLDPATH_ASSIGN_OR_RETURN(record.local_date,
                            LocalDate(interval["civilEndTime"], record.end, end_offset));
  record.granularity = domain::Granularity::kSession;
  return {};
}

base::Status ReadDay(const Node& date, domain::Record& record) {
  COLDPATH_ASSIGN_OR_RETURN(record.local_date, ReadDate(date));
  record.start = base::StartOfDay(record.local_date, std::chrono::seconds(0));
  record.end = record.start + std::chrono::days(1);
  record.offset_origin = domain::OffsetOrigin::kInferred;
  record.granularity = domain::Granularity::kDaily;
  return {};
}

void ReadSource(const Node& point, domain::Record& record) {
  // "users/me/dataTypes/sleep/dataPoints/a1b2": the alias "me" may also be the person's number, so
  // that only the last part is the same for every caller.
  const std::string_view name = point["name"].TextOrEmpty();
  record.source_id = name.substr(name.rfind('/') + 1);

  const Node source = point["dataSource"];
  const Node device = source["device"];
  record.device = device["displayName"].TextOrEmpty();
  if (record.device.empty()) record.device = device["manufacturer"].TextOrEmpty();
  const std::string_view method = source["recordingMethod"].TextOrEmpty();
  if (method == "MANUAL") {
    record.modality = domain::Modality::kManual;
  } else if (method == "PASSIVELY_MEASURED" || method == "ACTIVELY_MEASURED" ||
             method == "DERIVED") {
    record.modality = domain::Modality::kSensed;
  }
}

}  // namespace coldpath::providers::google_health
