// Use case: go on with a paused sync, over the chunks without a result.
#ifndef COLDPATH_SERVICE_RESUME_SYNC_H_
#define COLDPATH_SERVICE_RESUME_SYNC_H_

#include "service/launch.h"

namespace coldpath::service {

// The execution's name is UUIDv5(job, resume number), so that a repetition after a crash finds what
// the first request began. Errors: job.not_found, sync.pro_required, sync.ended,
// sync.execution_running, connection.not_found, connection.needs_reauth.
base::Result<Accepted> ResumeSync(const Context& context, const std::string& user_id,
                                  const std::string& job_id);

}  // namespace coldpath::service

#endif  // COLDPATH_SERVICE_RESUME_SYNC_H_
