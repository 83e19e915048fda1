#include "service/manifest_view.h"

#include "service/job_update.h"

namespace coldpath::service {

base::Result<std::string> ReadManifest(const Context& context, const std::string& user_id,
                                       const std::string& job_id) {
  COLDPATH_ASSIGN_OR_RETURN(const domain::Job job, FindJob(context, user_id, job_id));
  if (job.manifest_key.empty()) {
    return base::Fail("job.no_manifest", "This sync has no manifest before it has ended once.");
  }
  return context.objects.Get(job.manifest_key);
}

}  // namespace coldpath::service
