#include <algorithm>
#include <set>

#include "planner/chunk_plan.h"
#include "tasks/handlers.h"
#include "tasks/job_update.h"

namespace coldpath::tasks {
namespace {

using domain::Chunk;
using domain::ChunkStatus;
using domain::Job;

// Plans the job's chunks and puts them into the store. The plan depends on the job alone (its day
// of creation stands for today), so that doing it again after a crash gives the same chunks.
base::Result<Job> Plan(const TaskPorts& ports, const Job& job) {
  const Provider* provider = ports.providers.Find(job.provider);
  if (provider == nullptr) {
    return base::Fail("task.unknown_provider", "The provider is not configured any more.");
  }
  const auto today = base::LocalDate(job.created, std::chrono::hours(14));
  COLDPATH_ASSIGN_OR_RETURN(
      const planner::ChunkPlan plan,
      planner::PlanChunks(provider->info(),
                          {.range = job.range, .types = job.types, .today = today, .scopes = {}}));
  COLDPATH_RETURN_IF_ERROR(ports.jobs.PutChunks(job.id, plan.chunks));
  return ChangeJob(ports, job.user_id, job.id, [&](Job& row, JobWrite& write) {
    row.planned_chunks = static_cast<std::int64_t>(plan.chunks.size());
    row.planned_calls = plan.expected_calls;
    row.minimum_calls = plan.minimum_calls;
    write.events.push_back(JobEvent(row, ports.clock.Now()));
    return true;
  });
}

// The ids on the frozen list of a retry.
base::Result<std::set<std::string>> ReadFrozenList(ObjectStore& objects, const std::string& key) {
  COLDPATH_ASSIGN_OR_RETURN(const std::string text, objects.Get(key));
  COLDPATH_ASSIGN_OR_RETURN(const base::Json list, base::ParseJson(text));
  std::set<std::string> ids;
  for (const base::Json& id : list) {
    if (!id.is_string()) return base::Fail("task.invalid_list", "The list of chunks is damaged.");
    ids.insert(id.get<std::string>());
  }
  return ids;
}

base::Result<std::vector<Chunk>> ToProcess(const TaskPorts& ports,
                                           const domain::JobExecution& execution,
                                           const std::vector<Chunk>& all) {
  std::vector<Chunk> chosen;
  if (execution.chunk_list.empty()) {
    std::ranges::copy_if(all, std::back_inserter(chosen), [](const Chunk& chunk) {
      return chunk.status == ChunkStatus::kNotAttempted || chunk.status == ChunkStatus::kRunning;
    });
  } else {
    COLDPATH_ASSIGN_OR_RETURN(const std::set<std::string> ids,
                              ReadFrozenList(ports.objects, execution.chunk_list));
    std::ranges::copy_if(all, std::back_inserter(chosen), [&ids](const Chunk& chunk) {
      return ids.contains(chunk.spec.id) && chunk.status != ChunkStatus::kComplete;
    });
  }
  // Newest days first: a person sees value at once.
  std::ranges::sort(chosen, [](const Chunk& a, const Chunk& b) {
    return a.spec.range.end != b.spec.range.end ? a.spec.range.end > b.spec.range.end
                                                : a.spec.id < b.spec.id;
  });
  return chosen;
}

// Counts what is done already: the chunks that are about to be processed are not.
domain::JobProgress ProgressBefore(const std::vector<Chunk>& all,
                                   const std::vector<Chunk>& to_process) {
  std::set<std::string> pending;
  for (const Chunk& chunk : to_process) pending.insert(chunk.spec.id);
  domain::JobProgress progress;
  for (const Chunk& chunk : all) {
    ++progress.chunks_total;
    progress.provider_calls += chunk.provider_calls;
    progress.bytes += chunk.bytes;
    progress.attempts += chunk.attempt;
    progress.billed_seconds += chunk.billed_seconds;
    progress.waits += chunk.waits;
    if (pending.contains(chunk.spec.id)) continue;
    if (chunk.status == ChunkStatus::kFailed) ++progress.chunks_failed;
    const bool done =
        chunk.status == ChunkStatus::kFailed || chunk.status == ChunkStatus::kComplete;
    if (!done) continue;
    ++progress.chunks_done;
    for (const auto& result : chunk.results) progress.records += result.records;
  }
  return progress;
}

base::Json Item(const domain::ChunkSpec& spec) {
  base::Json types = base::Json::array();
  for (const domain::DataType type : spec.types) types.push_back(domain::Info(type).name);
  return {{"id", spec.id},
          {"stream", spec.stream},
          {"start", base::FormatDate(spec.range.start)},
          {"end", base::FormatDate(spec.range.end)},
          {"types", std::move(types)},
          {"expectedCalls", spec.expected_calls}};
}

base::Result<base::Json> Calculate(const TaskPorts& ports, const TaskPayload& task) {
  COLDPATH_ASSIGN_OR_RETURN(Job job, ports.jobs.GetJob(task.user_id, task.job_id));
  if (job.planned_chunks == 0) {
    COLDPATH_ASSIGN_OR_RETURN(job, Plan(ports, job));
  }
  const domain::JobExecution* execution = FindExecution(job, task.execution);
  if (execution == nullptr) {
    return base::Fail("task.invalid_job", "The job does not expect this execution.");
  }
  COLDPATH_ASSIGN_OR_RETURN(const std::vector<Chunk> all, ReadChunks(ports.jobs, job.id));
  COLDPATH_ASSIGN_OR_RETURN(const std::vector<Chunk> chosen, ToProcess(ports, *execution, all));
  COLDPATH_RETURN_IF_ERROR(ports.jobs.ResetProgress(job.id, ProgressBefore(all, chosen)));
  base::Json items = base::Json::array();
  for (const Chunk& chunk : chosen) items.push_back(Item(chunk.spec));
  const std::string key = ChunkArrayKey(job.user_id, job.id, task.execution);
  COLDPATH_RETURN_IF_ERROR(ports.objects.Put(key, base::DumpJson(items)));
  return base::Json{
      {"chunksKey", key}, {"maxConcurrency", job.max_concurrency}, {"chunks", chosen.size()}};
}

}  // namespace

engine::TaskReply CalculateChunks(const TaskPorts& ports, const TaskPayload& task) {
  auto output = Calculate(ports, task);
  if (!output) return ReplyFailure(output.error());
  return engine::TaskReply::Success(*std::move(output));
}

}  // namespace coldpath::tasks
