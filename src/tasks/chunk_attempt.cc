#include "tasks/chunk_attempt.h"

#include <utility>

#include "base/crypto.h"
#include "planner/cost.h"
#include "records/raw_file.h"
#include "records/record_file.h"
#include "tasks/job_update.h"

namespace coldpath::tasks {
namespace {

using domain::Chunk;
using domain::ChunkStatus;
using domain::FailureKind;

// Every type's record file; equal records give the same key, so that doing it again writes the same
// object.
base::Result<std::vector<domain::TypeResult>> StoreRecords(const TaskPorts& ports,
                                                           const AttemptContext& context,
                                                           const ChunkOutcome& outcome) {
  std::vector<domain::TypeResult> results;
  for (const auto& [type, brought] : outcome.types) {
    domain::TypeResult result{.type = type,
                              .coverage = brought.coverage,
                              .records = static_cast<std::int64_t>(brought.records.size()),
                              .provisional_days = brought.provisional_days};
    if (!brought.records.empty()) {
      const std::string bytes = records::EncodeRecordFile(
          {.provider = context.provider, .provider_user = context.provider_user_id, .type = type},
          brought.records);
      result.sha256 = base::Sha256Hex(bytes);
      result.object_key = RecordsKey(context.user_id, context.chunk.job_id, context.chunk.spec.id,
                                     domain::Info(type).name, result.sha256);
      COLDPATH_RETURN_IF_ERROR(ports.objects.Put(result.object_key, bytes));
    }
    results.push_back(std::move(result));
  }
  return results;
}

std::int64_t CountRecords(const std::vector<domain::TypeResult>& results) {
  std::int64_t records = 0;
  for (const domain::TypeResult& result : results) records += result.records;
  return records;
}

void EnterResult(const AttemptContext& context, const ChunkOutcome& outcome,
                 std::vector<domain::TypeResult> results, Chunk& row, ProgressDelta& delta) {
  row.status = outcome.failure ? ChunkStatus::kFailed : ChunkStatus::kComplete;
  delta.chunks_done = 1;
  delta.chunks_failed = outcome.failure ? 1 : 0;
  delta.records = CountRecords(results);
  row.results = std::move(results);
  row.failure = outcome.failure;
  row.raw_keys = context.raw_keys;
  row.waiting_since.reset();
  row.waiting_until.reset();
}

// What the attempt costs beyond what its claim has entered.
void MeterWork(base::Duration worked, Chunk& row, ProgressDelta& delta) {
  delta.billed_seconds = planner::BilledSeconds(worked) - planner::kLeastBilledSeconds;
  row.billed_seconds += delta.billed_seconds;
}

// The attempt is over without a result.
void EnterEnd(const domain::Failure& failure, base::Instant now, Chunk& row, ProgressDelta& delta) {
  if (failure.kind == FailureKind::kRateLimited) {
    ++row.waits;
    delta.waits = 1;
    if (!row.waiting_since) row.waiting_since = now;
    row.waiting_until = failure.retry_at;
  }
  if (failure.kind == FailureKind::kJobStopped) {
    row.status = row.failure ? ChunkStatus::kFailed : ChunkStatus::kNotAttempted;
    row.waiting_since.reset();
    row.waiting_until.reset();
  }
}

}  // namespace

bool HasResult(const Chunk& chunk, const std::string& token) {
  return chunk.status == ChunkStatus::kComplete ||
         (chunk.status == ChunkStatus::kFailed && chunk.attempt_token == token);
}

base::Result<Chunk> ClaimChunk(const TaskPorts& ports, const std::string& job_id,
                               const std::string& chunk_id, const std::string& token,
                               const std::string& execution) {
  return ChangeChunk(ports, job_id, chunk_id, [&](Chunk& row, ChunkWrite& write) {
    if (HasResult(row, token)) return false;
    if (row.attempt_token == token && row.status == ChunkStatus::kRunning) return false;
    row.status = ChunkStatus::kRunning;
    ++row.attempt;
    row.attempt_token = token;
    row.attempt_execution = execution;
    // The least that a worker costs, also one that never says a word again.
    row.billed_seconds += planner::kLeastBilledSeconds;
    write.delta = {.attempts = 1, .billed_seconds = planner::kLeastBilledSeconds};
    write.events.push_back(ChunkEvent(row, ports.clock.Now()));
    return true;
  });
}

base::Result<std::string> StoreRawPage(const TaskPorts& ports, const std::string& user_id,
                                       const Chunk& chunk, const KeepRaw& page) {
  std::string key = RawKey(user_id, chunk.job_id, chunk.spec.id, chunk.attempt, page.page);
  const std::string bytes =
      records::EncodeRawFile({records::KeepExchange(page.request, page.response)});
  COLDPATH_RETURN_IF_ERROR(ports.objects.Put(key, bytes));
  return key;
}

base::Result<Chunk> WriteOutcome(const TaskPorts& ports, const AttemptContext& context,
                                 const ChunkOutcome& outcome) {
  const bool settles = !outcome.failure || Settles(outcome.failure->failure.kind);
  std::vector<domain::TypeResult> results;
  if (settles) {
    COLDPATH_ASSIGN_OR_RETURN(results, StoreRecords(ports, context, outcome));
  }
  const base::Instant now = ports.clock.Now();
  bool won = false;
  COLDPATH_ASSIGN_OR_RETURN(
      const Chunk chunk, ChangeChunk(ports, context.chunk.job_id, context.chunk.spec.id,
                                     [&](Chunk& row, ChunkWrite& write) {
                                       won = row.status == ChunkStatus::kRunning &&
                                             row.attempt == context.chunk.attempt &&
                                             row.attempt_token == context.chunk.attempt_token;
                                       if (!won) return false;
                                       row.provider_calls += outcome.calls;
                                       row.bytes += outcome.bytes;
                                       write.delta.provider_calls = outcome.calls;
                                       write.delta.bytes = outcome.bytes;
                                       MeterWork(now - context.begun, row, write.delta);
                                       if (settles) {
                                         EnterResult(context, outcome, results, row, write.delta);
                                       } else {
                                         EnterEnd(outcome.failure->failure, now, row, write.delta);
                                       }
                                       write.events.push_back(ChunkEvent(row, now));
                                       return true;
                                     }));
  if (won && settles) {
    ports.metrics.Count("coldpath_chunks_total",
                        {{"result", outcome.failure ? "failed" : "complete"}});
    ports.log.Info("chunk_settled",
                   {{"job", chunk.job_id},
                    {"chunk", chunk.spec.id},
                    {"attempt", chunk.attempt},
                    {"status", domain::ChunkStatusName(chunk.status)},
                    {"records", CountRecords(chunk.results)},
                    {"where", outcome.failure ? outcome.failure->failure.where : ""}});
  }
  return chunk;
}

}  // namespace coldpath::tasks
