// One data type day by day, for charts over many years. Each record file is read once; what its
// days add up to is then kept beside it as a small object (docs/formats.md), so that the second
// look at ten years is quick.
#ifndef COLDPATH_SERVICE_DAILY_VALUES_H_
#define COLDPATH_SERVICE_DAILY_VALUES_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/context.h"

namespace coldpath::service {

struct DailyQuery {
  domain::DataType type = domain::DataType::kSteps;
  domain::DateRange range;
  std::optional<std::string> connection_id;
  std::optional<std::string> cursor;
};

struct DailyValue {
  domain::Date date;
  std::int64_t records = 0;
  double value = 0;  // the sum or the mean, as SumsUp says; of blood pressure the systolic mean
  double min = 0;    // of single records; of blood pressure the diastolic mean
  double max = 0;
};

struct DailyPage {
  std::vector<DailyValue> days;  // those that have records, in order
  std::optional<std::string> next_cursor;
};

// Whether a day's figure is the sum of its records; else it is their mean.
bool SumsUp(domain::DataType type);
// UCUM. That of the type, but hours for sleep.
std::string_view DailyUnit(domain::DataType type);

// Each day is of one connection and counted once: of those whose files FindSources names for it,
// the one of the newest job. A page ends after about kDecodeBytes of record files that had to be
// read, or kSummaries of known ones. Errors: cursor.malformed, the stores', records.*.
inline constexpr std::size_t kDailyDecodeBytes = 2u << 20;
inline constexpr int kDailySummaries = 400;
base::Result<DailyPage> FindDailyValues(const Context& context, const std::string& user_id,
                                        const DailyQuery& query);

}  // namespace coldpath::service

#endif  // COLDPATH_SERVICE_DAILY_VALUES_H_
