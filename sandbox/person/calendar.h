// Calendar: what a person's clock shows at each instant, through daylight saving time at home and
// trips elsewhere.
#ifndef COLDPATH_SANDBOX_PERSON_CALENDAR_H_
#define COLDPATH_SANDBOX_PERSON_CALENDAR_H_

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/time.h"
#include "sandbox/person/noise.h"

namespace coldpath::sandbox {

// Time is cut into quarters of 91 days; each holds at most one trip, well inside it, so that any
// instant is answered from its own quarter. The clock changes at noon of the day of departure (home
// time) and of return (time there).
class Calendar {
 public:
  struct Trip {
    bool exists = false;
    std::string_view zone;
    base::Date leaves;   // home until noon of this day
    base::Date returns;  // away until noon of this day
    base::Instant departure;
    base::Instant arrival_home;
  };

  // REQUIRES: `home_zone` is an IANA zone that base::ZoneOffset knows.
  Calendar(Noise noise, std::string home_zone);

  std::chrono::seconds OffsetAt(base::Instant instant);
  // The instant at which the person's clock shows `seconds` after midnight of `date` (negative: the
  // day before). Where the clock skips or repeats that time, one of the instants next to it.
  base::Instant At(base::Date date, std::chrono::seconds seconds);
  base::Date DateAt(base::Instant instant) { return base::LocalDate(instant, OffsetAt(instant)); }
  // The day on which the person leaves for a trip or comes home from one.
  bool IsTravelDay(base::Date date);
  // Awake or asleep away from home for the whole of it.
  bool IsAway(base::Date date);
  const Trip& TripOfQuarter(std::int64_t quarter);

  static constexpr std::int64_t kQuarterDays = 91;

 private:
  const Trip& TripNear(base::Date date);

  Noise noise_;
  std::string home_zone_;
  std::map<std::int64_t, Trip> trips_;  // by quarter, as far as asked
};

}  // namespace coldpath::sandbox

#endif  // COLDPATH_SANDBOX_PERSON_CALENDAR_H_
