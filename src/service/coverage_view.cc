#include "service/coverage_view.h"

#include "service/job_update.h"
#include "tasks/job_update.h"
#include "tasks/manifest.h"

namespace coldpath::service {
namespace {

// What the chunk's open days are shown as.
std::optional<char> LookOf(const domain::Chunk& chunk, base::Instant now) {
  using domain::ChunkStatus;
  const bool open =
      chunk.status == ChunkStatus::kNotAttempted || chunk.status == ChunkStatus::kRunning;
  // An attempt that met the provider's limit leaves its row running until the next one takes it.
  if (open && chunk.waiting_until && *chunk.waiting_until > now) return kWaitingForQuota;
  if (chunk.status == ChunkStatus::kRunning) return kBeingFetched;
  return std::nullopt;
}

void ShowWork(const domain::Chunk& chunk, base::Instant now, CoverageView& view) {
  const std::optional<char> look = LookOf(chunk, now);
  if (!look) return;
  for (const domain::DataType type : chunk.spec.types) {
    const auto coverage = view.coverage.find(type);
    if (coverage == view.coverage.end()) continue;
    const domain::DateRange all = coverage->second.range;
    const domain::DateRange days = domain::Intersect(chunk.spec.range, all);
    for (domain::Date day = days.start; day < days.end; day += std::chrono::days(1)) {
      if (coverage->second.At(day) != domain::DayState::kNotAttempted) continue;
      view.days[type][static_cast<std::size_t>((day - all.start).count())] = *look;
    }
  }
}

}  // namespace

base::Result<CoverageView> ViewCoverage(const Context& context, const std::string& user_id,
                                        const std::string& job_id) {
  COLDPATH_ASSIGN_OR_RETURN(const domain::Job job, FindJob(context, user_id, job_id));
  COLDPATH_ASSIGN_OR_RETURN(const auto chunks, tasks::ReadChunks(context.jobs, job.id));
  CoverageView view;
  view.coverage = tasks::CoverageOf(job, chunks);
  for (const auto& [type, coverage] : view.coverage) view.days[type] = coverage.days;
  const bool runs = job.status == domain::JobStatus::kRunning && !job.paused;
  const base::Instant now = context.clock.Now();
  for (const domain::Chunk& chunk : chunks) {
    if (runs) ShowWork(chunk, now, view);
    for (const domain::TypeResult& result : chunk.results) {
      view.records[result.type] += result.records;
      view.provisional_days[result.type] += result.provisional_days;
    }
  }
  return view;
}

}  // namespace coldpath::service
