// How long a plan will take: its schedule under the quota state of this moment, simulated. Pure.
#ifndef COLDPATH_PLANNER_ESTIMATE_H_
#define COLDPATH_PLANNER_ESTIMATE_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "planner/chunk_plan.h"
#include "planner/quota.h"

namespace coldpath::planner {

struct EstimateRequest {
  ChunkPlan plan;
  const ProviderInfo* provider = nullptr;
  std::string provider_user_id;
  double quota_scale = 1;
  std::map<std::string, BudgetState> budgets;  // by key, as the ledger knows them now
  int max_concurrency = 10;
  double seconds_per_call = 0.5;    // measured, or the provider's typical
  double seconds_per_chunk = 0.05;  // our own work
  base::Instant now;
};

struct Estimate {
  double seconds = 0;  // the likely time
  double seconds_low = 0;
  double seconds_high = 0;
  std::int64_t chunks = 0;
  std::int64_t calls = 0;
  std::int64_t records = 0;
  std::string limited_by;   // "latency", or the key of the budget that bounds it
  std::string explanation;  // a sentence for the person
};

Estimate EstimatePlan(const EstimateRequest& request);

}  // namespace coldpath::planner

#endif  // COLDPATH_PLANNER_ESTIMATE_H_
