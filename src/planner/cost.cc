#include "planner/cost.h"

#include <algorithm>
#include <cmath>

namespace coldpath::planner {
namespace {

// ---- what the workflow does (workflow/historical_sync.asl.json; cost_test.cc counts its states)
// States that a job enters once: validate, calculate, map, aggregate, notify.
constexpr std::int64_t kTransitionsPerJob = 5;
// The child's start, AdmitChunk, IsAdmitted, ProcessChunk. AWS's price list does not say whether a
// child's start is a transition: it is counted.
constexpr std::int64_t kTransitionsPerChunk = 4;
// WaitForPlace or WaitForQuota, AdmitChunk, IsAdmitted. (After a worker met a limit ReadRetryAt
// comes on top, and ProcessChunk, which counts as the try it is.)
constexpr std::int64_t kTransitionsPerWait = 4;
// LogChunkFailure.
constexpr std::int64_t kTransitionsPerFailure = 1;
// validate, calculate-chunks, aggregate, notify.
constexpr std::int64_t kFunctionsPerJob = 4;

// ---- what a handler and a worker need, rounded up from the ports they call (docs/aws/cost.md)
constexpr double kFunctionGb = 0.25;
constexpr double kFunctionSeconds = 0.2;
constexpr std::int64_t kTableWritesPerJob = 60;
constexpr std::int64_t kTableReadsPerJob = 60;
constexpr std::int64_t kTableWritesPerChunk = 2;  // its row in the plan
constexpr std::int64_t kTableReadsPerChunk = 2;   // when the job is settled
constexpr std::int64_t kTableWritesPerAdmission = 8;
constexpr std::int64_t kTableReadsPerAdmission = 8;
constexpr std::int64_t kTableWritesPerAttempt = 24;
constexpr std::int64_t kTableReadsPerAttempt = 12;
constexpr std::int64_t kObjectWritesPerJob = 4;    // list, manifest, garbage
constexpr std::int64_t kObjectWritesPerChunk = 3;  // record files
constexpr std::int64_t kObjectReadsPerJob = 4;
constexpr std::int64_t kKeyRequestsPerAttempt = 1;
constexpr double kLogBytesPerAttempt = 4e3;
constexpr double kLogBytesPerFunction = 1e3;
constexpr double kPushesPerJob = 2;
constexpr double kEventsPerJob = 1;
// A client that asks every few seconds for some minutes, then now and then.
constexpr double kApiRequestsPerJob = 200;
constexpr double kTableReadsPerApiRequest = 4;

class Bill {
 public:
  void Add(Item item, double quantity) { quantities_[static_cast<std::size_t>(item)] += quantity; }
  void AddAt(Item item, double quantity, double share) {
    Add(item, quantity);
    shares_[static_cast<std::size_t>(item)] = share;
  }

  Cost Total() const {
    Cost cost;
    for (const Price& price : Prices()) {
      const auto index = static_cast<std::size_t>(price.item);
      if (quantities_[index] == 0) continue;
      const double dollars = quantities_[index] * UnitPrice(price.item) * shares_[index];
      cost.lines.push_back({price.item, quantities_[index], dollars});
      cost.dollars += dollars;
    }
    std::ranges::stable_sort(cost.lines,
                             [](const auto& a, const auto& b) { return a.dollars > b.dollars; });
    return cost;
  }

