#include "api/rate_limiter.h"

#include <algorithm>
#include <cmath>

namespace coldpath::api {
namespace {

constexpr std::size_t kBucketsMax = 10'000;

double Seconds(base::Duration span) { return std::chrono::duration<double>(span).count(); }

}  // namespace

std::optional<int> RateLimiter::Take(const std::string& user_id) {
  const base::MutexLock lock(mutex_);
  const base::Instant now = clock_.Now();
  if (buckets_.size() > kBucketsMax) Forget(now);
  Bucket& bucket = buckets_.try_emplace(user_id, Bucket{limit_.burst, now}).first->second;
  // A clock that was set back fills nothing.
  const double passed = std::max(0.0, Seconds(now - bucket.filled));
  bucket.tokens = std::min(limit_.burst, bucket.tokens + passed * limit_.per_second);
  bucket.filled = now;
  if (bucket.tokens >= 1) {
    bucket.tokens -= 1;
    return std::nullopt;
  }
  return std::max(1, static_cast<int>(std::ceil((1 - bucket.tokens) / limit_.per_second)));
}

void RateLimiter::Forget(base::Instant now) {
  std::erase_if(buckets_, [&](const auto& entry) {
    const Bucket& bucket = entry.second;
    return bucket.tokens + Seconds(now - bucket.filled) * limit_.per_second >= limit_.burst;
  });
}

}  // namespace coldpath::api
