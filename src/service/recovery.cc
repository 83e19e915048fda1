#include "service/recovery.h"

#include "service/connections.h"
#include "service/erase.h"
#include "service/first_week.h"
#include "service/launch.h"

namespace coldpath::service {
namespace {

// An engine whose answers lag behind (Step Functions) may not know a new execution yet.
constexpr std::chrono::minutes kEngineLag{10};

enum class Result { kNothing, kLaunched, kSettled };

base::Result<Result> Recover(const Context& context, const domain::Job& job,
                             const ExecutionEnded& ended) {
  const domain::JobExecution& execution = job.latest();
  if (!execution.launched) {
    const base::Status launched =
        Launch(context, job.user_id, job.id, execution.name, execution.input);
    if (launched) return Result::kLaunched;
    // Launched before the crash and ended by now: the pass goes on below with what the engine says.
    if (launched.error().code != "sync.key_spent") return base::Fail(launched.error());
  }
  if (execution.settled) return Result::kNothing;
  auto described = context.engine.Describe(execution.name);
  asl::ExecutionStatus status;
  std::string arn = execution.arn;
  if (described) {
    status = described->status;
    arn = described->arn;
  } else if (described.error().code == "engine.no_such_execution" && execution.launched &&
             *execution.launched + kEngineLag < context.clock.Now()) {
    // The engine has lost it: nothing works on the job any more.
    status = asl::ExecutionStatus::kAborted;
  } else if (described.error().code == "engine.no_such_execution") {
    return Result::kNothing;
  } else {
    return base::Fail(described.error());
  }
  if (status == asl::ExecutionStatus::kRunning) return Result::kNothing;
  COLDPATH_RETURN_IF_ERROR(ended({arn, execution.name, execution.input, status}));
  return Result::kSettled;
}

// A deletion that a crash interrupted, or one that is still under way: either way it does no harm.
bool FinishErasing(const Context& context, const domain::Connection& connection) {
  Revoke(context, connection);
  const base::Status erased = EraseConnection(context, connection);
  if (!erased) {
    context.log.Error("connection_not_erased",
                      {{"connection", connection.id}, {"code", erased.error().code}});
  }
  return erased.has_value();
}

}  // namespace

base::Result<RecoveryCounts> RecoverJobs(const Context& context, const ExecutionEnded& ended) {
  COLDPATH_ASSIGN_OR_RETURN(const std::vector<domain::Job> jobs, context.jobs.ListUnsettledJobs());
  COLDPATH_ASSIGN_OR_RETURN(const auto due_connections, context.connections.ListDue());
  RecoveryCounts counts;
  for (const domain::Connection& connection : due_connections) {
    if (connection.erasing) {
      if (!FinishErasing(context, connection)) ++counts.failed;
      continue;
    }
    if (const auto started = StartFirstWeekIfDue(context, connection); !started) {
      ++counts.failed;
      context.log.Error("first_week_not_started", {{"connection", connection.id},
                                                   {"code", started.error().code},
                                                   {"message", started.error().message}});
      continue;
    }
    ++counts.launched;
    context.log.Info("first_week_started_by_recovery", {{"connection", connection.id}});
  }
  for (const domain::Job& job : jobs) {
    const auto result = Recover(context, job, ended);
    if (!result) {
      ++counts.failed;
      context.log.Error(
          "recovery_failed",
          {{"job", job.id}, {"code", result.error().code}, {"message", result.error().message}});
      continue;
    }
    if (*result == Result::kNothing) continue;
    const bool launched = *result == Result::kLaunched;
    ++(launched ? counts.launched : counts.settled);
    context.log.Info(launched ? "job_launched_by_recovery" : "job_settled_by_recovery",
                     {{"job", job.id}});
  }
  return counts;
}

}  // namespace coldpath::service
