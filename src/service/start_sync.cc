#include "service/start_sync.h"

#include "base/ids.h"
#include "tasks/task_payload.h"

namespace coldpath::service {
namespace {

domain::Job MakeJob(const Context& context, const KeyedRequest& request, const SyncWish& wish,
                    const PreparedSync& prepared, double estimated_seconds) {
  domain::Job job;
  job.created = context.clock.Now();
  job.id = base::MakeUuidV7(job.created, context.random);
  job.user_id = request.user_id;
  job.connection_id = prepared.connection.id;
  job.provider = prepared.connection.provider;
  job.range = wish.range;
  job.types = prepared.types;
  job.max_concurrency = prepared.max_concurrency;
  job.minimum_calls = prepared.plan.minimum_calls;
  job.estimated_seconds = estimated_seconds;
  domain::JobExecution execution;
  execution.name = request.key;
  execution.input = tasks::ExecutionInput(job.user_id, job.id);
  job.executions.push_back(std::move(execution));
  return job;
}

}  // namespace

base::Status RequirePro(const Context& context, const std::string& user_id) {
  COLDPATH_ASSIGN_OR_RETURN(const bool pro, context.entitlements.HasPro(user_id));
  if (pro) return {};
  return base::Fail("sync.pro_required", "Historical syncs belong to Pro.");
}

base::Result<Accepted> StartSync(const Context& context, const KeyedRequest& request,
                                 const SyncWish& wish) {
  COLDPATH_RETURN_IF_ERROR(RequirePro(context, request.user_id));
  // A key that is known is answered from its row alone: whatever has changed since (the connection,
  // the day), a repetition is told the same.
  COLDPATH_ASSIGN_OR_RETURN(const auto known, context.jobs.FindKey(request.key));
  if (known) {
    COLDPATH_RETURN_IF_ERROR(CheckSameRequest(*known, request));
    return AnswerKey(context, *known);
  }
  COLDPATH_ASSIGN_OR_RETURN(const PreparedSync prepared,
                            PrepareSync(context, request.user_id, wish));
  if (prepared.connection.status == domain::ConnectionStatus::kNeedsReauth) {
    return base::Fail("connection.needs_reauth",
                      prepared.provider->info().title +
                          " no longer lets us read this person's data; connect again first.");
  }
  COLDPATH_ASSIGN_OR_RETURN(
      const planner::Estimate estimate,
      EstimateNow(context, *prepared.provider, prepared.connection.provider_user_id, prepared.plan,
                  prepared.max_concurrency));
  const domain::Job job = MakeJob(context, request, wish, prepared, estimate.seconds);
  const tasks::IdempotencyRow row{request.key, request.user_id,    request.route, request.body_hash,
                                  job.id,      job.latest().input, job.created};
  COLDPATH_ASSIGN_OR_RETURN(const tasks::IdempotencyRow holds, context.jobs.CreateJob(job, row));
  COLDPATH_RETURN_IF_ERROR(CheckSameRequest(holds, request));
  return AnswerKey(context, holds);
}

}  // namespace coldpath::service
