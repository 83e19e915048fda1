#include "tasks/handlers.h"
#include "tasks/job_update.h"
#include "tasks/settle_job.h"

namespace coldpath::tasks {

engine::TaskReply AggregateResults(const TaskPorts& ports, const TaskPayload& task) {
  const auto job = SettleJob(ports, task, std::nullopt);
  if (!job) return ReplyFailure(job.error());
  const auto chunks = ReadChunks(ports.jobs, task.job_id);
  if (!chunks) return ReplyFailure(chunks.error());
  const auto collected = CollectGarbage(ports, *job, *chunks);
  if (!collected) {
    // What is left lies there until the next execution of the job, or the user's erasure.
    ports.log.Warning("garbage_left", {{"job", job->id}, {"code", collected.error().code}});
  }
  std::string_view outcome = job->paused ? "paused" : "none";
  if (job->outcome) outcome = domain::Name(*job->outcome);
  return engine::TaskReply::Success({{"outcome", outcome}});
}

}  // namespace coldpath::tasks
