#include "service/coverage_view.h"

#include "service/job_update.h"
#include "tasks/job_update.h"
#include "tasks/manifest.h"

namespace coldpath::service {
base::Result<CoverageView> ViewCoverage(const Context& context, const std::string& user_id,
                                        const std::string& job_id) {
  COLDPATH_ASSIGN_OR_RETURN(const domain::Job job, FindJob(context, user_id, job_id));
  COLDPATH_ASSIGN_OR_RETURN(const auto chunks, tasks::ReadChunks(context.jobs, job.id));
  CoverageView view;
  view.coverage = tasks::CoverageOf(job, chunks);
  for (const domain::Chunk& chunk : chunks) {
    for (const domain::TypeResult& result : chunk.results) {
      view.records[result.type] += result.records;
      view.provisional_days[result.type] += result.provisional_days;
    }
  }
  return view;
}

}  // namespace coldpath::service
