// What a job costs on AWS: from its plan before it runs, from its meter afterwards. Both go through
// JobMeter, so that estimate and bill cannot drift apart. Pure. Prices: prices.h; the model in
// words, with its variants in a table: docs/aws/cost.md.
#ifndef COLDPATH_PLANNER_COST_H_
#define COLDPATH_PLANNER_COST_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/job.h"
#include "planner/chunk_plan.h"
#include "planner/prices.h"

namespace coldpath::planner {

// Fargate bills a task by the second from the pull of its image on, and a minute at least.
inline constexpr std::int64_t kLeastBilledSeconds = 60;
// From there to the worker's first line: pull, network interface, start. Measured by nobody here;
// on the high side of what is published for images of this size.
inline constexpr std::int64_t kTaskStartSeconds = 30;

// What is billed for a worker that worked that long; whole seconds, rounded up.
std::int64_t BilledSeconds(base::Duration worked);

// What a job did, or is expected to do.
struct JobMeter {
  std::int64_t chunks = 0;
  std::int64_t attempts = 0;        // workers that took a chunk
  std::int64_t billed_seconds = 0;  // of all attempts
  std::int64_t waits = 0;           // of chunks for quota, outside a worker
  std::int64_t failed_chunks = 0;
  std::int64_t provider_calls = 0;
  std::int64_t bytes = 0;  // received from the provider
};

// How workers are run.
struct WorkerShape {
  double vcpu = 0.25;
  double memory_gb = 0.5;
  bool arm = true;
  bool spot = true;
};

// One line of a bill.
struct CostLine {
  Item item;
  double quantity = 0;
  double dollars = 0;
};
struct Cost {
  std::vector<CostLine> lines;  // dearest first; nothing that costs nothing
  double dollars = 0;
};

// Before: every chunk takes `tries` workers, each of which makes the chunk's expected calls.
struct PlannedWork {
  double seconds_per_call = 0.5;
  double seconds_per_chunk = 0.05;  // our own work
  std::int64_t tries = 1;
  bool all_fail = false;                  // and the last try fails too
  std::int64_t bytes_per_call = 200'000;  // a page of ten thousand points, compressed on the wire
};
JobMeter MeterOf(const ChunkPlan& plan, const PlannedWork& work);
// After: what the workers have written.
JobMeter MeterOf(const domain::JobProgress& progress);

Cost CostOf(const JobMeter& meter, const WorkerShape& shape);

// The most that the meter can mean: on-demand capacity. What a job's budget is compared with.
double MostDollars(const domain::JobProgress& progress);

}  // namespace coldpath::planner

#endif  // COLDPATH_PLANNER_COST_H_
