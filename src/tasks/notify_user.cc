#include "tasks/handlers.h"
#include "tasks/settle_job.h"

namespace coldpath::tasks {

engine::TaskReply NotifyUser(const TaskPorts& ports, const TaskPayload& task) {
  const auto job = ports.jobs.GetJob(task.user_id, task.job_id);
  if (!job) return ReplyFailure(job.error());
  const auto told = TellPerson(ports, *job, task.execution);
  if (!told) return ReplyFailure(told.error());
  return engine::TaskReply::Success(base::Json::object());
}

}  // namespace coldpath::tasks
