#include <algorithm>

#include "planner/cloud_load.h"
#include "planner/cost.h"
#include "tasks/handlers.h"
#include "tasks/job_update.h"
#include "tasks/quota_share.h"

namespace coldpath::tasks {
namespace {

using base::Instant;
using domain::Chunk;
using domain::ChunkStatus;
using domain::Failure;
using domain::FailureKind;

base::Json Answer(std::string_view decision, Instant until, std::string_view reason) {
  return {{"decision", decision}, {"waitUntil", base::FormatInstant(until)}, {"reason", reason}};
}

// A chunk that waits or was interrupted and is not wanted any more is as if nobody had touched it.
base::Status PutBack(const TaskPorts& ports, const TaskPayload& task) {
  const auto chunk = ChangeChunk(ports, task.job_id, task.chunk_id, [](Chunk& row, ChunkWrite&) {
    if (row.status != ChunkStatus::kRunning && !row.waiting_since) return false;
    if (row.status == ChunkStatus::kRunning) {
      row.status = row.failure ? ChunkStatus::kFailed : ChunkStatus::kNotAttempted;
      row.attempt_token.clear();
    }
    row.waiting_since.reset();
    row.waiting_until.reset();
    return true;
  });
  if (!chunk) return base::Fail(chunk.error());
  return {};
}

// Whether the job still wants its chunks: what the person desires, and Pro.
base::Result<bool> Wanted(const TaskPorts& ports, const TaskPayload& task, domain::Job& job) {
  if (job.desired != domain::Desired::kRun || job.status != domain::JobStatus::kRunning) {
    return false;
  }
  if (job.kind != domain::JobKind::kHistorical) return true;
  COLDPATH_ASSIGN_OR_RETURN(const bool pro, ports.entitlements.HasPro(task.user_id));
  if (pro) return true;
  COLDPATH_ASSIGN_OR_RETURN(
      job, ChangeJob(ports, task.user_id, task.job_id, [&](domain::Job& row, JobWrite& write) {
        if (row.desired == domain::Desired::kCancel) return false;
        StopForDowngrade(row);
        write.events.push_back(JobEvent(row, ports.clock.Now()));
        return true;
      }));
  ports.log.Info("job_downgraded", {{"job", task.job_id}});
  return false;
}

// Whether the job may still cost something. One that has spent its budget is cancelled: what came
// in stays, the rest is not attempted.
base::Result<bool> WithinBudget(const TaskPorts& ports, const TaskPayload& task, domain::Job& job) {
  const double budget = ports.settings.job_budget_dollars;
  if (budget <= 0) return true;
  COLDPATH_ASSIGN_OR_RETURN(const domain::JobProgress progress,
                            ports.jobs.GetProgress(task.job_id));
  const double spent = planner::MostDollars(progress);
  if (spent < budget) return true;
  COLDPATH_ASSIGN_OR_RETURN(
      job, ChangeJob(ports, task.user_id, task.job_id, [&](domain::Job& row, JobWrite& write) {
        if (row.desired == domain::Desired::kCancel) return false;
        row.desired = domain::Desired::kCancel;
        row.stop_reason = domain::StopReason::kBudget;
        write.events.push_back(JobEvent(row, ports.clock.Now()));
        return true;
      }));
  ports.log.Warning("job_over_budget",
                    {{"job", task.job_id}, {"dollars", spent}, {"budget", budget}});
  return false;
}

// What makes every call useless before it is made.
std::optional<Failure> Hopeless(const domain::Connection& connection,
                                const planner::StreamInfo* stream) {
  if (connection.status == domain::ConnectionStatus::kNeedsReauth) {
    return Failure{FailureKind::kNeedsReauth,
                   "The provider no longer accepts this connection: connect it again.",
                   {},
                   {}};
  }
  if (stream == nullptr) {
    return Failure{FailureKind::kProviderBug, "The provider no longer has this stream.", {}, {}};
  }
  if (connection.scopes.empty()) return std::nullopt;  // the provider does not say what it granted
  for (const std::string& scope : stream->scopes) {
    if (std::ranges::count(connection.scopes, scope) > 0) continue;
    return Failure{FailureKind::kForbidden,
                   "The permission for this data was not given: connect again and allow it.",
                   {},
                   scope};
  }
  return std::nullopt;
}

// Notes the wait; fails the chunk once its patience is exhausted.
base::Result<base::Json> WaitFor(const TaskPorts& ports, const TaskPayload& task,
                                 const std::string& provider, Instant place, Instant now) {
  Instant until = place;
  bool exhausted = false;
  COLDPATH_ASSIGN_OR_RETURN(
      const Chunk chunk,
      ChangeChunk(ports, task.job_id, task.chunk_id, [&](Chunk& row, ChunkWrite& write) {
        if (!row.waiting_since) row.waiting_since = now;
        const Instant end = *row.waiting_since + ports.settings.patience;
        exhausted = now >= end;
        if (exhausted) return false;
        until = std::min(place, end);
        row.waiting_until = until;
        ++row.waits;
        write.delta.waits = 1;
        return true;
      }));
  if (exhausted) {
    const Failure failure{FailureKind::kProviderLimited,
                          "The provider allowed no call for too long: try again later.",
                          {},
                          {}};
    COLDPATH_ASSIGN_OR_RETURN(
        const Chunk failed, FailChunk(ports, task.job_id, task.chunk_id, task.execution, failure));
    return Answer("skip", now, "patience exhausted");
  }
  ports.metrics.Count("coldpath_provider_waits_total", {{"provider", provider}});
  return Answer("waitUntil", until, "quota");
}

// A place in the queue of launches, so that the machines' provider refuses none: what is refused
// long enough is lost (planner/cloud_load.h). Given back at once, since whoever is let in starts.
base::Result<Instant> LaunchPlace(const TaskPorts& ports, const TaskPayload& task, Instant now) {
  const std::int64_t per_minute = ports.settings.launches_per_minute;
  if (per_minute <= 0) return now;
  const std::string name = task.execution + "/" + task.chunk_id + "/launch";
  COLDPATH_ASSIGN_OR_RETURN(const Instant place,
                            ports.quota.Reserve(name, {planner::LaunchBudget(per_minute)}, 1, now));
  if (place <= now) COLDPATH_RETURN_IF_ERROR(ports.quota.Settle(name, 1, now));
  return place;
}

base::Result<base::Json> Admit(const TaskPorts& ports, const TaskPayload& task) {
  const Instant now = ports.clock.Now();
  COLDPATH_ASSIGN_OR_RETURN(domain::Job job, ports.jobs.GetJob(task.user_id, task.job_id));
  COLDPATH_ASSIGN_OR_RETURN(bool wanted, Wanted(ports, task, job));
  if (wanted) {
    COLDPATH_ASSIGN_OR_RETURN(wanted, WithinBudget(ports, task, job));
  }
  COLDPATH_ASSIGN_OR_RETURN(const Chunk chunk, ports.jobs.GetChunk(task.job_id, task.chunk_id));
  if (!wanted) {
    COLDPATH_RETURN_IF_ERROR(PutBack(ports, task));
    COLDPATH_RETURN_IF_ERROR(ports.quota.Settle(task.execution + "/" + task.chunk_id, 0, now));
    return Answer("skip", now, "the job is to stop");
  }
  const bool done =
      chunk.status == ChunkStatus::kComplete ||
      (chunk.status == ChunkStatus::kFailed && chunk.attempt_execution == task.execution);
  if (done) return Answer("skip", now, "has a result");

  const Provider* provider = ports.providers.Find(job.provider);
  if (provider == nullptr) {
    return base::Fail("task.unknown_provider", "The provider is not configured any more.");
  }
  auto connection = ports.connections.Get(task.user_id, job.connection_id);
  if (!connection && connection.error().code == "store.not_found") {
    connection = domain::Connection{.status = domain::ConnectionStatus::kNeedsReauth};
  }
  if (!connection) return base::Fail(connection.error());
  const auto* stream = planner::FindStream(provider->info(), chunk.spec.stream);
  if (const auto failure = Hopeless(*connection, stream)) {
    COLDPATH_ASSIGN_OR_RETURN(
        const Chunk failed, FailChunk(ports, task.job_id, task.chunk_id, task.execution, *failure));
    return Answer("skip", now, domain::FailureName(failure->kind));
  }
  const QuotaShare share = ShareOf(provider->info(), *stream, *connection, chunk.spec,
                                   task.execution, ports.settings.quota_scale);
  COLDPATH_ASSIGN_OR_RETURN(
      const Instant place, ports.quota.Reserve(share.reservation, share.budgets, share.calls, now));
  if (place > now) return WaitFor(ports, task, job.provider, place, now);
  COLDPATH_ASSIGN_OR_RETURN(const Instant launch, LaunchPlace(ports, task, now));
  if (launch > now) return WaitFor(ports, task, job.provider, launch, now);
  return Answer("run", now, "admitted");
}

}  // namespace

engine::TaskReply AdmitChunk(const TaskPorts& ports, const TaskPayload& task) {
  auto answer = Admit(ports, task);
  if (!answer) return ReplyFailure(answer.error());
  return engine::TaskReply::Success(*std::move(answer));
}

}  // namespace coldpath::tasks
