#include "providers/mapping/http_answer.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace coldpath::providers::mapping {
namespace {

using domain::Failure;
using domain::FailureKind;

constexpr std::chrono::hours kLongestWait{24 * 7};

template <typename Number>
std::optional<Number> WholeNumber(std::string_view text) {
  Number value{};
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

base::Instant Bounded(base::Instant at, base::Instant now) {
  return std::clamp<base::Instant>(at, now, now + kLongestWait);
}

// IMF-fixdate, the one form that senders may write: "Sun, 06 Nov 1994 08:49:37 GMT".
std::optional<base::Instant> HttpDate(std::string_view text) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (text.size() != 29 || !text.ends_with(" GMT") || text.substr(3, 2) != ", ") {
    return std::nullopt;
  }
  const std::size_t month = kMonths.find(text.substr(8, 3));
  if (month == std::string_view::npos || month % 3 != 0) return std::nullopt;
  const std::size_t number = month / 3 + 1;
  const std::string iso = std::string(text.substr(12, 4)) + (number < 10 ? "-0" : "-") +
                          std::to_string(number) + "-" + std::string(text.substr(5, 2)) + "T" +
                          std::string(text.substr(17, 8)) + "Z";
  const auto parsed = base::ParseRfc3339(iso);
  if (!parsed) return std::nullopt;
  return parsed->instant;
}

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

// A JSON object whose end never came. The header may say so; if the body travelled in chunks, only
// its form does.
bool WasCutOff(const base::HttpResponse& response) {
  if (const auto header = response.headers.Find("Content-Length")) {
    const auto length = WholeNumber<std::uint64_t>(*header);
    if (length && *length > response.body.size()) return true;
  }
  const std::string_view body = Trimmed(response.body);
  return body.empty() || (body.front() == '{' && body.back() != '}');
}

}  // namespace

domain::Failure MakeFailure(FailureKind kind, std::string message, std::string where) {
  return {.kind = kind,
          .message = std::move(message),
          .retry_at = std::nullopt,
          .where = std::move(where)};
}

std::optional<base::Instant> RetryAfter(const base::HttpHeaders& headers, base::Instant now) {
  const auto header = headers.Find("Retry-After");
  if (!header) return std::nullopt;
  const std::string_view text = Trimmed(*header);
  if (const auto seconds = WholeNumber<std::uint32_t>(text)) {
    return Bounded(now + std::chrono::seconds(*seconds), now);
  }
  const auto date = HttpDate(text);
  if (!date) return std::nullopt;
  return Bounded(*date, now);
}

std::optional<base::Instant> RateLimitReset(const base::HttpHeaders& headers, base::Instant now) {
  const auto header = headers.Find("X-RateLimit-Reset");
  if (!header) return std::nullopt;
  const auto seconds = WholeNumber<std::uint32_t>(Trimmed(*header));
  if (!seconds) return std::nullopt;
  return Bounded(base::FromUnixSeconds(*seconds), now);
}

std::optional<planner::QuotaReading> RateLimitReading(const base::HttpHeaders& headers,
                                                      base::Instant now) {
  planner::QuotaReading reading;
  if (const auto header = headers.Find("X-RateLimit-Remaining")) {
    const auto remaining = WholeNumber<std::uint32_t>(Trimmed(*header));
    if (remaining) reading.remaining = *remaining;
  }
  reading.resets_at = RateLimitReset(headers, now);
  if (!reading.remaining && !reading.resets_at) return std::nullopt;
  return reading;
}

std::optional<Failure> StatusFailure(std::string_view title, const base::HttpResponse& response,
                                     base::Instant now) {
  const std::string provider(title);
  const std::string status = std::to_string(response.status);
  switch (response.status) {
    case 200:
      return std::nullopt;
    case 401:
      return MakeFailure(FailureKind::kNeedsReauth,
                         provider + " no longer accepts the connection; connect it again.");
    case 403:
      return MakeFailure(FailureKind::kForbidden, provider + " refuses access to this data.");
    case 429: {
      Failure failure = MakeFailure(FailureKind::kRateLimited,
                                    provider + " asks to wait: its request limit is reached.");
      failure.retry_at = RetryAfter(response.headers, now);
      if (!failure.retry_at) failure.retry_at = RateLimitReset(response.headers, now);
      return failure;
    }
    default:
      break;
  }
  if (response.status == 408 || response.status == 425 || response.status >= 500) {
    Failure failure = MakeFailure(FailureKind::kTransient, provider + " answered with status " +
                                                               status + "; trying again may help.");
    failure.retry_at = RetryAfter(response.headers, now);
    return failure;
  }
  return MakeFailure(FailureKind::kProviderBug,
                     provider + " did not accept the request (status " + status + ").");
}

std::variant<base::Json, Failure> ReadObject(std::string_view title,
                                             const base::HttpResponse& response) {
  auto json = base::ParseJson(response.body);
  if (json && json->is_object()) return *std::move(json);
  const std::string provider(title);
  if (!json && json.error().code == "json.malformed" && WasCutOff(response)) {
    return MakeFailure(FailureKind::kTransient,
                       "The answer of " + provider + " was cut off; trying again may help.");
  }
  return MakeFailure(FailureKind::kProviderBug,
                     provider + " answered with something else than its documented JSON.",
                     json ? ": is not an object" : ": " + json.error().message);
}

}  // namespace coldpath::providers::mapping
