#include "tasks/manifest.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace coldpath::tasks {
namespace {

using domain::Chunk;
using domain::ChunkStatus;
using domain::DayState;
using domain::FailureKind;
using domain::Job;

base::Json RangeJson(const domain::DateRange& range) {
  return {{"start", base::FormatDate(range.start)}, {"end", base::FormatDate(range.end)}};
}

base::Json TypeNames(const std::vector<domain::DataType>& types) {
  std::vector<std::string_view> names;
  for (const domain::DataType type : types) names.push_back(domain::Info(type).name);
  std::ranges::sort(names);
  return names;
}

void SetDays(domain::TypeCoverage& coverage, const domain::DateRange& range, DayState state) {
  const domain::DateRange days = domain::Intersect(coverage.range, range);
  for (base::Date day = days.start; day < days.end; day += std::chrono::days(1)) {
    coverage.Set(day, state);
  }
}

void AddChunk(const Chunk& chunk, domain::Coverage& coverage) {
  for (const domain::DataType type : chunk.spec.types) {
    const auto row = coverage.find(type);
    if (row == coverage.end()) continue;
    const bool failed = chunk.status == ChunkStatus::kFailed;
    SetDays(row->second, chunk.spec.range, failed ? DayState::kFailed : DayState::kNotAttempted);
  }
  for (const domain::TypeResult& result : chunk.results) {
    const auto row = coverage.find(result.type);
    if (row == coverage.end()) continue;
    const domain::DateRange days = domain::Intersect(row->second.range, result.coverage.range);
    for (base::Date day = days.start; day < days.end; day += std::chrono::days(1)) {
      row->second.Set(day, result.coverage.At(day));
    }
  }
}

bool IsDone(const Chunk& chunk) {
  return chunk.status == ChunkStatus::kComplete || chunk.status == ChunkStatus::kFailed;
}

// One chunk in the content part. Object keys hold ids of this run, so that checksums stand for
// them.
base::Json ChunkContent(const Chunk& chunk) {
  std::vector<domain::TypeResult> sorted = chunk.results;
  std::ranges::sort(sorted, {}, [](const auto& one) { return domain::Info(one.type).name; });
  base::Json results = base::Json::array();
  for (const domain::TypeResult& result : sorted) {
    results.push_back({{"type", domain::Info(result.type).name},
                       {"days", result.coverage.days},
                       {"records", result.records},
                       {"sha256", result.sha256}});
  }
  return {{"id", chunk.spec.id},
          {"range", RangeJson(chunk.spec.range)},
          {"results", std::move(results)}};
}

base::Json Content(const Job& job, std::vector<Chunk> chunks, const domain::Coverage& coverage) {
  std::ranges::sort(chunks, {}, [](const Chunk& chunk) { return chunk.spec.id; });
  std::int64_t records = 0;
  base::Json parts = base::Json::array();
  for (const Chunk& chunk : chunks) {
    parts.push_back(ChunkContent(chunk));
    for (const domain::TypeResult& result : chunk.results) records += result.records;
  }
  base::Json types = base::Json::object();
  for (const auto& [type, days] : coverage) {
    const domain::CoverageCounts counts = domain::Count(days);
    COLDPATH_CHECK(counts.AddsUp());
    types[std::string(domain::Info(type).name)] = {{"counts", CountsJson(counts)},
                                                   {"days", days.days}};
  }
  return {{"provider", job.provider},
          {"range", RangeJson(job.range)},
          {"coverage", CountsJson(domain::Count(coverage))},
          {"types", std::move(types)},
          {"chunks", std::move(parts)},
          {"records", records}};
}

base::Json Failures(const std::vector<Chunk>& chunks) {
  base::Json failures = base::Json::array();
  for (const Chunk& chunk : chunks) {
    if (chunk.status != ChunkStatus::kFailed || !chunk.failure) continue;
    failures.push_back({{"chunk", chunk.spec.id},
                        {"range", RangeJson(chunk.spec.range)},
                        {"types", TypeNames(chunk.failure->types)},
                        {"kind", domain::FailureName(chunk.failure->failure.kind)},
                        {"message", chunk.failure->failure.message},
                        {"where", chunk.failure->failure.where}});
  }
  return failures;
}

base::Json Run(const Job& job, const std::vector<Chunk>& chunks, base::Instant now) {
  const domain::JobProgress progress = ProgressOf(chunks);
  std::int64_t waits = 0;
  std::int64_t attempts = 0;
  std::map<std::string, std::int64_t> provisional;
  for (const Chunk& chunk : chunks) {
    waits += chunk.waits;
    attempts += chunk.attempt;
    for (const domain::TypeResult& result : chunk.results) {
      if (result.provisional_days == 0) continue;
      provisional[std::string(domain::Info(result.type).name)] += result.provisional_days;
    }
  }
  base::Json executions = base::Json::array();
  for (const domain::JobExecution& execution : job.executions) {
    executions.push_back({{"name", execution.name}, {"kind", domain::Name(execution.kind)}});
  }
  base::Json run{{"jobId", job.id},
                 {"status", domain::Name(job.status)},
                 {"outcome", nullptr},
                 {"paused", job.paused},
                 {"executions", std::move(executions)},
                 {"written", base::FormatInstant(now)},
                 {"providerCalls", progress.provider_calls},
                 {"minimumCalls", job.minimum_calls},
                 {"bytes", progress.bytes},
                 {"attempts", attempts},
                 {"waits", waits},
                 {"provisionalDays", provisional},
                 {"failures", Failures(chunks)}};
  if (job.outcome) run["outcome"] = domain::Name(*job.outcome);
  if (job.started) run["started"] = base::FormatInstant(*job.started);
  return run;
}

}  // namespace

