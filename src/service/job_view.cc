#include "service/job_view.h"

#include <algorithm>
#include <array>

#include "service/chunk_scan.h"
#include "service/job_update.h"
#include "service/plan_request.h"

namespace coldpath::service {
namespace {

constexpr std::array<std::string_view, 9> kPhaseNames{
    "pending", "planning",   "fetching", "waiting_for_quota", "finishing", "pausing",
    "paused",  "cancelling", "ended"};

// What the chunks say about a job that runs.
struct ChunkState {
  std::vector<domain::ChunkSpec> open;  // without a result of this execution
  std::int64_t open_calls = 0;
  std::int64_t waiting = 0;
  std::int64_t working = 0;
  std::optional<base::Instant> first_wait_ends;
};

bool IsOpen(const domain::Job& job, const domain::Chunk& chunk) {
  const domain::JobExecution& execution = job.latest();
  switch (chunk.status) {
    case domain::ChunkStatus::kComplete:
      return false;
    case domain::ChunkStatus::kFailed:
      // A retry takes up what an earlier execution left failed.
      return execution.kind == domain::ExecutionKind::kRetry &&
             chunk.attempt_execution != execution.name;
    case domain::ChunkStatus::kNotAttempted:
    case domain::ChunkStatus::kRunning:
      return true;
  }
  return false;
}

base::Result<ChunkState> ReadChunks(const Context& context, const domain::Job& job) {
  const base::Instant now = context.clock.Now();
  ChunkState state;
  COLDPATH_RETURN_IF_ERROR(
      ForEachChunk(context, job.id, std::nullopt, [&](const domain::Chunk& chunk) {
        if (!IsOpen(job, chunk)) return;
        state.open.push_back(chunk.spec);
        state.open_calls += chunk.spec.expected_calls;
        if (chunk.waiting_until && *chunk.waiting_until > now) {
          ++state.waiting;
          state.first_wait_ends =
              std::min(state.first_wait_ends.value_or(*chunk.waiting_until), *chunk.waiting_until);
        } else if (chunk.status == domain::ChunkStatus::kRunning) {
          ++state.working;
        }
      }));
  return state;
}

std::string WaitText(const std::string& provider_title, base::Instant until, base::Instant now) {
  const auto minutes =
      std::chrono::duration_cast<std::chrono::minutes>(until - now + std::chrono::seconds(59));
  return provider_title + " lets us read only so much at a time. This goes on by itself in about " +
         std::to_string(std::max<std::int64_t>(1, minutes.count())) + " min.";
}

base::Status AddRunningDetail(const Context& context, JobView& view) {
  if (view.phase == Phase::kPlanning) return {};
  COLDPATH_ASSIGN_OR_RETURN(ChunkState chunks, ReadChunks(context, view.job));
  const tasks::Provider* provider = context.providers.Find(view.job.provider);
  const bool running = view.phase == Phase::kFetching;
  if (running && chunks.open.empty()) {
    view.phase = Phase::kFinishing;
  } else if (running && chunks.working == 0 && chunks.waiting > 0 && provider != nullptr) {
    view.phase = Phase::kWaitingForQuota;
    view.waiting =
        QuotaWait{*chunks.first_wait_ends, chunks.waiting,
                  WaitText(provider->info().title, *chunks.first_wait_ends, context.clock.Now())};
  }
  const auto connection = context.connections.Get(view.job.user_id, view.job.connection_id);
  if (!running || provider == nullptr || !connection) return {};
  planner::ChunkPlan rest;
  rest.chunks = std::move(chunks.open);
  rest.expected_calls = chunks.open_calls;
  COLDPATH_ASSIGN_OR_RETURN(
      view.remaining, EstimateNow(context, *provider, connection->provider_user_id, std::move(rest),
                                  view.job.max_concurrency));
  if (view.waiting) {
    // Nothing goes on before that.
    const double wait =
        std::chrono::duration<double>(view.waiting->until - context.clock.Now()).count();
    view.remaining->seconds_low = std::max(view.remaining->seconds_low, wait);
    view.remaining->seconds = std::max(view.remaining->seconds, wait);
    view.remaining->seconds_high = std::max(view.remaining->seconds_high, wait);
  }
  return {};
}

base::Result<JobView> Outline(const Context& context, const domain::Job& job) {
  JobView view;
  view.job = job;
  view.phase = PhaseOf(job);
  COLDPATH_ASSIGN_OR_RETURN(view.progress, context.jobs.GetProgress(job.id));
  return view;
}

}  // namespace

std::string_view PhaseName(Phase phase) { return kPhaseNames[static_cast<std::size_t>(phase)]; }

Phase PhaseOf(const domain::Job& job) {
  using domain::JobStatus;
  if (job.status == JobStatus::kSucceeded || job.status == JobStatus::kFailed) return Phase::kEnded;
  if (job.paused) return Phase::kPaused;
  if (job.desired == domain::Desired::kCancel) return Phase::kCancelling;
  if (job.desired == domain::Desired::kPause) return Phase::kPausing;
  if (job.status == JobStatus::kPending) return Phase::kPending;
  return job.planned_chunks == 0 ? Phase::kPlanning : Phase::kFetching;
}

base::Result<JobView> ViewJob(const Context& context, const std::string& user_id,
                              const std::string& job_id) {
  COLDPATH_ASSIGN_OR_RETURN(const domain::Job job, FindJob(context, user_id, job_id));
  COLDPATH_ASSIGN_OR_RETURN(JobView view, Outline(context, job));
  if (job.status == domain::JobStatus::kRunning && !job.paused) {
    COLDPATH_RETURN_IF_ERROR(AddRunningDetail(context, view));
  }
  return view;
}

base::Result<JobViewPage> ListJobViews(const Context& context, const std::string& user_id,
                                       const std::optional<std::string>& cursor, int limit) {
  COLDPATH_ASSIGN_OR_RETURN(const tasks::JobPage page,
                            context.jobs.ListJobs(user_id, cursor, limit));
  JobViewPage views;
  views.next_cursor = page.next_cursor;
  for (const domain::Job& job : page.jobs) {
    COLDPATH_ASSIGN_OR_RETURN(JobView view, Outline(context, job));
    views.jobs.push_back(std::move(view));
  }
  return views;
}

}  // namespace coldpath::service
