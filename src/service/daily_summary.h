// What one record file's days add up to.
//
// ON DISK: the object tasks::DailyKey, beside the file that it is about and named by the same
// digest, so that it never goes stale:
//   {"format":"coldpath.daily/1","days":[["2024-05-01",288,20736.0,48.0,152.0,0.0],...]}
// a day with its number of records that have a value, their sum, the smallest, the largest, and of
// blood pressure the sum of the diastolic values (the others are the systolic ones).
#ifndef COLDPATH_SERVICE_DAILY_SUMMARY_H_
#define COLDPATH_SERVICE_DAILY_SUMMARY_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "domain/date_range.h"
#include "domain/record.h"

namespace coldpath::service {

struct DaySum {
  std::int64_t records = 0;
  double sum = 0;
  double min = 0;
  double max = 0;
  double diastolic = 0;

  void Add(double value);
  void Add(const DaySum& other);
  friend bool operator==(const DaySum&, const DaySum&) = default;
};
using DaySums = std::map<domain::Date, DaySum>;

// Of a record file's bytes. Errors: records.*.
base::Result<DaySums> SummarizeFile(std::string_view record_file);

std::string EncodeSummary(const DaySums& days);
// Error: daily.malformed.
base::Result<DaySums> DecodeSummary(std::string_view text);

}  // namespace coldpath::service

#endif  // COLDPATH_SERVICE_DAILY_SUMMARY_H_
