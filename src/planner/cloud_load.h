// Many jobs at once on AWS, in simulated time: how long they take under an account's service quotas
// and the provider's own, and what bounds them. Pure; repeats from its seed.
//
// The model follows workflow/historical_sync.asl.json: every chunk is a child execution, admitted
// by a function that takes its place in the provider's quota, then a Fargate task. Step Functions
// itself makes transitions wait; Lambda and ECS refuse, and the definition's retrier tries eight
// more times with full jitter, then once on on-demand capacity. A chunk that is refused there too
// has failed; so has a job whose AdmitChunk is.
#ifndef COLDPATH_PLANNER_CLOUD_LOAD_H_
#define COLDPATH_PLANNER_CLOUD_LOAD_H_

#include <cstdint>
#include <string>

#include "base/random.h"
#include "planner/chunk_plan.h"
#include "planner/quota.h"

namespace coldpath::planner {

// A token bucket.
struct RateQuota {
  double burst = 0;
  double per_second = 0;
};

// An account's quotas in a Region. docs/aws/limits.md says where each figure comes from.
struct CloudQuotas {
  std::string name;
  RateQuota start_execution{1300, 300};
  RateQuota transitions{5000, 1500};
  RateQuota run_task{20, 20};   // calls
  RateQuota launches{100, 20};  // Fargate tasks; Spot and on demand each
  double spot_vcpu = 6;
  double on_demand_vcpu = 6;
  int functions = 1000;  // Lambda calls at a time
  RateQuota table_writes{4000, 4000};
};

struct CloudLoad {
  const ProviderInfo* provider = nullptr;
  ChunkPlan plan;  // of each job
  int jobs = 100;
  int max_concurrency = 10;
  double start_within_seconds = 0;  // the starts are spread evenly over so long
  double task_vcpu = 0.25;
  double task_start_seconds = 30;
  double function_seconds = 0.2;
  // Workers that AdmitChunk lets start in a minute, of all jobs together; 0: any.
  std::int64_t launches_per_minute = 0;
};

// The budget of launches that AdmitChunk reserves from (tasks/admit_chunk.cc), and its key. Its
// window is a quarter of a minute: short enough that a window's launches do not look like a herd,
// long enough that who wakes late still has its place.
inline constexpr const char* kLaunchBudget = "workers/launches";
Budget LaunchBudget(std::int64_t per_minute);

struct CloudResult {
  double seconds = 0;          // until the last job has ended
  double median_seconds = 0;   // of a job
  double slowest_seconds = 0;  // of a job
  std::int64_t chunks = 0;
  std::int64_t failed_chunks = 0;  // refused by AWS until their tries were used up
  std::int64_t failed_jobs = 0;
  std::int64_t refusals = 0;               // by Lambda or ECS
  int most_tasks = 0;                      // at a time
  double most_transitions_per_second = 0;  // in any minute
  double most_launches_per_second = 0;
  double most_writes_per_second = 0;
  // What the chunks waited for longest, if that is a fifth of their time or more: "transitions",
  // "tables", "functions", "launches", "vcpu", "quota: <budget>"; else "work".
  std::string bound_by;
};

CloudResult SimulateCloud(const CloudLoad& load, const CloudQuotas& quotas, base::Random& random);

}  // namespace coldpath::planner

#endif  // COLDPATH_PLANNER_CLOUD_LOAD_H_
