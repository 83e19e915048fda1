// What a client wishes to import, checked against its connection and its provider, and planned.
// Shared by the estimate and the start, so that both mean the same work.
#ifndef COLDPATH_SERVICE_PLAN_REQUEST_H_
#define COLDPATH_SERVICE_PLAN_REQUEST_H_

#include <optional>
#include <string>
#include <vector>

#include "planner/chunk_plan.h"
#include "planner/estimate.h"
#include "service/context.h"

namespace coldpath::service {

struct SyncWish {
  std::string connection_id;
  domain::DateRange range;
  std::vector<domain::DataType> types;  // empty: all that the provider offers
  std::optional<int> max_concurrency;
};

struct PreparedSync {
  domain::Connection connection;
  const tasks::Provider* provider = nullptr;
  std::vector<domain::DataType> types;  // in their order, without repetitions
  int max_concurrency = 0;
  planner::ChunkPlan plan;
};

// Errors: connection.not_found, provider.unknown, dates.reversed, dates.in_future,
// concurrency.out_of_range, plan.type_not_offered, plan.before_history.
base::Result<PreparedSync> PrepareSync(const Context& context, const std::string& user_id,
                                       const SyncWish& wish);

// Every type that the provider's streams carry, in the order of DataType.
std::vector<domain::DataType> OfferedTypes(const planner::ProviderInfo& provider);

// The last day that a client may name as the (exclusive) end: tomorrow, where the day is furthest
// along (UTC+14).
domain::Date LatestEnd(base::Instant now);

// Today, where the day is furthest along: what the provider's history is counted from.
domain::Date LatestToday(base::Instant now);

// The schedule of `plan` under the quota state of this moment.
base::Result<planner::Estimate> EstimateNow(const Context& context, const tasks::Provider& provider,
                                            const std::string& provider_user_id,
                                            planner::ChunkPlan plan, int max_concurrency);

}  // namespace coldpath::service

#endif  // COLDPATH_SERVICE_PLAN_REQUEST_H_
