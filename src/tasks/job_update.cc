#include "tasks/job_update.h"

#include <algorithm>
#include <utility>

namespace coldpath::tasks {
namespace {

using domain::Chunk;
using domain::Job;

// More writers than this at one row at a time would be a fault of ours.
constexpr int kMostTries = 20;
constexpr int kChunksAPage = 500;

bool IsConflict(const base::Error& error) { return error.code == "store.conflict"; }

}  // namespace

base::Result<Job> ChangeJob(const TaskPorts& ports, const std::string& user_id,
                            const std::string& job_id,
                            const std::function<bool(Job&, JobWrite&)>& change) {
  base::Error last;
  for (int i = 0; i < kMostTries; ++i) {
    COLDPATH_ASSIGN_OR_RETURN(Job job, ports.jobs.GetJob(user_id, job_id));
    JobWrite write;
    if (!change(job, write)) return job;
    const auto version = ports.jobs.UpdateJob(job, write.events, write.outbox);
    if (version) {
      job.version = *version;
      return job;
    }
    if (!IsConflict(version.error())) return base::Fail(version.error());
    last = version.error();
  }
  return base::Fail(last);
}

base::Result<Chunk> ChangeChunk(const TaskPorts& ports, const std::string& job_id,
                                const std::string& chunk_id,
                                const std::function<bool(Chunk&, ChunkWrite&)>& change) {
  base::Error last;
  for (int i = 0; i < kMostTries; ++i) {
    COLDPATH_ASSIGN_OR_RETURN(Chunk chunk, ports.jobs.GetChunk(job_id, chunk_id));
    ChunkWrite write;
    if (!change(chunk, write)) return chunk;
    const auto version = ports.jobs.UpdateChunk(chunk, write.delta, write.events);
    if (version) {
      chunk.version = *version;
      return chunk;
    }
    if (!IsConflict(version.error())) return base::Fail(version.error());
    last = version.error();
  }
  return base::Fail(last);
}

base::Result<std::vector<Chunk>> ReadChunks(JobStore& jobs, const std::string& job_id) {
  std::vector<Chunk> chunks;
  std::optional<std::string> cursor;
  do {
    COLDPATH_ASSIGN_OR_RETURN(ChunkPage page,
                              jobs.ListChunks(job_id, std::nullopt, cursor, kChunksAPage));
    std::ranges::move(page.chunks, std::back_inserter(chunks));
    cursor = std::move(page.next_cursor);
  } while (cursor);
  return chunks;
}

ProgressEvent JobEvent(const Job& job, base::Instant now) {
  base::Json data{{"jobId", job.id},
                  {"status", domain::Name(job.status)},
                  {"paused", job.paused},
                  {"desired", domain::Name(job.desired)},
                  {"outcome", nullptr}};
  if (job.outcome) data["outcome"] = domain::Name(*job.outcome);
  return {.time = now, .type = "job", .data = std::move(data)};
}

ProgressEvent ChunkEvent(const Chunk& chunk, base::Instant now) {
  base::Json data{{"chunkId", chunk.spec.id},
                  {"stream", chunk.spec.stream},
                  {"start", base::FormatDate(chunk.spec.range.start)},
                  {"end", base::FormatDate(chunk.spec.range.end)},
                  {"status", domain::ChunkStatusName(chunk.status)}};
  std::int64_t records = 0;
  for (const domain::TypeResult& result : chunk.results) records += result.records;
  data["records"] = records;
  if (chunk.status == domain::ChunkStatus::kFailed && chunk.failure) {
    data["failure"] = {{"kind", domain::FailureName(chunk.failure->failure.kind)},
                       {"message", chunk.failure->failure.message}};
  }
  return {.time = now, .type = "chunk", .data = std::move(data)};
}

domain::JobExecution* FindExecution(Job& job, const std::string& name) {
  const auto found = std::ranges::find(job.executions, name, &domain::JobExecution::name);
  return found == job.executions.end() ? nullptr : &*found;
}

void StopForDowngrade(Job& job) {
  if (job.desired == domain::Desired::kCancel) return;
  job.desired = domain::Desired::kCancel;
  job.stop_reason = domain::StopReason::kDowngrade;
}

base::Result<Chunk> FailChunk(const TaskPorts& ports, const std::string& job_id,
                              const std::string& chunk_id, const std::string& execution,
                              const domain::Failure& failure) {
  bool entered = false;
  auto chunk = ChangeChunk(ports, job_id, chunk_id, [&](Chunk& row, ChunkWrite& write) {
    entered = row.status != domain::ChunkStatus::kComplete &&
              !(row.status == domain::ChunkStatus::kFailed && row.attempt_execution == execution);
    if (!entered) return false;
    domain::ChunkFailure entry{.failure = failure, .types = {}};
    for (const domain::DataType type : row.spec.types) {
      const bool kept = std::ranges::any_of(
          row.results, [type](const domain::TypeResult& one) { return one.type == type; });
      if (!kept) entry.types.push_back(type);
    }
    row.status = domain::ChunkStatus::kFailed;
    row.failure = std::move(entry);
    row.attempt_execution = execution;
    row.attempt_token.clear();
    row.waiting_since.reset();
    row.waiting_until.reset();
    write.delta = {.chunks_done = 1, .chunks_failed = 1};
    write.events.push_back(ChunkEvent(row, ports.clock.Now()));
    return true;
  });
  if (chunk && entered) {
    ports.metrics.Count("coldpath_chunks_total", {{"result", "failed"}});
    ports.log.Warning("chunk_failed", {{"job", job_id},
                                       {"chunk", chunk_id},
                                       {"kind", domain::FailureName(failure.kind)},
                                       {"where", failure.where},
                                       {"message", failure.message}});
  }
  return chunk;
}

}  // namespace coldpath::tasks
