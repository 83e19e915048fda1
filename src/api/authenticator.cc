#include "api/authenticator.h"

#include <algorithm>

namespace coldpath::api {
namespace {

constexpr std::size_t kUserIdBytesMax = 256;

std::unexpected<Problem> Unauthenticated(std::string code, std::string detail) {
  return std::unexpected(Problem{401, std::move(code), std::move(detail)});
}

// "jwt.bad_signature" -> "token-bad-signature"
std::string CodeOf(const base::Error& error) {
  std::string code = "token-" + error.code.substr(error.code.find('.') + 1);
  std::ranges::replace(code, '_', '-');
  return code;
}

bool IsBearer(std::string_view value) {
  constexpr std::string_view kScheme = "bearer ";
  return value.size() > kScheme.size() &&
         std::ranges::equal(value.substr(0, kScheme.size()), kScheme, [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b;
         });
}

}  // namespace

bool IsUserId(const std::string& id) {
  return !id.empty() && id.size() <= kUserIdBytesMax &&
         std::ranges::all_of(id, [](unsigned char c) { return c > ' ' && c != 0x7f; });
}

std::expected<Caller, Problem> Authenticator::Authenticate(const base::HttpHeaders& headers) {
  const auto authorization = headers.Find("Authorization");
  if (!authorization || !IsBearer(*authorization)) {
    return Unauthenticated("token-missing",
                           "Send the header \"Authorization: Bearer <token>\" with the request.");
  }
  const auto claims = VerifyJwt(
      std::string_view(*authorization).substr(7), rules_,
      [this](const std::string& kid) { return keys_.Find(kid); }, clock_.Now());
  if (!claims) return Unauthenticated(CodeOf(claims.error()), claims.error().message);
  if (!IsUserId(claims->subject)) {
    return Unauthenticated("token-malformed", "The token's sub is not a user's id.");
  }
  const auto named = headers.Find(kUserHeader);
  if (!named) return Caller{claims->subject, "", claims->pro, claims->issued};
  if (!claims->HasScope(kOnBehalfScope)) {
    return std::unexpected(Problem{403, "on-behalf-not-allowed",
                                   "The token does not allow acting for another user (scope "
                                   "on-behalf)."});
  }
  if (!IsUserId(*named)) {
    return std::unexpected(Problem{400, "invalid-request",
                                   "Coldpath-User must hold 1 to 256 visible characters.",
                                   std::string(kUserHeader)});
  }
  return Caller{*named, claims->subject, std::nullopt, claims->issued};
}

}  // namespace coldpath::api
