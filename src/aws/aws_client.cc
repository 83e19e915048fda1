#include "aws/aws_client.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <set>

#include "aws/blocking_http.h"
#include "aws/signature_v4.h"
#include "aws/xml_reader.h"
#include "base/crypto.h"
#include "base/http_date.h"

namespace coldpath::aws {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kLongestMessage = 1024;
constexpr base::Duration kLongestPause = seconds(20);
constexpr base::Duration kTransientBase = milliseconds(100);
constexpr base::Duration kThrottledBase = milliseconds(500);
// From here on a clock counts as wrong where the error alone does not say so; AWS refuses at five
// minutes and S3 at fifteen.
constexpr base::Duration kSkewWorthMending = std::chrono::minutes(4);

using Names = std::set<std::string_view>;

// The lists that AWS's SDKs share ("Retry behavior" in the AWS SDKs and Tools Reference Guide, and
// botocore's standard retry mode).
bool IsThrottling(const AwsError& error) {
  static const Names kNames = {"Throttling",
                               "ThrottlingException",
                               "ThrottledException",
                               "RequestThrottledException",
                               "RequestThrottled",
                               "TooManyRequestsException",
                               "ProvisionedThroughputExceededException",
                               "TransactionInProgressException",
                               "RequestLimitExceeded",
                               "BandwidthLimitExceeded",
                               "LimitExceededException",
                               "SlowDown",
                               "PriorRequestNotComplete",
                               "EC2ThrottledException"};
  return error.status == 429 || kNames.contains(error.name);
}

bool IsTransient(const AwsError& error) {
  static const Names kNames = {"RequestTimeout",  "RequestTimeoutException", "InternalError",
                               "InternalFailure", "ServiceUnavailable",      "aws.unreachable"};
  return error.status == 500 || (error.status >= 502 && error.status <= 504) ||
         kNames.contains(error.name);
}

bool SaysExpired(const AwsError& error) {
  static const Names kNames = {"ExpiredToken",         "ExpiredTokenException",
                               "InvalidClientTokenId", "UnrecognizedClientException",
                               "InvalidAccessKeyId",   "TokenRefreshRequired"};
  return kNames.contains(error.name);
}

enum class Skew { kNone, kPossible, kCertain };

Skew SkewSaidBy(const AwsError& error) {
  static const Names kCertain = {"RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"};
  static const Names kPossible = {"InvalidSignatureException", "SignatureDoesNotMatch",
                                  "AuthFailure"};
  if (kCertain.contains(error.name)) return Skew::kCertain;
  return kPossible.contains(error.name) ? Skew::kPossible : Skew::kNone;
}

// "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException:http://..." holds a name between
// namespace and address.
std::string BareName(std::string_view name) {
  name = name.substr(0, name.find(':'));
  return std::string(name.substr(name.rfind('#') + 1)).substr(0, 128);
}

std::string Bounded(std::string text) {
  if (text.size() > kLongestMessage) text.resize(kLongestMessage);
  return text;
}

void ReadJsonError(const std::string& body, AwsError& error) {
  auto json = base::ParseJson(body);
  if (!json || !json->is_object()) return;
  for (const char* key : {"__type", "code", "Code"}) {
    if (error.name.empty()) error.name = BareName(base::FindString(*json, key).value_or(""));
  }
  for (const char* key : {"message", "Message", "errorMessage"}) {
    if (error.message.empty()) error.message = base::FindString(*json, key).value_or("");
  }
  error.body = *std::move(json);
}

// <Error> of S3, <ErrorResponse><Error> of the query protocol, <Response><Errors><Error> of EC2.
void ReadXmlError(const std::string& body, AwsError& error) {
  const auto root = ReadXml(body, {.max_bytes = 256u << 10, .max_depth = 16, .max_elements = 1000});
  if (!root) return;
  const XmlElement* at = &*root;
  for (const char* inner : {"Errors", "Error"}) {
    if (const XmlElement* const found = at->Find(inner)) at = found;
  }
  if (error.name.empty()) error.name = BareName(at->Text("Code"));
  error.message = at->Text("Message");
}

AwsError ErrorOf(const base::HttpResponse& response) {
  AwsError error;
  error.status = response.status;
  error.name = BareName(response.headers.Find("x-amzn-ErrorType").value_or(""));
  const std::size_t begin = response.body.find_first_not_of(" \t\r\n\xef\xbb\xbf");
  if (begin != std::string::npos && response.body[begin] == '{') {
    ReadJsonError(response.body, error);
  } else if (begin != std::string::npos && response.body[begin] == '<') {
    ReadXmlError(response.body, error);
  }
  if (error.name.empty()) error.name = "aws.http_" + std::to_string(response.status);
  error.message = Bounded(std::move(error.message));
  return error;
}

AwsError Unanswered(const base::Error& error) {
  AwsError out;
  out.name = error.code == "http.too_large" ? "aws.too_large" : "aws.unreachable";
  out.message = Bounded(error.code + ": " + error.message);
  return out;
}

AwsError Malformed(std::string message) {
  AwsError error;
  error.name = "aws.malformed";
  error.message = Bounded(std::move(message));
  return error;
}

// Full jitter: anything between nothing and a bound that doubles, so that those who failed
// together do not come back together.
base::Duration DrawPause(const AwsError& error, const std::optional<std::string>& retry_after,
                         int tries, base::Random& random) {
  const base::Duration first = IsThrottling(error) ? kThrottledBase : kTransientBase;
  const base::Duration bound =
      std::min(kLongestPause, first * (std::int64_t{1} << std::min(tries - 1, 20)));
  const base::Duration drawn(
      static_cast<std::int64_t>(random.NextDouble() * static_cast<double>(bound.count())));
  int asked = 0;
  if (retry_after) {
    std::from_chars(retry_after->data(), retry_after->data() + retry_after->size(), asked);
  }
  return std::max(drawn, std::min<base::Duration>(kLongestPause, seconds(std::max(asked, 0))));
}

bool SameKeys(const Credentials& a, const Credentials& b) {
  return a.access_key_id == b.access_key_id && a.secret_access_key == b.secret_access_key &&
         a.session_token == b.session_token;
}

std::string_view JsonVersion(const std::string& service) {
  static const Names kVersion10 = {"dynamodb", "states", "sqs"};
  return kVersion10.contains(service) ? "application/x-amz-json-1.0" : "application/x-amz-json-1.1";
}

// As a client writes it: without the port that the scheme implies.
std::string HostField(const base::Url& url, const std::string& prefix) {
  std::string host = prefix + url.host;
  const std::string_view implied = url.scheme == "https" ? ":443" : ":80";
  if (host.ends_with(implied)) host.resize(host.size() - implied.size());
  return host;
}

}  // namespace

