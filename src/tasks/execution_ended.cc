#include <algorithm>

#include "tasks/handlers.h"
#include "tasks/settle_job.h"

namespace coldpath::tasks {
namespace {

std::string Reason(const std::string& status, const base::Json& error) {
  const std::string name = base::FindString(error, "Error").value_or("");
  std::string reason = "The sync could not be carried out";
  if (status == "ABORTED") reason = "The sync was stopped by an operator";
  if (status == "TIMED_OUT") reason = "The sync took longer than it may";
  return name.empty() ? reason + "." : reason + " (" + name + ").";
}

bool IsSettled(const domain::Job& job, const std::string& execution) {
  return std::any_of(
      job.executions.begin(), job.executions.end(),
      [&](const domain::JobExecution& each) { return each.name == execution && each.settled; });
}

}  // namespace

engine::TaskReply ExecutionEnded(const TaskPorts& ports, const TaskPayload& task,
                                 const std::string& status, const base::Json& error) {
  std::optional<std::string> failure;
  if (status == "SUCCEEDED") {
    // AggregateResults has settled it, unless the stores are older than the engine (a backup that
    // was restored): then the chunks say how it ended.
    const auto job = ports.jobs.GetJob(task.user_id, task.job_id);
    if (!job) return ReplyFailure(job.error());
    if (IsSettled(*job, task.execution)) {
      return engine::TaskReply::Success({{"status", "unchanged"}});
    }
  } else if (status == "FAILED" || status == "TIMED_OUT" || status == "ABORTED") {
    failure = Reason(status, error);
  } else {
    return engine::TaskReply::Success({{"status", "unchanged"}});
  }
  const auto job = SettleJob(ports, task, failure);
  if (!job) return ReplyFailure(job.error());
  const auto told = TellPerson(ports, *job, task.execution);
  if (!told) return ReplyFailure(told.error());
  return engine::TaskReply::Success({{"status", domain::Name(job->status)}});
}

}  // namespace coldpath::tasks
