#include "planner/stream.h"

#include <algorithm>

#include "planner/quota.h"

namespace coldpath::planner {
namespace {

Budget MakeBudget(const ProviderInfo& provider, const StreamInfo& stream,
                  const std::string& provider_user_id, double scale,
                  const DeclaredBudget& declared) {
  std::string key = provider.id;
  switch (declared.scope) {
    case BudgetScope::kApp:
      key += "/app";
      break;
    case BudgetScope::kUser:
      key += "/user/" + provider_user_id;
      break;
    case BudgetScope::kRoute:
      key += "/route/" + stream.id + "/" + provider_user_id;
      break;
  }
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(declared.window).count();
  key += "/" + std::to_string(seconds) + "s";
  const auto limit = static_cast<std::int64_t>(static_cast<double>(declared.limit) * scale);
  return {.key = std::move(key),
          .limit = std::max<std::int64_t>(1, limit),
          .window = declared.window,
          .reserve = provider.reserve};
}

}  // namespace

std::vector<Budget> BudgetsOf(const ProviderInfo& provider, const StreamInfo& stream,
                              const std::string& provider_user_id, double scale) {
  std::vector<Budget> budgets;
  for (const auto* declared : {&provider.budgets, &stream.budgets}) {
    for (const DeclaredBudget& one : *declared) {
      budgets.push_back(MakeBudget(provider, stream, provider_user_id, scale, one));
    }
  }
  return budgets;
}

const StreamInfo* FindStream(const ProviderInfo& provider, std::string_view id) {
  for (const StreamInfo& stream : provider.streams) {
    if (stream.id == id) return &stream;
  }
  return nullptr;
}

}  // namespace coldpath::planner
