#include "service/job_update.h"

namespace coldpath::service {
namespace {

// Far more writers than a job ever has at a time.
constexpr int kTriesMax = 32;

}  // namespace

base::Result<domain::Job> FindJob(const Context& context, const std::string& user_id,
                                  const std::string& job_id) {
  auto job = context.jobs.GetJob(user_id, job_id);
  if (!job && job.error().code == "store.not_found") {
    return base::Fail("job.not_found", "There is no historical sync " + job_id + ".");
  }
  return job;
}

base::Result<domain::Job> ChangeJob(const Context& context, const std::string& user_id,
                                    const std::string& job_id, const JobChange& change) {
  for (int attempt = 0; attempt < kTriesMax; ++attempt) {
    COLDPATH_ASSIGN_OR_RETURN(domain::Job job, FindJob(context, user_id, job_id));
    JobSideEffects effects;
    COLDPATH_ASSIGN_OR_RETURN(const bool changed, change(job, effects));
    if (!changed) return job;
    auto version = context.jobs.UpdateJob(job, effects.events, effects.outbox);
    if (version) {
      job.version = *version;
      return job;
    }
    if (version.error().code != "store.conflict") return base::Fail(version.error());
  }
  return base::Fail("store.conflict", "The sync is being changed by too many at once; try again.");
}

}  // namespace coldpath::service
