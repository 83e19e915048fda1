#include "service/daily_summary.h"

#include <algorithm>
#include <optional>

#include "base/json.h"
#include "records/record_file.h"

namespace coldpath::service {
namespace {

constexpr std::string_view kFormat = "coldpath.daily/1";
constexpr base::JsonLimits kLimits{16u << 20, 4};

std::optional<double> ComponentOf(const domain::Record& record, std::string_view name) {
  for (const domain::Component& component : record.components) {
    if (component.name == name) return component.value;
  }
  return std::nullopt;
}

std::unexpected<base::Error> Malformed() {
  return base::Fail("daily.malformed", "A summary of days cannot be read.");
}

base::Status ReadRow(const base::Json& row, DaySums& days) {
  if (!row.is_array() || row.size() != 6 || !row[0].is_string() || !row[1].is_number_integer()) {
    return Malformed();
  }
  for (std::size_t i = 2; i < 6; ++i) {
    if (!row[i].is_number()) return Malformed();
  }
  const auto date = base::ParseDate(row[0].get_ref<const std::string&>());
  const DaySum sum{row[1].get<std::int64_t>(), row[2].get<double>(), row[3].get<double>(),
                   row[4].get<double>(), row[5].get<double>()};
  if (!date || sum.records < 1) return Malformed();
  days[*date] = sum;
  return {};
}

}  // namespace

void DaySum::Add(double value) { Add(DaySum{1, value, value, value, 0}); }

void DaySum::Add(const DaySum& other) {
  if (other.records == 0) return;
  min = records == 0 ? other.min : std::min(min, other.min);
  max = records == 0 ? other.max : std::max(max, other.max);
  records += other.records;
  sum += other.sum;
  diastolic += other.diastolic;
}

base::Result<DaySums> SummarizeFile(std::string_view record_file) {
  COLDPATH_ASSIGN_OR_RETURN(auto reader, records::RecordFileReader::Open(record_file));
  const bool pressure = reader.header().type == domain::DataType::kBloodPressure;
  DaySums days;
  domain::Record record;
  for (;;) {
    COLDPATH_ASSIGN_OR_RETURN(const bool more, reader.Next(record));
    if (!more) return days;
    if (record.tombstone) continue;
    const std::optional<double> value = pressure ? ComponentOf(record, "systolic") : record.value;
    if (!value) continue;
    DaySum& day = days[record.local_date];
    day.Add(*value);
    if (pressure) day.diastolic += ComponentOf(record, "diastolic").value_or(0);
  }
}

std::string EncodeSummary(const DaySums& days) {
  base::Json rows = base::Json::array();
  for (const auto& [date, day] : days) {
    rows.push_back({base::FormatDate(date), day.records, day.sum, day.min, day.max, day.diastolic});
  }
  return base::DumpJson({{"days", std::move(rows)}, {"format", kFormat}});
}

base::Result<DaySums> DecodeSummary(std::string_view text) {
  const auto json = base::ParseJson(text, kLimits);
  if (!json || base::FindString(*json, "format") != kFormat) return Malformed();
  const base::Json* rows = base::FindMember(*json, "days");
  if (rows == nullptr || !rows->is_array()) return Malformed();
  DaySums days;
  for (const base::Json& row : *rows) COLDPATH_RETURN_IF_ERROR(ReadRow(row, days));
  return days;
}

}  // namespace coldpath::service
