#include "api/jwt.h"

#include <algorithm>

#include "base/json.h"

namespace coldpath::api {
namespace {

// Tokens are headers: a longer one is not a token of ours.
constexpr std::size_t kTokenBytesMax = 8192;
// Beyond the year 9999 arithmetic on instants would overflow.
constexpr double kSecondsMax = 253402300800.0;

base::Result<base::Json> DecodePart(std::string_view part) {
  const auto text = base::Base64UrlDecode(part);
  if (!text) return base::Fail("jwt.malformed", "The token is not a JSON Web Token.");
  auto json = base::ParseJson(*text, {kTokenBytesMax, 8});
  if (!json || !json->is_object()) {
    return base::Fail("jwt.malformed", "The token is not a JSON Web Token.");
  }
  return json;
}

// NumericDate (RFC 7519 section 2): seconds, perhaps with a fraction.
std::optional<base::Instant> FindInstant(const base::Json& json, std::string_view name) {
  const auto seconds = base::FindNumber(json, name);
  if (!seconds || !(*seconds >= 0 && *seconds < kSecondsMax)) return std::nullopt;
  return base::FromUnixMillis(static_cast<std::int64_t>(*seconds * 1000));
}

std::vector<std::string> Words(const std::string& text) {
  std::vector<std::string> words;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    if (end > at) words.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

base::Result<Claims> ReadClaims(const base::Json& json) {
  Claims claims;
  claims.issuer = base::FindString(json, "iss").value_or("");
  claims.subject = base::FindString(json, "sub").value_or("");
  const auto expires = FindInstant(json, "exp");
  const auto issued = FindInstant(json, "iat");
  if (claims.subject.empty() || !expires || !issued) {
    return base::Fail("jwt.malformed", "The token lacks sub, exp or iat.");
  }
  claims.expires = *expires;
  claims.issued = *issued;
  if (json.contains("nbf")) {
    claims.not_before = FindInstant(json, "nbf");
    if (!claims.not_before) return base::Fail("jwt.malformed", "The token's nbf is not a time.");
  }
  if (const base::Json* audience = base::FindMember(json, "aud")) {
    if (audience->is_string()) claims.audience.push_back(audience->get<std::string>());
    if (audience->is_array()) {
      for (const base::Json& one : *audience) {
        if (one.is_string()) claims.audience.push_back(one.get<std::string>());
      }
    }
  }
  claims.scopes = Words(base::FindString(json, "scope").value_or(""));
  claims.pro = base::FindBool(json, "pro");
  return claims;
}

base::Status CheckClaims(const Claims& claims, const JwtRules& rules, base::Instant now) {
  const bool second = !rules.second_issuer.empty() && claims.issuer == rules.second_issuer;
  if (claims.issuer != rules.issuer && !second) {
    return base::Fail("jwt.wrong_issuer", "The token was issued by somebody else.");
  }
  if (std::ranges::find(claims.audience, rules.audience) == claims.audience.end()) {
    return base::Fail("jwt.wrong_audience", "The token was issued for another service.");
  }
  if (claims.expires + rules.leeway <= now) {
    return base::Fail("jwt.expired", "The token has expired.");
  }
  if ((claims.not_before && *claims.not_before > now + rules.leeway) ||
      claims.issued > now + rules.leeway) {
    return base::Fail("jwt.not_yet_valid", "The token is not valid yet.");
  }
  return {};
}

}  // namespace

bool Claims::HasScope(std::string_view scope) const {
  return std::ranges::find(scopes, scope) != scopes.end();
}

base::Result<std::string> SignJwt(const base::SigningKey& key, const Claims& claims) {
  const auto jwk = base::ParseJson(base::PublicJwk(key));
  const base::Json header = {{"alg", base::SignatureAlgorithm(key)},
                             {"typ", "JWT"},
                             {"kid", base::FindString(*jwk, "kid").value_or("")}};
  base::Json body = {{"iss", claims.issuer},
                     {"aud", claims.audience},
                     {"sub", claims.subject},
                     {"exp", base::UnixSeconds(claims.expires)},
                     {"iat", base::UnixSeconds(claims.issued)}};
  if (claims.not_before) body["nbf"] = base::UnixSeconds(*claims.not_before);
  if (claims.pro) body["pro"] = *claims.pro;
  std::string scope;
  for (const std::string& one : claims.scopes) scope += (scope.empty() ? "" : " ") + one;
  if (!scope.empty()) body["scope"] = scope;
  const std::string signed_part = base::Base64UrlEncode(base::DumpJson(header)) + "." +
                                  base::Base64UrlEncode(base::DumpJson(body));
  COLDPATH_ASSIGN_OR_RETURN(const std::string signature, base::Sign(key, signed_part));
  return signed_part + "." + base::Base64UrlEncode(signature);
}

base::Result<Claims> VerifyJwt(std::string_view token, const JwtRules& rules,
                               const KeyFinder& find_key, base::Instant now) {
  const std::size_t first = token.find('.');
  const std::size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (token.size() > kTokenBytesMax || second == std::string_view::npos) {
    return base::Fail("jwt.malformed", "The token is not a JSON Web Token.");
  }
  COLDPATH_ASSIGN_OR_RETURN(const base::Json header, DecodePart(token.substr(0, first)));
  const auto signature = base::Base64UrlDecode(token.substr(second + 1));
  if (!signature) return base::Fail("jwt.malformed", "The token is not a JSON Web Token.");
  const base::SigningKeyPtr key = find_key(base::FindString(header, "kid").value_or(""));
  // The algorithm is the key's, never the token's choice (RFC 8725 section 3.1); extensions that
  // have to be understood are not (RFC 7515 section 4.1.11).
  const bool good = key && base::FindString(header, "alg") == base::SignatureAlgorithm(*key) &&
                    !header.contains("crit") &&
                    base::VerifySignature(*key, token.substr(0, second), *signature);
  if (!good) return base::Fail("jwt.bad_signature", "The token's signature is not valid here.");
  COLDPATH_ASSIGN_OR_RETURN(const base::Json body,
                            DecodePart(token.substr(first + 1, second - first - 1)));
  COLDPATH_ASSIGN_OR_RETURN(Claims claims, ReadClaims(body));
  COLDPATH_RETURN_IF_ERROR(CheckClaims(claims, rules, now));
  return claims;
}

}  // namespace coldpath::api
