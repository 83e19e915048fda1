// The URL of a push resource, which comes from a user's browser, or from whoever claims to be one.
#ifndef COLDPATH_NOTIFICATIONS_WEB_PUSH_ENDPOINT_H_
#define COLDPATH_NOTIFICATIONS_WEB_PUSH_ENDPOINT_H_

#include <string>
#include <string_view>

#include "base/result.h"

namespace coldpath::notifications {

// Whether we would ever send there: https, a host name with a dot that is no IP address in any
// spelling, port 443, no user name, no fragment, at most 2,048 bytes. `allow_insecure` is for
// development: http, any port, any host. Where a name leads is seen when connecting
// (net::HttpClientOptions::public_addresses_only). Error: push.refused.
base::Status CheckPushEndpoint(std::string_view url, bool allow_insecure);

// "https://push.example.net": scheme, host and a port that is not the scheme's own (RFC 6454
// section 6.1), in lower case. REQUIRES: a URL that CheckPushEndpoint takes.
std::string OriginOf(std::string_view url);

}  // namespace coldpath::notifications

#endif  // COLDPATH_NOTIFICATIONS_WEB_PUSH_ENDPOINT_H_
