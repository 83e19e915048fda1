#include "service/retry_sync.h"

#include <algorithm>

#include "service/chunk_scan.h"
#include "service/connections.h"
#include "service/job_update.h"
#include "service/start_sync.h"
#include "tasks/task_payload.h"

namespace coldpath::service {
namespace {

struct RetryPlan {
  std::vector<std::string> chunk_ids;
  bool grant_lost = false;  // one of them failed for that
};

base::Result<RetryPlan> ChunksToRetry(const Context& context, const domain::Job& job) {
  RetryPlan plan;
  const bool whole_job_failed = job.status == domain::JobStatus::kFailed;
  COLDPATH_RETURN_IF_ERROR(
      ForEachChunk(context, job.id, std::nullopt, [&](const domain::Chunk& chunk) {
        const bool failed = chunk.status == domain::ChunkStatus::kFailed;
        if (!failed && (!whole_job_failed || chunk.status == domain::ChunkStatus::kComplete)) {
          return;
        }
        plan.chunk_ids.push_back(chunk.spec.id);
        plan.grant_lost |=
            chunk.failure && chunk.failure->failure.kind == domain::FailureKind::kNeedsReauth;
      }));
  return plan;
}

// The frozen list is an object of its own because 416 ids do not fit a job's row on DynamoDB.
base::Status Freeze(const Context& context, const domain::Job& job, const std::string& execution,
                    const RetryPlan& plan) {
  return context.objects.Put(tasks::FrozenListKey(job.user_id, job.id, execution),
                             base::DumpJson(base::Json(plan.chunk_ids)));
}

domain::Job WithRetry(const domain::Job& job, const std::string& key) {
  domain::Job next = job;
  next.status = domain::JobStatus::kRunning;
  next.outcome.reset();
  next.ended.reset();
  next.paused = false;
  next.desired = domain::Desired::kRun;
  next.stop_reason = domain::StopReason::kNone;
  next.failure_message.clear();
  domain::JobExecution execution;
  execution.name = key;
  execution.kind = domain::ExecutionKind::kRetry;
  execution.number =
      1 + static_cast<int>(std::ranges::count(job.executions, domain::ExecutionKind::kRetry,
                                              &domain::JobExecution::kind));
  execution.chunk_list = tasks::FrozenListKey(job.user_id, job.id, key);
  execution.input = tasks::ExecutionInput(next.user_id, next.id);
  next.executions.push_back(std::move(execution));
  return next;
}

base::Status CheckMayRetry(const Context& context, const domain::Job& job, const RetryPlan& plan) {
  if (plan.chunk_ids.empty()) {
    return base::Fail("sync.nothing_failed", "Nothing of this sync failed.");
  }
  const auto connection = FindConnection(context, job.user_id, job.connection_id);
  if (!connection) return base::Fail(connection.error());
  if (plan.grant_lost && connection->status == domain::ConnectionStatus::kNeedsReauth) {
    return base::Fail("connection.needs_reauth",
                      "Parts failed because the provider no longer lets us read this person's "
                      "data; connect again first.");
  }
  return {};
}

}  // namespace

base::Result<Accepted> RetrySync(const Context& context, const KeyedRequest& request,
                                 const std::string& job_id) {
  COLDPATH_ASSIGN_OR_RETURN(const domain::Job job, FindJob(context, request.user_id, job_id));
  if (job.kind == domain::JobKind::kHistorical) {
    COLDPATH_RETURN_IF_ERROR(RequirePro(context, request.user_id));
  }
  COLDPATH_ASSIGN_OR_RETURN(const auto known, context.jobs.FindKey(request.key));
  if (known) {
    COLDPATH_RETURN_IF_ERROR(CheckSameRequest(*known, request));
    return AnswerKey(context, *known);
  }
  if (!job.latest().settled) {
    return base::Fail("sync.execution_running",
                      "This sync is running; retry what failed once it has ended.");
  }
  if (job.paused) {
    return base::Fail("sync.execution_running", "This sync is paused; resume it instead.");
  }
  COLDPATH_ASSIGN_OR_RETURN(const RetryPlan plan, ChunksToRetry(context, job));
  COLDPATH_RETURN_IF_ERROR(CheckMayRetry(context, job, plan));
  COLDPATH_RETURN_IF_ERROR(Freeze(context, job, request.key, plan));
  const domain::Job next = WithRetry(job, request.key);
  const tasks::IdempotencyRow row{request.key,        request.user_id, request.route,
                                  request.body_hash,  job.id,          next.latest().input,
                                  context.clock.Now()};
  auto holds = context.jobs.AddExecution(next, row);
  if (!holds && holds.error().code == "store.conflict") {
    return base::Fail("sync.execution_running",
                      "Another request has just changed this sync; look at it and try again.");
  }
  if (!holds) return base::Fail(holds.error());
  COLDPATH_RETURN_IF_ERROR(CheckSameRequest(*holds, request));
  return AnswerKey(context, *holds);
}

}  // namespace coldpath::service
