// Times in HTTP header fields.
#ifndef COLDPATH_BASE_HTTP_DATE_H_
#define COLDPATH_BASE_HTTP_DATE_H_

#include <optional>
#include <string_view>

#include "base/time.h"

namespace coldpath::base {

// IMF-fixdate, the one form that senders may write (RFC 9110 section 5.6.7): "Sun, 06 Nov 1994
// 08:49:37 GMT". The day of the week is not checked against the date.
std::optional<Instant> ParseHttpDate(std::string_view text);

// The value of a Retry-After field (RFC 9110 section 10.2.3): such a date, or whole seconds from
// `now`, at most nine digits of them.
std::optional<Instant> ParseRetryAfter(std::string_view text, Instant now);

}  // namespace coldpath::base

#endif  // COLDPATH_BASE_HTTP_DATE_H_
