#include "tasks/quota_share.h"

#include <algorithm>

namespace coldpath::tasks {

QuotaShare ShareOf(const planner::ProviderInfo& provider, const planner::StreamInfo& stream,
                   const domain::Connection& connection, const domain::ChunkSpec& chunk,
                   const std::string& execution, double quota_scale) {
  QuotaShare share;
  share.budgets = planner::BudgetsOf(provider, stream, connection.provider_user_id, quota_scale);
  share.reservation = execution + "/" + chunk.id;
  share.calls = std::clamp<std::int64_t>(chunk.expected_calls, 1, planner::WholeLot(share.budgets));
  return share;
}

}  // namespace coldpath::tasks
