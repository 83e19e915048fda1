#include "service/resume_sync.h"

#include <algorithm>

#include "base/crypto.h"
#include "base/ids.h"
#include "service/connections.h"
#include "service/job_update.h"
#include "service/start_sync.h"
#include "tasks/task_payload.h"

namespace coldpath::service {
namespace {

base::Status CheckMayResume(const Context& context, const domain::Job& job) {
  using domain::JobStatus;
  if (job.status == JobStatus::kSucceeded || job.status == JobStatus::kFailed) {
    return base::Fail("sync.ended", "This sync has ended; there is nothing to resume.");
  }
  if (!job.paused) {
    return base::Fail("sync.execution_running",
                      job.desired == domain::Desired::kPause
                          ? "This sync is still finishing the pages in flight; resume it once it "
                            "is paused."
                          : "This sync is running; only a paused one can be resumed.");
  }
  if (job.kind == domain::JobKind::kHistorical) {
    COLDPATH_RETURN_IF_ERROR(RequirePro(context, job.user_id));
  }
  COLDPATH_ASSIGN_OR_RETURN(const domain::Connection connection,
                            FindConnection(context, job.user_id, job.connection_id));
  if (connection.status == domain::ConnectionStatus::kNeedsReauth) {
    return base::Fail("connection.needs_reauth",
                      "The provider no longer lets us read this person's data; connect again "
                      "first.");
  }
  return {};
}

domain::Job WithResume(const domain::Job& job) {
  domain::Job next = job;
  next.paused = false;
  next.desired = domain::Desired::kRun;
  next.stop_reason = domain::StopReason::kNone;
  domain::JobExecution execution;
  execution.kind = domain::ExecutionKind::kResume;
  execution.number =
      1 + static_cast<int>(std::ranges::count(job.executions, domain::ExecutionKind::kResume,
                                              &domain::JobExecution::kind));
  execution.name = base::MakeUuidV5(job.id, "resume " + std::to_string(execution.number));
  execution.input = tasks::ExecutionInput(next.user_id, next.id);
  next.executions.push_back(std::move(execution));
  return next;
}

}  // namespace

base::Result<Accepted> ResumeSync(const Context& context, const std::string& user_id,
                                  const std::string& job_id) {
  COLDPATH_ASSIGN_OR_RETURN(const domain::Job job, FindJob(context, user_id, job_id));
  COLDPATH_RETURN_IF_ERROR(CheckMayResume(context, job));
  const domain::Job next = WithResume(job);
  const tasks::IdempotencyRow row{next.latest().name,
                                  user_id,
                                  "POST /v1/historical-syncs/" + job_id + "/resume",
                                  base::Sha256Hex(next.latest().name),
                                  job_id,
                                  next.latest().input,
                                  context.clock.Now()};
  const auto holds = context.jobs.AddExecution(next, row);
  if (!holds && holds.error().code == "store.conflict") {
    return base::Fail("sync.execution_running",
                      "Another request has just changed this sync; look at it and try again.");
  }
  if (!holds) return base::Fail(holds.error());
  return AnswerKey(context, *holds);
}

}  // namespace coldpath::service