 private:
  static std::array<double, kItems> Ones() {
    std::array<double, kItems> ones{};
    ones.fill(1);
    return ones;
  }
  std::array<double, kItems> quantities_{};
  std::array<double, kItems> shares_ = Ones();
};

void AddWorkers(const JobMeter& meter, const WorkerShape& shape, Bill& bill) {
  const auto seconds = static_cast<double>(meter.billed_seconds);
  const double share = shape.spot ? kSpotShare : 1;
  bill.AddAt(shape.arm ? Item::kVcpuSecondArm : Item::kVcpuSecondX86, seconds * shape.vcpu, share);
  bill.AddAt(shape.arm ? Item::kMemorySecondArm : Item::kMemorySecondX86, seconds * shape.memory_gb,
             share);
  bill.Add(Item::kAddressSecond, seconds);
}

}  // namespace

std::int64_t BilledSeconds(base::Duration worked) {
  const double seconds = std::max(0.0, std::chrono::duration<double>(worked).count());
  return std::max(kLeastBilledSeconds,
                  kTaskStartSeconds + static_cast<std::int64_t>(std::ceil(seconds)));
}

JobMeter MeterOf(const ChunkPlan& plan, const PlannedWork& work) {
  JobMeter meter;
  for (const domain::ChunkSpec& chunk : plan.chunks) {
    const double seconds =
        work.seconds_per_chunk + work.seconds_per_call * static_cast<double>(chunk.expected_calls);
    ++meter.chunks;
    meter.attempts += work.tries;
    meter.billed_seconds += work.tries * BilledSeconds(std::chrono::duration_cast<base::Duration>(
                                             std::chrono::duration<double>(seconds)));
    meter.provider_calls += work.tries * chunk.expected_calls;
    if (work.all_fail) ++meter.failed_chunks;
  }
  meter.bytes = meter.provider_calls * work.bytes_per_call;
  return meter;
}

JobMeter MeterOf(const domain::JobProgress& progress) {
  // What is planned and not begun has cost nothing yet.
  return {.chunks = progress.chunks_done,
          .attempts = progress.attempts,
          .billed_seconds = progress.billed_seconds,
          .waits = progress.waits,
          .failed_chunks = progress.chunks_failed,
          .provider_calls = progress.provider_calls,
          .bytes = progress.bytes};
}

Cost CostOf(const JobMeter& meter, const WorkerShape& shape) {
  const auto chunks = static_cast<double>(meter.chunks);
  const auto attempts = static_cast<double>(meter.attempts);
  const auto waits = static_cast<double>(meter.waits);
  const auto failed = static_cast<double>(meter.failed_chunks);
  const auto calls = static_cast<double>(meter.provider_calls);
  const double retries = std::max(0.0, attempts - chunks);
  const double admissions = chunks + waits;
  const double functions = kFunctionsPerJob + admissions + failed;

  Bill bill;
  AddWorkers(meter, shape, bill);
  bill.Add(Item::kTransition, kTransitionsPerJob + chunks * kTransitionsPerChunk + retries +
                                  waits * kTransitionsPerWait + failed * kTransitionsPerFailure);
  bill.Add(Item::kFunctionCall, functions + kApiRequestsPerJob);
  bill.Add(Item::kFunctionGbSecond,
           (functions + kApiRequestsPerJob) * kFunctionGb * kFunctionSeconds);
  bill.Add(Item::kTableWrite, kTableWritesPerJob + chunks * kTableWritesPerChunk +
                                  admissions * kTableWritesPerAdmission +
                                  attempts * kTableWritesPerAttempt);
  bill.Add(Item::kTableRead,
           kTableReadsPerJob + chunks * kTableReadsPerChunk + admissions * kTableReadsPerAdmission +
               attempts * kTableReadsPerAttempt + kApiRequestsPerJob * kTableReadsPerApiRequest);
  bill.Add(Item::kObjectWrite, kObjectWritesPerJob + chunks * kObjectWritesPerChunk + calls);
  bill.Add(Item::kObjectRead, kObjectReadsPerJob);
  bill.Add(Item::kObjectGbMonth, static_cast<double>(meter.bytes) / 1e9);
  bill.Add(Item::kObjectMonitored, chunks * kObjectWritesPerChunk + calls);
  bill.Add(Item::kApiRequest, kApiRequestsPerJob);
  bill.Add(Item::kPush, kPushesPerJob);
  bill.Add(Item::kEvent, kEventsPerJob);
  bill.Add(Item::kKeyRequest, attempts * kKeyRequestsPerAttempt + kFunctionsPerJob);
  bill.Add(Item::kLogGb, (attempts * kLogBytesPerAttempt + functions * kLogBytesPerFunction) / 1e9);
  return bill.Total();
}

double MostDollars(const domain::JobProgress& progress) {
  return CostOf(MeterOf(progress), {.spot = false}).dollars;
}

}  // namespace coldpath::planner
