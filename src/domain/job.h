// A job: one historical sync, connection x date range x data types.
#ifndef COLDPATH_DOMAIN_JOB_H_
#define COLDPATH_DOMAIN_JOB_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "domain/data_type.h"
#include "domain/date_range.h"

namespace coldpath::domain {

// Names are stored and shown by the API ("PENDING"...): job.cc.
enum class JobStatus { kPending, kRunning, kSucceeded, kFailed };
enum class JobOutcome { kComplete, kCompleteWithGaps, kProviderLimited, kNeedsReauth, kCancelled };
// What the person wants of the job; workers obey it between pages.
enum class Desired { kRun, kPause, kCancel };
enum class JobKind { kHistorical, kFirstWeek };
enum class ExecutionKind { kStart, kRetry, kResume };
// Why `desired` is kCancel.
enum class StopReason { kNone, kUser, kDowngrade, kErased, kBudget };

std::string_view Name(JobStatus value);
std::string_view Name(JobOutcome value);
std::string_view Name(Desired value);
std::string_view Name(JobKind value);
std::string_view Name(ExecutionKind value);
std::string_view Name(StopReason value);
template <typename Enum>
std::optional<Enum> FindByName(std::string_view name);  // defined for the enums above

// One run of the workflow for a job.
struct JobExecution {
  std::string name;  // the Idempotency-Key, or UUIDv5(job, resume number)
  std::string arn;   // empty until it was launched
  ExecutionKind kind = ExecutionKind::kStart;
  int number = 0;          // 0 for the start, then 1, 2, ...
  std::string input;       // the execution's input, byte for byte
  std::string chunk_list;  // object key of the frozen list of chunk ids (retry); empty: all without
                           // a result
  std::optional<base::Instant> launched;
  bool settled = false;  // AggregateResults, or the handler of its end, has recorded its result
};

struct Job {
  std::string id;  // UUIDv7
  std::string user_id;
  std::string connection_id;
  std::string provider;  // "oura"
  JobKind kind = JobKind::kHistorical;
  DateRange range;
  std::vector<DataType> types;
  int max_concurrency = 10;

  JobStatus status = JobStatus::kPending;
  std::optional<JobOutcome> outcome;
  bool paused = false;  // while RUNNING: the execution has drained and ended; resume goes on
  Desired desired = Desired::kRun;
  StopReason stop_reason = StopReason::kNone;
  std::string failure_message;  // FAILED: why, for the person

  base::Instant created;
  std::optional<base::Instant> started;
  std::optional<base::Instant> ended;

  std::vector<JobExecution> executions;  // the latest last
  std::int64_t planned_chunks = 0;       // 0 until CalculateChunks
  std::int64_t planned_calls = 0;
  std::int64_t minimum_calls = 0;
  std::string manifest_key;  // of the newest manifest; empty before the first
  // Seconds that the estimate gave when the job was started; 0 if none was made.
  double estimated_seconds = 0;

  std::int64_t version = 0;  // counts writes: an update names the version that it read

  const JobExecution& latest() const { return executions.back(); }
  JobExecution& latest() { return executions.back(); }
};

// PENDING -> RUNNING -> SUCCEEDED | FAILED; retry and resume set RUNNING again; nothing else goes
// back.
bool MayBecome(JobStatus from, JobStatus to, ExecutionKind by);

// Counted while the job runs, by atomic addition, beside the job's row.
struct JobProgress {
  std::int64_t chunks_total = 0;
  std::int64_t chunks_done = 0;  // of any result
  std::int64_t chunks_failed = 0;
  std::int64_t records = 0;
  std::int64_t provider_calls = 0;
  std::int64_t bytes = 0;  // received from the provider
  // The meter (planner/cost.h): workers that took a chunk, the seconds that AWS Fargate bills for
  // them, and how often chunks went back to wait for quota.
  std::int64_t attempts = 0;
  std::int64_t billed_seconds = 0;
  std::int64_t waits = 0;
};

}  // namespace coldpath::domain

#endif  // COLDPATH_DOMAIN_JOB_H_
