#include "aws/signature_v4.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/crypto.h"

namespace coldpath::aws {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

// Hop-by-hop fields, and those that clients and proxies add or rewrite on the way.
bool IsSigned(const std::string& name) {
  static const std::set<std::string> kLeftOut = {"accept-encoding",
                                                 "authorization",
                                                 "connection",
                                                 "expect",
                                                 "keep-alive",
                                                 "te",
                                                 "trailer",
                                                 "upgrade",
                                                 "user-agent",
                                                 "x-amzn-trace-id",
                                                 "content-length",
                                                 "proxy-connection",
                                                 "proxy-authorization",
                                                 "proxy-authenticate",
                                                 "transfer-encoding"};
  return !kLeftOut.contains(name);
}

// Without white space at its ends, and each run of it inside as one space.
std::string Squeeze(std::string_view value) {
  std::string out;
  bool gap = false;
  for (const char c : value) {
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      gap = !out.empty();
      continue;
    }
    if (gap) out += ' ';
    gap = false;
    out += c;
  }
  return out;
}

// RFC 3986 section 5.2.4, and repeated slashes as one.
std::string Normalise(std::string_view path) {
  std::vector<std::string_view> parts;
  std::size_t at = 0;
  while (at < path.size()) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view part = path.substr(at, end - at);
    if (part == "..") {
      if (!parts.empty()) parts.pop_back();
    } else if (!part.empty() && part != ".") {
      parts.push_back(part);
    }
    at = end + 1;
  }
  std::string out;
  for (const std::string_view part : parts) (out += '/') += part;
  if (out.empty() || path.ends_with('/')) out += '/';
  return out;
}

// "20150830T123600Z".
std::string BasicTime(base::Instant time) {
  std::string text = base::FormatInstant(std::chrono::floor<std::chrono::seconds>(time));
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

std::string Scope(const SigningScope& scope) {
  return BasicTime(scope.time).substr(0, 8) + "/" + scope.region + "/" + scope.service +
         "/aws4_request";
}

bool IsS3(const SigningScope& scope) { return scope.service == "s3"; }

// The fields that the signature itself asks for.
base::HttpHeaders OwnHeaders(const SignableRequest& request, const SigningScope& scope,
                             const Credentials& credentials) {
  base::HttpHeaders own;
  own.Add("X-Amz-Date", BasicTime(scope.time));
  if (!credentials.session_token.empty()) {
    own.Add("X-Amz-Security-Token", credentials.session_token);
  }
  if (IsS3(scope)) own.Add("X-Amz-Content-Sha256", request.payload_sha256);
  return own;
}

// By name in byte order; values of a repeated field are joined in the order of their appearance.
std::map<std::string, std::string> SignedFields(const SignableRequest& request,
                                                const SigningScope& scope,
                                                const Credentials& credentials) {
  std::map<std::string, std::string> fields = {{"host", request.host}};
  const auto take = [&](const base::HttpHeaders& headers) {
    for (const auto& [name, value] : headers.fields()) {
      const std::string lower = Lower(name);
      if (lower == "host" || !IsSigned(lower)) continue;
      const auto [at, fresh] = fields.emplace(lower, Squeeze(value));
      if (!fresh) (at->second += ',') += Squeeze(value);
    }
  };
  take(request.headers);
  take(OwnHeaders(request, scope, credentials));
  return fields;
}

std::string SignedNames(const std::map<std::string, std::string>& fields) {
  std::string names;
  for (const auto& [name, value] : fields) {
    if (!names.empty()) names += ';';
    names += name;
  }
  return names;
}

std::string Signature(const std::string& canonical, const SigningScope& scope,
                      const Credentials& credentials) {
  const std::string text = std::string(kAlgorithm) + "\n" + BasicTime(scope.time) + "\n" +
                           Scope(scope) + "\n" + base::Sha256Hex(canonical);
  std::string key = "AWS4" + credentials.secret_access_key;
  for (const std::string& part : {BasicTime(scope.time).substr(0, 8), scope.region, scope.service,
                                  std::string("aws4_request")}) {
    key = base::HmacSha256(key, part);
  }
  return base::HexEncode(base::HmacSha256(key, text));
}

}  // namespace

std::string EncodePath(std::string_view path) {
  std::string out;
  std::size_t at = 0;
  while (at <= path.size()) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    out += base::PercentEncode(path.substr(at, end - at));
    if (end < path.size()) out += '/';
    at = end + 1;
  }
  return out;
}

std::string EncodeQuery(const QueryParameters& query) {
  QueryParameters encoded;
  for (const auto& [name, value] : query) {
    encoded.emplace_back(base::PercentEncode(name), base::PercentEncode(value));
  }
  std::sort(encoded.begin(), encoded.end());
  std::string out;
  for (const auto& [name, value] : encoded) {
    if (!out.empty()) out += '&';
    out += name + "=" + value;
  }
  return out;
}

std::string CanonicalRequest(const SignableRequest& request, const SigningScope& scope,
                             const Credentials& credentials) {
  const auto fields = SignedFields(request, scope, credentials);
  std::string canonical = request.method + "\n";
  canonical += (IsS3(scope) ? request.path : EncodePath(Normalise(request.path))) + "\n";
  canonical += EncodeQuery(request.query) + "\n";
  for (const auto& [name, value] : fields) canonical += name + ":" + value + "\n";
  return canonical + "\n" + SignedNames(fields) + "\n" + request.payload_sha256;
}

base::HttpHeaders SignatureHeaders(const SignableRequest& request, const SigningScope& scope,
                                   const Credentials& credentials) {
  base::HttpHeaders headers = OwnHeaders(request, scope, credentials);
  const std::string signature =
      Signature(CanonicalRequest(request, scope, credentials), scope, credentials);
  headers.Add("Authorization",
              std::string(kAlgorithm) + " Credential=" + credentials.access_key_id + "/" +
                  Scope(scope) +
                  ", SignedHeaders=" + SignedNames(SignedFields(request, scope, credentials)) +
                  ", Signature=" + signature);
  return headers;
}

}  // namespace coldpath::aws
