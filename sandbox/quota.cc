#include "sandbox/quota.h"

#include <algorithm>

namespace coldpath::sandbox {

std::int64_t Quotas::ScaledLimit(const QuotaRule& rule) const {
  return std::max<std::int64_t>(
      1, static_cast<std::int64_t>(static_cast<double>(rule.limit) * scale_));
}

void Quotas::Forget(Window& window, base::Instant before) {
  while (!window.batches.empty() && window.batches.front().at <= before) {
    window.total -= window.batches.front().count;
    window.batches.pop_front();
  }
}

std::optional<QuotaExceeded> Quotas::Admit(const std::vector<QuotaKey>& keys, base::Instant now) {
  std::vector<Window*> windows;
  for (const QuotaKey& key : keys) {
    std::string name(key.rule.tier);
    name += '/';
    name += key.owner;
    Window& window = windows_[name];
    Forget(window, now - key.rule.window);
    const std::int64_t limit = ScaledLimit(key.rule);
    if (window.total >= limit) {
      return QuotaExceeded{key.rule, limit, window.batches.front().at + key.rule.window,
                           window.batches.back().at + key.rule.window};
    }
    windows.push_back(&window);
  }
  for (Window* window : windows) {
    ++window->total;
    if (!window->batches.empty() && window->batches.back().at >= now) {
      ++window->batches.back().count;
    } else {
      window->batches.push_back({now, 1});
    }
  }
  return std::nullopt;
}

}  // namespace coldpath::sandbox
