#include "tasks/handlers.h"
#include "tasks/job_update.h"

namespace coldpath::tasks {
namespace {

using domain::Job;
using domain::JobStatus;

base::Error Invalid(std::string message) { return {"task.invalid_job", std::move(message)}; }

}  // namespace

engine::TaskReply ValidateAndInitiate(const TaskPorts& ports, const TaskPayload& task) {
  const auto pro = ports.entitlements.HasPro(task.user_id);
  if (!pro) return ReplyFailure(pro.error());
  const base::Instant now = ports.clock.Now();
  std::optional<base::Error> refused;
  bool started = false;
  const auto change = [&](Job& job, JobWrite& write) {
    started = false;
    domain::JobExecution* execution = FindExecution(job, task.execution);
    if (execution == nullptr || execution->settled) {
      refused = Invalid("The job does not expect this execution.");
      return false;
    }
    if (job.status != JobStatus::kRunning &&
        !domain::MayBecome(job.status, JobStatus::kRunning, execution->kind)) {
      refused = Invalid("The job has ended.");
      return false;
    }
    started = job.status == JobStatus::kPending;
    job.status = JobStatus::kRunning;
    job.outcome.reset();
    job.ended.reset();
    job.paused = false;
    if (!job.started) job.started = now;
    if (!execution->launched) execution->launched = now;
    if (job.kind == domain::JobKind::kHistorical && !*pro) StopForDowngrade(job);
    write.events.push_back(JobEvent(job, now));
    return true;
  };
  const auto job = ChangeJob(ports, task.user_id, task.job_id, change);
  if (!job) return ReplyFailure(job.error());
  if (refused) return ReplyFailure(*refused);
  if (started) {
    ports.metrics.Count("coldpath_jobs_started_total", {{"kind", std::string(Name(job->kind))}});
    ports.log.Info("job_started", {{"job", job->id}, {"execution", task.execution}});
  }
  Job read = *job;
  const bool resumed = FindExecution(read, task.execution)->kind == domain::ExecutionKind::kResume;
  if (job->desired == domain::Desired::kRun && !resumed) {
    const auto told = ports.notifier.Notify(
        {.key = task.execution + "/" + std::string(NotificationCode(NotificationKind::kStarted)),
         .user_id = job->user_id,
         .job_id = job->id,
         .kind = NotificationKind::kStarted,
         .push = job->kind == domain::JobKind::kHistorical,
         .time = now});
    if (!told) return ReplyFailure(told.error());
  }
  return engine::TaskReply::Success({{"status", domain::Name(job->status)}});
}

}  // namespace coldpath::tasks
