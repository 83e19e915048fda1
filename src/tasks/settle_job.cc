#include "tasks/settle_job.h"

#include <set>
#include <utility>

#include "base/ids.h"
#include "planner/cost.h"
#include "tasks/job_update.h"
#include "tasks/manifest.h"

namespace coldpath::tasks {
namespace {

using domain::Chunk;
using domain::Job;
using domain::JobStatus;

Settlement Decide(const Job& job, const std::vector<Chunk>& chunks,
                  const std::optional<std::string>& failure) {
  const Settlement drained = Settle(job, chunks);
  if (!failure || drained.paused || drained.outcome == domain::JobOutcome::kCancelled) {
    return drained;
  }
  return {JobStatus::kFailed, std::nullopt, false};
}

void CountEnd(const TaskPorts& ports, const Job& job, const domain::JobProgress& progress) {
  const std::string outcome =
      job.outcome ? std::string(domain::Name(*job.outcome)) : (job.paused ? "paused" : "failed");
  // The alarms of deploy/aws/template.yaml read this line.
  ports.log.Info("execution_settled", {{"job", job.id},
                                       {"outcome", outcome},
                                       {"attempts", progress.attempts},
                                       {"billed_seconds", progress.billed_seconds},
                                       {"dollars", planner::MostDollars(progress)}});
  if (job.paused) return;
  ports.metrics.Count("coldpath_jobs_ended_total", {{"outcome", outcome}});
  ports.metrics.Observe("coldpath_job_seconds",
                        std::chrono::duration<double>(*job.ended - job.created).count(), {});
}

}  // namespace

OutboxEvent CompletedEvent(const Job& job, const std::string& execution,
                           const std::vector<Chunk>& chunks, base::Instant now) {
  base::Json types = base::Json::array();
  for (const domain::DataType type : job.types) types.push_back(domain::Info(type).name);
  base::Json data{{"jobId", job.id},
                  {"userId", job.user_id},
                  {"connectionId", job.connection_id},
                  {"provider", job.provider},
                  {"kind", domain::Name(job.kind)},
                  {"execution", execution},
                  {"status", domain::Name(job.status)},
                  {"outcome", nullptr},
                  {"start", base::FormatDate(job.range.start)},
                  {"end", base::FormatDate(job.range.end)},
                  {"types", std::move(types)},
                  {"coverage", CountsJson(domain::Count(CoverageOf(job, chunks)))}};
  if (job.outcome) data["outcome"] = domain::Name(*job.outcome);
  return {.id = base::MakeUuidV5(base::kColdpathNamespace, "completed/" + execution),
          .type = "HistoricalSyncCompleted",
          .data = std::move(data),
          .time = now};
}

base::Status CollectGarbage(const TaskPorts& ports, const Job& job,
                            const std::vector<Chunk>& chunks) {
  std::set<std::string> kept;
  for (const Chunk& chunk : chunks) {
    kept.insert(chunk.raw_keys.begin(), chunk.raw_keys.end());
    for (const domain::TypeResult& result : chunk.results) {
      if (result.object_key.empty()) continue;
      kept.insert(result.object_key);
      kept.insert(DailyKey(result.object_key));
    }
  }
  const std::string prefix = JobPrefix(job.user_id, job.id);
  COLDPATH_ASSIGN_OR_RETURN(const std::vector<std::string> keys, ports.objects.List(prefix));
  for (const std::string& key : keys) {
    // Only what attempts write, and what is derived from it: lists and manifests of executions
    // stay.
    const std::string_view rest = std::string_view(key).substr(prefix.size());
    if (!rest.starts_with("records/") && !rest.starts_with("raw/") && !rest.starts_with("daily/")) {
      continue;
    }
    if (kept.contains(key)) continue;
    COLDPATH_RETURN_IF_ERROR(ports.objects.Delete(key));
  }
  return {};
}

base::Result<Job> SettleJob(const TaskPorts& ports, const TaskPayload& task,
                            const std::optional<std::string>& failure) {
  const base::Instant now = ports.clock.Now();
  COLDPATH_ASSIGN_OR_RETURN(const std::vector<Chunk> chunks, ReadChunks(ports.jobs, task.job_id));
  bool settled = false;
  std::optional<base::Error> broken;
  const auto change = [&](Job& job, JobWrite& write) {
    settled = false;
    domain::JobExecution* execution = FindExecution(job, task.execution);
    if (execution == nullptr) {
      broken = {"task.invalid_job", "The job does not expect this execution."};
      return false;
    }
    if (execution->settled) return false;
    const Settlement result = Decide(job, chunks, failure);
    execution->settled = true;
    job.status = result.status;
    job.outcome = result.outcome;
    job.paused = result.paused;
    if (!result.paused) job.ended = now;
    job.failure_message = job.status == JobStatus::kFailed ? failure.value_or("") : "";
    job.manifest_key = ManifestKey(job.user_id, job.id, task.execution);
    // Before the row that names it; a second settling writes the same content again.
    const auto written =
        ports.objects.Put(job.manifest_key, base::DumpJson(MakeManifest(job, chunks, now)));
    if (!written) {
      broken = written.error();
      return false;
    }
    write.events.push_back(JobEvent(job, now));
    if (!job.paused) write.outbox.push_back(CompletedEvent(job, task.execution, chunks, now));
    settled = true;
    return true;
  };
  COLDPATH_ASSIGN_OR_RETURN(const Job job, ChangeJob(ports, task.user_id, task.job_id, change));
  if (broken) return base::Fail(*broken);
  if (settled) {
    const domain::JobProgress progress = ProgressOf(chunks);
    CountEnd(ports, job, progress);
    COLDPATH_RETURN_IF_ERROR(ports.jobs.ResetProgress(job.id, progress));
  }
  return job;
}

base::Status TellPerson(const TaskPorts& ports, const Job& job, const std::string& execution) {
  if (job.paused || job.outcome == domain::JobOutcome::kCancelled) return {};
  if (job.status != JobStatus::kSucceeded && job.status != JobStatus::kFailed) return {};
  const NotificationKind kind = job.outcome == domain::JobOutcome::kComplete
                                    ? NotificationKind::kCompleted
                                    : NotificationKind::kFinishedWithErrors;
  return ports.notifier.Notify({.key = execution + "/" + std::string(NotificationCode(kind)),
                                .user_id = job.user_id,
                                .job_id = job.id,
                                .kind = kind,
                                .push = job.kind == domain::JobKind::kHistorical,
                                .time = ports.clock.Now()});
}

}  // namespace coldpath::tasks
