#include "service/plan_request.h"

#include <algorithm>
#include <set>

#include "service/connections.h"

namespace coldpath::service {
namespace {

constexpr std::chrono::hours kFurthestAhead{14};

base::Status CheckRange(const domain::DateRange& range, base::Instant now) {
  if (range.empty()) {
    return base::Fail("dates.reversed", "start (" + base::FormatDate(range.start) +
                                            ") must lie before end (" +
                                            base::FormatDate(range.end) + "), which is exclusive.");
  }
  const domain::Date latest = LatestEnd(now);
  if (range.end > latest) {
    return base::Fail("dates.in_future", "end (" + base::FormatDate(range.end) +
                                             ") lies in the future; the latest is " +
                                             base::FormatDate(latest) + ".");
  }
  return {};
}

}  // namespace

domain::Date LatestToday(base::Instant now) { return base::LocalDate(now, kFurthestAhead); }

domain::Date LatestEnd(base::Instant now) { return LatestToday(now) + std::chrono::days(1); }

std::vector<domain::DataType> OfferedTypes(const planner::ProviderInfo& provider) {
  std::set<domain::DataType> types;
  for (const planner::StreamInfo& stream : provider.streams) {
    types.insert(stream.types.begin(), stream.types.end());
  }
  return {types.begin(), types.end()};
}

base::Result<PreparedSync> PrepareSync(const Context& context, const std::string& user_id,
                                       const SyncWish& wish) {
  const base::Instant now = context.clock.Now();
  COLDPATH_RETURN_IF_ERROR(CheckRange(wish.range, now));
  PreparedSync prepared;
  COLDPATH_ASSIGN_OR_RETURN(prepared.connection,
                            FindConnection(context, user_id, wish.connection_id));
  COLDPATH_ASSIGN_OR_RETURN(prepared.provider, FindProvider(context, prepared.connection.provider));
  prepared.max_concurrency = wish.max_concurrency.value_or(context.settings.default_concurrency);
  if (prepared.max_concurrency < 1 || prepared.max_concurrency > context.settings.max_concurrency) {
    return base::Fail("concurrency.out_of_range",
                      "max_concurrency must lie between 1 and " +
                          std::to_string(context.settings.max_concurrency) + ".");
  }
  const std::set<domain::DataType> wanted(wish.types.begin(), wish.types.end());
  prepared.types = wanted.empty() ? OfferedTypes(prepared.provider->info())
                                  : std::vector<domain::DataType>(wanted.begin(), wanted.end());
  COLDPATH_ASSIGN_OR_RETURN(
      prepared.plan,
      planner::PlanChunks(prepared.provider->info(), {.range = wish.range,
                                                      .types = prepared.types,
                                                      .today = LatestToday(now),
                                                      .scopes = prepared.connection.scopes}));
  return prepared;
}

base::Result<planner::Estimate> EstimateNow(const Context& context, const tasks::Provider& provider,
                                            const std::string& provider_user_id,
                                            planner::ChunkPlan plan, int max_concurrency) {
  std::set<std::string> keys;
  for (const planner::StreamInfo& stream : provider.info().streams) {
    for (const planner::Budget& budget : planner::BudgetsOf(
             provider.info(), stream, provider_user_id, context.settings.quota_scale)) {
      keys.insert(budget.key);
    }
  }
  COLDPATH_ASSIGN_OR_RETURN(auto budgets, context.quota.Read({keys.begin(), keys.end()}));
  planner::EstimateRequest request;
  request.plan = std::move(plan);
  request.provider = &provider.info();
  request.provider_user_id = provider_user_id;
  request.quota_scale = context.settings.quota_scale;
  request.budgets = std::move(budgets);
  request.max_concurrency = max_concurrency;
  request.seconds_per_call = provider.info().seconds_per_call;
  request.now = context.clock.Now();
  return planner::EstimatePlan(request);
}

}  // namespace coldpath::service