std::string Describe(const AwsError& error) {
  std::string text = error.name;
  if (!error.message.empty()) text += ": " + error.message;
  if (error.status != 0) text += " (HTTP " + std::to_string(error.status) + ")";
  return text;
}

AwsClient::AwsClient(AwsPorts ports, AwsSettings settings, CredentialSource& credentials)
    : ports_(std::move(ports)), settings_(std::move(settings)), credentials_(credentials) {}

base::Instant AwsClient::Now() const {
  base::MutexLock lock(mutex_);
  return ports_.clock.Now() + clock_offset_;
}

bool AwsClient::HasOwnEndpoint(const std::string& service) const {
  return settings_.endpoints.contains(service) || settings_.endpoints.contains("*");
}

std::string AwsClient::Endpoint(const std::string& service) const {
  for (const std::string& key : {service, std::string("*")}) {
    const auto found = settings_.endpoints.find(key);
    if (found == settings_.endpoints.end()) continue;
    std::string endpoint = found->second;
    while (endpoint.ends_with('/')) endpoint.pop_back();
    return endpoint;
  }
  // The partition in China has a domain of its own.
  const std::string domain =
      settings_.region.starts_with("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com";
  return "https://" + service + "." + settings_.region + domain;
}

base::Result<base::HttpResponse> AwsClient::Exchange(const AwsRequest& request,
                                                     const Credentials& credentials) {
  const std::string endpoint = Endpoint(request.service);
  COLDPATH_ASSIGN_OR_RETURN(const base::Url url, base::ParseUrl(endpoint));
  SignableRequest signable{.method = request.method,
                           .host = HostField(url, request.host_prefix),
                           .path = EncodePath(request.path),
                           .query = request.query,
                           .headers = request.headers,
                           .payload_sha256 = base::Sha256Hex(request.body)};
  base::HttpRequest http;
  http.method = request.method;
  http.url = url.scheme + "://" + request.host_prefix + url.host + signable.path;
  if (!request.query.empty()) http.url += "?" + EncodeQuery(request.query);
  http.headers = request.headers;
  http.body = request.body;
  http.timeout = std::chrono::duration_cast<milliseconds>(request.timeout);
  const base::HttpHeaders added =
      SignatureHeaders(signable, {settings_.region, request.service, Now()}, credentials);
  for (const auto& [name, value] : added.fields()) http.headers.Add(name, value);
  return SendAndWait(ports_.http, std::move(http));
}

bool AwsClient::CorrectClock(const AwsError& error, const base::HttpResponse& response) {
  const Skew said = SkewSaidBy(error);
  if (said == Skew::kNone) return false;
  const auto theirs = base::ParseHttpDate(response.headers.Find("Date").value_or(""));
  if (!theirs) return false;
  base::Duration offset{};
  {
    base::MutexLock lock(mutex_);
    offset = *theirs - ports_.clock.Now();
    const base::Duration change = std::chrono::abs(offset - clock_offset_);
    if (change < (said == Skew::kCertain ? base::Duration(seconds(2)) : kSkewWorthMending)) {
      return false;
    }
    clock_offset_ = offset;
  }
  ports_.log.Warning(
      "aws_clock_corrected",
      {{"seconds", std::chrono::duration_cast<seconds>(offset).count()}, {"error", error.name}});
  return true;
}

AwsResult<base::HttpResponse> AwsClient::Send(const AwsRequest& request) {
  bool clock_mended = false;
  std::optional<Credentials> refused;
  for (int tries = 1;; ++tries) {
    auto credentials = credentials_.Get();
    if (!credentials) {
      AwsError error;
      error.name = "aws.no_credentials";
      error.message = Bounded(credentials.error().message);
      return std::unexpected(std::move(error));
    }
    auto response = Exchange(request, *credentials);
    if (response && (response->status / 100 == 2 || response->status == 304)) {
      return *std::move(response);
    }
    AwsError error = response ? ErrorOf(*response) : Unanswered(response.error());
    if (response && !clock_mended && CorrectClock(error, *response)) {
      clock_mended = true;
      continue;
    }
    if (SaysExpired(error) && !refused) {
      refused = *credentials;
      credentials_.Refuse(*credentials);
      const auto fresh = credentials_.Get();
      if (fresh && !SameKeys(*fresh, *refused)) continue;
    }
    const bool retryable =
        (IsThrottling(error) || IsTransient(error)) && (response || request.retry_unanswered);
    if (tries >= settings_.most_tries || !retryable) {
      return std::unexpected(std::move(error));
    }
    const base::Duration pause =
        DrawPause(error, response ? response->headers.Find("Retry-After") : std::nullopt, tries,
                  ports_.random);
    ports_.log.Warning("aws_retry",
                       {{"service", request.service},
                        {"error", error.name},
                        {"status", error.status},
                        {"tries", tries},
                        {"pause_ms", std::chrono::duration_cast<milliseconds>(pause).count()}});
    ports_.wait(pause);
  }
}

AwsResult<base::Json> AwsClient::CallJson(const std::string& service, const std::string& target,
                                          const base::Json& body) {
  AwsRequest request;
  request.service = service;
  request.method = "POST";
  request.headers.Add("Content-Type", std::string(JsonVersion(service)));
  request.headers.Add("X-Amz-Target", target);
  request.body = base::DumpJson(body);
  auto response = Send(request);
  if (!response) return std::unexpected(std::move(response).error());
  // Operations without a result answer an empty body or an empty object.
  if (response->body.empty()) return base::Json::object();
  auto json = base::ParseJson(response->body);
  if (!json) return std::unexpected(Malformed(target + ": " + json.error().message));
  return *std::move(json);
}

AwsResult<base::HttpResponse> AwsClient::CallQuery(const std::string& service,
                                                   const base::FormFields& fields) {
  AwsRequest request;
  request.service = service;
  request.method = "POST";
  request.headers.Add("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
  request.body = base::EncodeForm(fields);
  return Send(request);
}

}  // namespace coldpath::aws