domain::Coverage CoverageOf(const Job& job, const std::vector<Chunk>& chunks) {
  const DayState rest =
      job.planned_chunks > 0 ? DayState::kBeyondProviderHistory : DayState::kNotAttempted;
  domain::Coverage coverage;
  for (const domain::DataType type : job.types) {
    coverage[type] = {job.range, std::string(static_cast<std::size_t>(job.range.days()),
                                             static_cast<char>(rest))};
  }
  for (const Chunk& chunk : chunks) AddChunk(chunk, coverage);
  return coverage;
}

domain::JobProgress ProgressOf(const std::vector<Chunk>& chunks) {
  domain::JobProgress progress;
  for (const Chunk& chunk : chunks) {
    ++progress.chunks_total;
    if (IsDone(chunk)) ++progress.chunks_done;
    if (chunk.status == ChunkStatus::kFailed) ++progress.chunks_failed;
    for (const domain::TypeResult& result : chunk.results) progress.records += result.records;
    progress.provider_calls += chunk.provider_calls;
    progress.bytes += chunk.bytes;
    progress.attempts += chunk.attempt;
    progress.billed_seconds += chunk.billed_seconds;
    progress.waits += chunk.waits;
  }
  return progress;
}

Settlement Settle(const Job& job, const std::vector<Chunk>& chunks) {
  const bool left = !std::ranges::all_of(chunks, IsDone) || job.planned_chunks == 0;
  if (left && job.desired == domain::Desired::kPause) {
    return {domain::JobStatus::kRunning, std::nullopt, true};
  }
  if (left && job.desired == domain::Desired::kCancel) {
    return {domain::JobStatus::kSucceeded, domain::JobOutcome::kCancelled, false};
  }
  std::int64_t failed = 0;
  std::int64_t limited = 0;
  bool reauth = false;
  for (const Chunk& chunk : chunks) {
    if (chunk.status != ChunkStatus::kFailed) continue;
    ++failed;
    if (!chunk.failure) continue;
    reauth |= chunk.failure->failure.kind == FailureKind::kNeedsReauth;
    if (chunk.failure->failure.kind == FailureKind::kProviderLimited) ++limited;
  }
  domain::JobOutcome outcome = domain::JobOutcome::kComplete;
  if (reauth) {
    // What the person has to do comes first: without it no retry helps.
    outcome = domain::JobOutcome::kNeedsReauth;
  } else if (left || failed > limited) {
    outcome = domain::JobOutcome::kCompleteWithGaps;
  } else if (failed > 0) {
    outcome = domain::JobOutcome::kProviderLimited;
  }
  return {domain::JobStatus::kSucceeded, outcome, false};
}

base::Json CountsJson(const domain::CoverageCounts& counts) {
  return {{"requested", counts.requested},
          {"complete", counts.complete},
          {"empty", counts.empty},
          {"failed", counts.failed},
          {"beyond_provider_history", counts.beyond_provider_history},
          {"not_attempted", counts.not_attempted}};
}

base::Json MakeManifest(const Job& job, const std::vector<Chunk>& chunks, base::Instant now) {
  const domain::Coverage coverage = CoverageOf(job, chunks);
  COLDPATH_CHECK(domain::Count(coverage).AddsUp());
  return {{"format", "coldpath.manifest/1"},
          {"content", Content(job, chunks, coverage)},
          {"run", Run(job, chunks, now)}};
}

}  // namespace coldpath::tasks
