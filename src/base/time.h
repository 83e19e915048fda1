// Instants, civil days and their text forms. The one home of the time-zone library.
#ifndef COLDPATH_BASE_TIME_H_
#define COLDPATH_BASE_TIME_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace coldpath::base {

// A span of time and a point on the UTC time line, in microseconds.
using Duration = std::chrono::microseconds;
using Instant = std::chrono::time_point<std::chrono::system_clock, Duration>;

// A day of somebody's calendar, without a zone: a date as a person writes it.
using Date = std::chrono::local_days;

// RFC 3339 text with an offset ("2024-05-01T07:12:00.5Z", "...+02:00") and what it said.
struct ParsedInstant {
  Instant instant;
  std::chrono::seconds utc_offset;
};
// Error: time.malformed. More than six digits of fraction are cut, not rounded; a leap second reads
// as :59.
Result<ParsedInstant> ParseRfc3339(std::string_view text);

// "2024-05-01T07:12:00Z", with milli- or microseconds only where they are not 0.
std::string FormatInstant(Instant instant);
// The same moment on a wall clock that is `utc_offset` ahead of UTC: "2024-05-01T09:12:00+02:00".
std::string FormatInstant(Instant instant, std::chrono::seconds utc_offset);

// "2024-05-01". Error: time.malformed (also for days that do not exist, and years outside 1900 to
// 2200).
Result<Date> ParseDate(std::string_view text);
std::string FormatDate(Date date);

// The day on a wall clock that is `utc_offset` ahead of UTC.
Date LocalDate(Instant instant, std::chrono::seconds utc_offset);
// The instant at which `date` begins on a wall clock that is `utc_offset` ahead of UTC.
Instant StartOfDay(Date date, std::chrono::seconds utc_offset);

// "+02:00", "-03:30", "Z" for 0. Parses "+02:00", "+0200", "Z". Error: time.malformed.
std::string FormatUtcOffset(std::chrono::seconds offset);
Result<std::chrono::seconds> ParseUtcOffset(std::string_view text);

// Seconds ahead of UTC that clocks of an IANA zone show at an instant. Error: time.unknown_zone.
Result<std::chrono::seconds> ZoneOffset(std::string_view zone, Instant instant);

std::int64_t UnixMillis(Instant instant);
std::int64_t UnixSeconds(Instant instant);
Instant FromUnixMillis(std::int64_t millis);
Instant FromUnixSeconds(std::int64_t seconds);

}  // namespace coldpath::base

#endif  // COLDPATH_BASE_TIME_H_
