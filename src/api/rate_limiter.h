// A token bucket per user: bursts are fine, floods are not.
#ifndef COLDPATH_API_RATE_LIMITER_H_
#define COLDPATH_API_RATE_LIMITER_H_

#include <optional>
#include <string>
#include <unordered_map>

#include "base/clock.h"
#include "base/mutex.h"

namespace coldpath::api {

struct RateLimit {
  double per_second = 20;
  double burst = 100;
};

// Thread-safe.
class RateLimiter {
 public:
  RateLimiter(RateLimit limit, const base::Clock& clock) : limit_(limit), clock_(clock) {}
  // Absent: go on. Else the whole seconds (at least 1) after which there is room again.
  std::optional<int> Take(const std::string& user_id);

 private:
  struct Bucket {
    double tokens;
    base::Instant filled;
  };
  // Full buckets say nothing: they are forgotten when there are many.
  void Forget(base::Instant now) COLDPATH_REQUIRES(mutex_);

  const RateLimit limit_;
  const base::Clock& clock_;
  base::Mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_ COLDPATH_GUARDED_BY(mutex_);
};

}  // namespace coldpath::api

#endif  // COLDPATH_API_RATE_LIMITER_H_
