// Use cases: cancel and pause. Both only write what the person desires; AdmitChunk and, between
// pages, the running workers obey it. StopExecution is for operators.
#ifndef COLDPATH_SERVICE_STOP_SYNC_H_
#define COLDPATH_SERVICE_STOP_SYNC_H_

#include "service/launch.h"

namespace coldpath::service {

// Asked again while it is being cancelled: accepted. A paused job has nothing that runs and is
// cancelled at once. Errors: job.not_found, sync.ended.
base::Result<Accepted> CancelSync(const Context& context, const std::string& user_id,
                                  const std::string& job_id,
                                  domain::StopReason reason = domain::StopReason::kUser);

// Asked again of a paused or pausing job: accepted. Errors: job.not_found, sync.ended,
// sync.being_cancelled.
base::Result<Accepted> PauseSync(const Context& context, const std::string& user_id,
                                 const std::string& job_id);

}  // namespace coldpath::service

#endif  // COLDPATH_SERVICE_STOP_SYNC_H_
