// Quotas: how many requests each user and application may make in a sliding window.
#ifndef COLDPATH_SANDBOX_QUOTA_H_
#define COLDPATH_SANDBOX_QUOTA_H_

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace coldpath::sandbox {

// No more than `limit` requests in any span of `window`.
struct QuotaRule {
  std::string_view tier;
  std::int64_t limit;
  std::chrono::seconds window;
};

// Google Health, developers.google.com/health/rate-limits: per user, per project.
inline constexpr QuotaRule kGoogleUserQuota{"user", 300, std::chrono::seconds(60)};
inline constexpr QuotaRule kGoogleProjectQuota{"project", 120'000, std::chrono::seconds(60)};
// Oura's API document names 5000 requests per 5 minutes, and two layers without a number for each:
// both get it.
inline constexpr QuotaRule kOuraTokenQuota{"token", 5000, std::chrono::seconds(300)};
inline constexpr QuotaRule kOuraApplicationQuota{"application", 5000, std::chrono::seconds(300)};

struct QuotaKey {
  QuotaRule rule;
  std::string owner;
};

struct QuotaExceeded {
  QuotaRule rule;
  std::int64_t limit;            // scaled
  base::Instant next_admission;  // the earliest time at which one more is admitted
  base::Instant restored;        // when the window is empty again, if nothing more is asked
};

class Quotas {
 public:
  explicit Quotas(double scale) : scale_(scale) {}

  // Admits the request under all rules, or says which one forbids it; then nothing is counted.
  std::optional<QuotaExceeded> Admit(const std::vector<QuotaKey>& keys, base::Instant now);
  void Clear() { windows_.clear(); }

 private:
  struct Batch {
    base::Instant at;
    std::int64_t count;
  };
  struct Window {
    std::deque<Batch> batches;
    std::int64_t total = 0;
  };
  std::int64_t ScaledLimit(const QuotaRule& rule) const;
  static void Forget(Window& window, base::Instant before);

  double scale_;
  std::map<std::string, Window> windows_;
};

}  // namespace coldpath::sandbox

#endif  // COLDPATH_SANDBOX_QUOTA_H_
