// Dates of HTTP header fields.
#ifndef COLDPATH_AWS_HTTP_DATE_H_
#define COLDPATH_AWS_HTTP_DATE_H_

#include <optional>
#include <string_view>

#include "base/time.h"

namespace coldpath::aws {

// IMF-fixdate, the one form that senders may write (RFC 9110 section 5.6.7): "Sun, 06 Nov 1994
// 08:49:37 GMT". The day of the week is not checked against the date.
std::optional<base::Instant> ParseHttpDate(std::string_view text);

}  // namespace coldpath::aws

#endif  // COLDPATH_AWS_HTTP_DATE_H_
