#include "asl/retry.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace coldpath::asl {
namespace {

// Nothing waits longer than an execution may last: one year.
constexpr double kLongestDelaySeconds = 31536000.0;

bool MatchesName(const std::string& name, const Failure& failure, const std::string& error) {
  if (name == error || name == kErrorAll) return true;
  if (name == kErrorTaskFailed) return error != kErrorTimeout;
  return name == kErrorHeartbeatTimeout && failure.heartbeat;
}

}  // namespace

bool Matches(const std::vector<std::string>& error_equals, const Failure& failure) {
  const std::string error = failure.error.value_or("");
  if (error == kErrorRuntime) return false;
  return std::any_of(error_equals.begin(), error_equals.end(),
                     [&](const std::string& name) { return MatchesName(name, failure, error); });
}

base::Duration BackoffDelay(const Retrier& retrier, std::int64_t retries_before,
                            base::Random& random) {
  double seconds = static_cast<double>(retrier.interval_seconds) *
                   std::pow(retrier.backoff_rate, static_cast<double>(retries_before));
  if (retrier.max_delay_seconds) {
    seconds = std::min(seconds, static_cast<double>(*retrier.max_delay_seconds));
  }
  seconds = std::min(seconds, kLongestDelaySeconds);
  if (retrier.full_jitter) seconds *= random.NextDouble();
  return std::chrono::duration_cast<base::Duration>(std::chrono::duration<double>(seconds));
}

}  // namespace coldpath::asl
