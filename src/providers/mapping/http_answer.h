// What the HTTP side of an answer means, as far as all providers agree (RFC 9110, RFC 6585).
#ifndef COLDPATH_PROVIDERS_MAPPING_HTTP_ANSWER_H_
#define COLDPATH_PROVIDERS_MAPPING_HTTP_ANSWER_H_

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/http.h"
#include "base/json.h"
#include "domain/failure.h"
#include "planner/quota.h"

namespace coldpath::providers::mapping {

// Retry-After (RFC 9110 section 10.2.3): seconds or an HTTP date. Absent if the header is, or if it
// is neither. Never before `now`, and at most 7 days after it.
std::optional<base::Instant> RetryAfter(const base::HttpHeaders& headers, base::Instant now);
// X-RateLimit-Reset in seconds since 1970, under the same bounds.
std::optional<base::Instant> RateLimitReset(const base::HttpHeaders& headers, base::Instant now);
// What X-RateLimit-Remaining and X-RateLimit-Reset tell; absent if neither stands there.
std::optional<planner::QuotaReading> RateLimitReading(const base::HttpHeaders& headers,
                                                      base::Instant now);

// The failure that a status means; absent for 200. `title` names the provider in messages.
//   401 NeedsReauth (the driver refreshes the access token once before it believes it), 403
//   Forbidden, 408 425 5xx Transient, 429 RateLimited (Retry-After, else X-RateLimit-Reset),
//   anything else ProviderBug: the provider refused a request that should be right.
std::optional<domain::Failure> StatusFailure(std::string_view title,
                                             const base::HttpResponse& response, base::Instant now);

// The JSON object of a 200. A body that was cut off is Transient; anything else that is no JSON
// object is a ProviderBug.
std::variant<base::Json, domain::Failure> ReadObject(std::string_view title,
                                                     const base::HttpResponse& response);

domain::Failure MakeFailure(domain::FailureKind kind, std::string message, std::string where = "");

}  // namespace coldpath::providers::mapping

#endif  // COLDPATH_PROVIDERS_MAPPING_HTTP_ANSWER_H_
