// The part of AIP-160 filters that dataPoints.list and :reconcile take: one member, `>=` and `<`,
// joined by AND.
#ifndef COLDPATH_SANDBOX_GOOGLE_HEALTH_FILTER_H_
#define COLDPATH_SANDBOX_GOOGLE_HEALTH_FILTER_H_

#include <limits>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "sandbox/google_health/data_types.h"

namespace coldpath::sandbox {

// [from, to) in microseconds; missing bounds are the ends of the type.
struct MicrosRange {
  std::int64_t from = std::numeric_limits<std::int64_t>::min();
  std::int64_t to = std::numeric_limits<std::int64_t>::max();

  bool Contains(std::int64_t micros) const { return micros >= from && micros < to; }
  bool HasFrom() const { return from != std::numeric_limits<std::int64_t>::min(); }
  bool HasTo() const { return to != std::numeric_limits<std::int64_t>::max(); }
};

// Compares the start of a point, for sleep its end, for daily types the midnight of its date.
struct GoogleFilter {
  MicrosRange physical;  // instants
  MicrosRange civil;     // the person's wall clock, counted as if it were UTC

  // The civil days that it reaches, as well as they can be told without knowing offsets.
  std::optional<base::Date> FirstDay() const;
  std::optional<base::Date> LastDay() const;
};

// Members by shape, from the reference of the `filter` parameter:
//   interval  T.interval.start_time, T.interval.civil_start_time
//   sample    T.sample_time.physical_time, T.sample_time.civil_time
//   daily     T.date
//   exercise  exercise.interval.civil_start_time
//   sleep     sleep.interval.end_time, sleep.interval.civil_end_time
// OR, which the reference allows for sleep alone, is refused as syntax. Errors: filter.syntax,
// filter.member, filter.value.
base::Result<GoogleFilter> ParseGoogleFilter(std::string_view text, const GoogleDataType& type);

}  // namespace coldpath::sandbox

#endif  // COLDPATH_SANDBOX_GOOGLE_HEALTH_FILTER_H_
