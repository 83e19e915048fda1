#include "service/stop_sync.h"

#include "service/job_update.h"
#include "tasks/job_update.h"
#include "tasks/settle_job.h"

namespace coldpath::service {
namespace {

using domain::Desired;
using domain::JobStatus;

bool HasEnded(const domain::Job& job) {
  return job.status == JobStatus::kSucceeded || job.status == JobStatus::kFailed;
}

// A job that was never launched (a crash came first) is launched now: its execution then ends by
// itself as the person desires, in the one way in which jobs end.
base::Result<Accepted> LaunchIfNeeded(const Context& context, const domain::Job& job) {
  if (!HasEnded(job) && !job.paused && !job.latest().launched) {
    COLDPATH_RETURN_IF_ERROR(
        Launch(context, job.user_id, job.id, job.latest().name, job.latest().input));
  }
  return Accepted{job.id};
}

// Nothing runs that could settle a paused job: this does.
base::Status SettlePaused(const Context& context, domain::Job& job, JobSideEffects& effects,
                          base::Instant now) {
  COLDPATH_ASSIGN_OR_RETURN(const auto chunks, tasks::ReadChunks(context.jobs, job.id));
  job.paused = false;
  job.status = JobStatus::kSucceeded;
  job.outcome = domain::JobOutcome::kCancelled;
  job.ended = now;
  effects.outbox.push_back(tasks::CompletedEvent(job, job.latest().name, chunks, now));
  return {};
}

}  // namespace

base::Result<Accepted> CancelSync(const Context& context, const std::string& user_id,
                                  const std::string& job_id, domain::StopReason reason) {
  bool settled_here = false;
  COLDPATH_ASSIGN_OR_RETURN(
      const domain::Job job,
      ChangeJob(context, user_id, job_id,
                [&](domain::Job& changing, JobSideEffects& effects) -> base::Result<bool> {
                  if (HasEnded(changing)) {
                    return base::Fail("sync.ended",
                                      "This sync has ended; there is nothing to cancel.");
                  }
                  if (changing.desired == Desired::kCancel && !changing.paused) return false;
                  changing.desired = Desired::kCancel;
                  changing.stop_reason = reason;
                  settled_here = changing.paused;
                  const base::Instant now = context.clock.Now();
                  if (settled_here) {
                    COLDPATH_RETURN_IF_ERROR(SettlePaused(context, changing, effects, now));
                  }
                  effects.events.push_back(tasks::JobEvent(changing, now));
                  return true;
                }));
  if (settled_here) {
    context.metrics.Count("coldpath_jobs_ended_total", {{"outcome", "cancelled"}});
  }
  return LaunchIfNeeded(context, job);
}

base::Result<Accepted> PauseSync(const Context& context, const std::string& user_id,
                                 const std::string& job_id) {
  COLDPATH_ASSIGN_OR_RETURN(
      const domain::Job job,
      ChangeJob(context, user_id, job_id,
                [&](domain::Job& changing, JobSideEffects& effects) -> base::Result<bool> {
                  if (HasEnded(changing)) {
                    return base::Fail("sync.ended",
                                      "This sync has ended; there is nothing to pause.");
                  }
                  if (changing.desired == Desired::kCancel) {
                    return base::Fail("sync.being_cancelled", "This sync is being cancelled.");
                  }
                  if (changing.paused || changing.desired == Desired::kPause) return false;
                  changing.desired = Desired::kPause;
                  effects.events.push_back(tasks::JobEvent(changing, context.clock.Now()));
                  return true;
                }));
  return LaunchIfNeeded(context, job);
}

}  // namespace coldpath::service
