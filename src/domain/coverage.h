// Coverage: what is known about each requested day of each data type.
#ifndef COLDPATH_DOMAIN_COVERAGE_H_
#define COLDPATH_DOMAIN_COVERAGE_H_

#include <cstdint>
#include <map>
#include <string>

#include "domain/data_type.h"
#include "domain/date_range.h"

namespace coldpath::domain {

// One day of one type. Every requested day is in exactly one state.
enum class DayState : char {
  kComplete = 'c',               // fetched whole, holds records
  kEmpty = 'e',                  // the provider proved it: a successful, complete, empty answer
  kFailed = 'f',                 // could not be fetched; see the chunk's failure
  kBeyondProviderHistory = 'b',  // older than what the provider keeps
  kNotAttempted = 'n',           // the job was paused, cancelled or failed before
};
// "complete", "empty", "failed", "beyond_provider_history", "not_attempted".
std::string_view DayStateName(DayState state);

// A run of days of one type, one character (DayState) a day. The characters are stored and shown by
// the API.
struct TypeCoverage {
  DateRange range;
  std::string days;  // size() == range.days()

  DayState At(Date day) const {
    return static_cast<DayState>(days[static_cast<std::size_t>((day - range.start).count())]);
  }
  void Set(Date day, DayState state) {
    days[static_cast<std::size_t>((day - range.start).count())] = static_cast<char>(state);
  }
};

struct CoverageCounts {
  std::int64_t requested = 0;
  std::int64_t complete = 0;
  std::int64_t empty = 0;
  std::int64_t failed = 0;
  std::int64_t beyond_provider_history = 0;
  std::int64_t not_attempted = 0;

  // The invariant of every manifest.
  bool AddsUp() const {
    return requested == complete + empty + failed + beyond_provider_history + not_attempted;
  }
  friend bool operator==(const CoverageCounts&, const CoverageCounts&) = default;
};

using Coverage = std::map<DataType, TypeCoverage>;

CoverageCounts Count(const TypeCoverage& coverage);
CoverageCounts Count(const Coverage& coverage);

}  // namespace coldpath::domain

#endif  // COLDPATH_DOMAIN_COVERAGE_H_
