// How a job stands, for people: phase, progress, time left, and why it waits.
#ifndef COLDPATH_SERVICE_JOB_VIEW_H_
#define COLDPATH_SERVICE_JOB_VIEW_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "planner/estimate.h"
#include "service/context.h"

namespace coldpath::service {

// Part of the API: "pending", "planning", "fetching", "waiting_for_quota", "finishing", "pausing",
// "paused", "cancelling", "ended".
enum class Phase {
  kPending,
  kPlanning,
  kFetching,
  kWaitingForQuota,
  kFinishing,
  kPausing,
  kPaused,
  kCancelling,
  kEnded,
};
std::string_view PhaseName(Phase phase);

// What the job's row alone says: a job that runs is fetching, or planning before it has chunks.
Phase PhaseOf(const domain::Job& job);

struct QuotaWait {
  base::Instant until;  // the first of the waiting chunks goes on
  std::int64_t chunks;  // how many wait
  std::string text;     // a sentence for the person
};

struct JobView {
  domain::Job job;
  domain::JobProgress progress;
  Phase phase = Phase::kPending;
  std::optional<planner::Estimate> remaining;  // while it runs
  std::optional<QuotaWait> waiting;            // while nothing but quota holds it up
};

// Error: job.not_found.
base::Result<JobView> ViewJob(const Context& context, const std::string& user_id,
                              const std::string& job_id);

struct JobViewPage {
  std::vector<JobView> jobs;  // newest first; without remaining and waiting
  std::optional<std::string> next_cursor;
};
base::Result<JobViewPage> ListJobViews(const Context& context, const std::string& user_id,
                                       const std::optional<std::string>& cursor, int limit);

}  // namespace coldpath::service

#endif  // COLDPATH_SERVICE_JOB_VIEW_H_
