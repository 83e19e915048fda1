// Who calls: bearer tokens (RFC 6750), and backends that act for one of their users.
#ifndef COLDPATH_API_AUTHENTICATOR_H_
#define COLDPATH_API_AUTHENTICATOR_H_

#include <expected>
#include <optional>
#include <string>

#include "api/jwks.h"
#include "api/jwt.h"
#include "api/problem.h"
#include "base/http.h"

namespace coldpath::api {

// Names the user for whom a backend with scope kOnBehalfScope calls.
inline constexpr std::string_view kUserHeader = "Coldpath-User";
inline constexpr std::string_view kOnBehalfScope = "on-behalf";

// 1 to 256 bytes without spaces and control characters.
bool IsUserId(const std::string& id);

struct Caller {
  std::string user_id;  // whose data it is about
  std::string actor;    // the backend, if it acts for the user; else empty
  // What the token says of the user's entitlement. Absent where it says nothing, and for backends:
  // their claims are about themselves.
  std::optional<bool> pro;
  base::Instant issued;
};

// Thread-safe.
class Authenticator {
 public:
  Authenticator(JwtRules rules, JwksSource& source, const base::Clock& clock, base::Log& log)
      : rules_(std::move(rules)), clock_(clock), keys_(source, clock, log) {}
  // Problems: 401 (no token, or one that does not hold), 403 (not allowed to act for others).
  std::expected<Caller, Problem> Authenticate(const base::HttpHeaders& headers);

 private:
  const JwtRules rules_;
  const base::Clock& clock_;
  JwksCache keys_;
};

}  // namespace coldpath::api

#endif  // COLDPATH_API_AUTHENTICATOR_H_
