#include "service/failures.h"

#include <algorithm>

#include "service/chunk_scan.h"
#include "service/job_update.h"

namespace coldpath::service {
namespace {

void Join(std::vector<domain::DateRange>& ranges) {
  std::ranges::sort(ranges, {}, &domain::DateRange::start);
  std::vector<domain::DateRange> joined;
  for (const domain::DateRange& range : ranges) {
    if (!joined.empty() && range.start <= joined.back().end) {
      joined.back().end = std::max(joined.back().end, range.end);
    } else {
      joined.push_back(range);
    }
  }
  ranges = std::move(joined);
}

}  // namespace

base::Result<std::vector<FailureGroup>> GroupFailures(const Context& context,
                                                      const std::string& user_id,
                                                      const std::string& job_id) {
  COLDPATH_ASSIGN_OR_RETURN(const domain::Job job, FindJob(context, user_id, job_id));
  std::map<domain::FailureKind, FailureGroup> groups;
  COLDPATH_RETURN_IF_ERROR(
      ForEachChunk(context, job.id, domain::ChunkStatus::kFailed, [&](const domain::Chunk& chunk) {
        const domain::ChunkFailure failure = chunk.failure.value_or(domain::ChunkFailure{
            {domain::FailureKind::kTransient, "The cause was not recorded.", {}, {}}, {}});
        FailureGroup& group = groups[failure.failure.kind];
        if (group.chunks++ == 0) {
          group.kind = failure.failure.kind;
          group.message = failure.failure.message;
        }
        const auto& types = failure.types.empty() ? chunk.spec.types : failure.types;
        for (const domain::DataType type : types) group.ranges[type].push_back(chunk.spec.range);
      }));
  std::vector<FailureGroup> result;
  for (auto& [kind, group] : groups) {
    for (auto& [type, ranges] : group.ranges) Join(ranges);
    result.push_back(std::move(group));
  }
  return result;
}

base::Result<tasks::ChunkPage> ListJobChunks(const Context& context, const std::string& user_id,
                                             const std::string& job_id,
                                             std::optional<domain::ChunkStatus> status,
                                             const std::optional<std::string>& cursor, int limit) {
  COLDPATH_ASSIGN_OR_RETURN(const domain::Job job, FindJob(context, user_id, job_id));
  return context.jobs.ListChunks(job.id, status, cursor, limit);
}

}  // namespace coldpath::service
