#include "service/launch.h"

#include "service/job_update.h"
#include "tasks/job_update.h"

namespace coldpath::service {
namespace {

using asl::ExecutionStatus;
using tasks::FindExecution;

base::Status NoteLaunch(const Context& context, const std::string& user_id,
                        const std::string& job_id, const std::string& name,
                        const std::string& arn) {
  const auto noted = ChangeJob(context, user_id, job_id,
                               [&](domain::Job& job, JobSideEffects&) -> base::Result<bool> {
                                 domain::JobExecution* execution = FindExecution(job, name);
                                 // The first handler may have noted the launch before us; it does
                                 // not know the ARN.
                                 if (execution == nullptr || !execution->arn.empty()) return false;
                                 execution->arn = arn;
                                 if (!execution->launched)
                                   execution->launched = context.clock.Now();
                                 return true;
                               });
  if (!noted) return base::Fail(noted.error());
  return {};
}

base::Status KeySpent(ExecutionStatus status) {
  return base::Fail("sync.key_spent", "The sync that was started with this Idempotency-Key ended " +
                                          std::string(asl::StatusName(status)) +
                                          "; send the request again with a new key.");
}

base::Status Judge(ExecutionStatus status) {
  if (status == ExecutionStatus::kRunning || status == ExecutionStatus::kSucceeded) return {};
  return KeySpent(status);
}

}  // namespace

base::Status CheckSameRequest(const tasks::IdempotencyRow& row, const KeyedRequest& request) {
  if (row.user_id != request.user_id) {
    return base::Fail("sync.key_foreign",
                      "This Idempotency-Key cannot be used; send the request with a new one.");
  }
  if (row.route != request.route || row.body_hash != request.body_hash) {
    return base::Fail("sync.key_reused",
                      "This Idempotency-Key was used for another request; a key belongs to one "
                      "request and its repetitions.");
  }
  return {};
}

base::Status Launch(const Context& context, const std::string& user_id, const std::string& job_id,
                    const std::string& name, const std::string& input) {
  COLDPATH_ASSIGN_OR_RETURN(const engine::StartReply reply, context.engine.Start(name, input));
  if (reply.outcome != engine::StartOutcome::kAlreadyExists) {
    return NoteLaunch(context, user_id, job_id, name, reply.execution_arn);
  }
  COLDPATH_ASSIGN_OR_RETURN(const engine::ExecutionDescription execution,
                            context.engine.Describe(name));
  if (execution.input != input) {
    return base::Fail("sync.key_spent",
                      "This Idempotency-Key names an execution with another input; send the "
                      "request with a new key.");
  }
  COLDPATH_RETURN_IF_ERROR(NoteLaunch(context, user_id, job_id, name, execution.arn));
  return Judge(execution.status);
}

base::Result<Accepted> AnswerKey(const Context& context, const tasks::IdempotencyRow& row) {
  COLDPATH_ASSIGN_OR_RETURN(domain::Job job, FindJob(context, row.user_id, row.job_id));
  const domain::JobExecution* execution = FindExecution(job, row.key);
  if (execution == nullptr || !execution->launched) {
    COLDPATH_RETURN_IF_ERROR(
        Launch(context, row.user_id, row.job_id, row.key, row.execution_input));
    return Accepted{row.job_id};
  }
  const auto described = context.engine.Describe(row.key);
  if (described) {
    COLDPATH_RETURN_IF_ERROR(Judge(described->status));
    return Accepted{row.job_id};
  }
  if (described.error().code != "engine.no_such_execution") return base::Fail(described.error());
  // Launched, and the engine does not know it: too new for an eventually consistent answer, or so
  // old that the engine forgot it. The job's row knows how it ended; starting it again would run it
  // twice.
  const bool failed = execution->settled && execution->name == job.latest().name &&
                      job.status == domain::JobStatus::kFailed;
  if (failed) COLDPATH_RETURN_IF_ERROR(KeySpent(ExecutionStatus::kFailed));
  return Accepted{row.job_id};
}

}  // namespace coldpath::service
