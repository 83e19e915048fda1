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

}  // namespace

engine::TaskReply ExecutionEnded(const TaskPorts& ports, const TaskPayload& task,
                                 const std::string& status, const base::Json& error) {
  if (status != "FAILED" && status != "TIMED_OUT" && status != "ABORTED") {
    return engine::TaskReply::Success({{"status", "unchanged"}});
  }
  const auto job = SettleJob(ports, task, Reason(status, error));
  if (!job) return ReplyFailure(job.error());
  const auto told = TellPerson(ports, *job, task.execution);
  if (!told) return ReplyFailure(told.error());
  return engine::TaskReply::Success({{"status", domain::Name(job->status)}});
}

}  // namespace coldpath::tasks
