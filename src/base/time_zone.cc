#include <date/tz.h>

#include <stdexcept>

#include "base/time.h"

namespace coldpath::base {

Result<std::chrono::seconds> ZoneOffset(std::string_view zone, Instant instant) {
  try {
    const auto* found = date::locate_zone(zone);
    return found->get_info(std::chrono::floor<std::chrono::seconds>(instant)).offset;
  } catch (const std::runtime_error&) {
    // The library has no other way to say it, also where the machine has no zone files at all.
    return Fail("time.unknown_zone", "\"" + std::string(zone.substr(0, 64)) +
                                         "\" is not an IANA time zone of this machine.");
  }
}

}  // namespace coldpath::base
