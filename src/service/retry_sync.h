// Use case: retry only what failed (FR-6). The list of failed chunks is frozen under the request's
// own Idempotency-Key, and a new execution of the same job runs over exactly them.
#ifndef COLDPATH_SERVICE_RETRY_SYNC_H_
#define COLDPATH_SERVICE_RETRY_SYNC_H_

#include "service/launch.h"

namespace coldpath::service {

// A job that FAILED as a whole is retried over everything that has no result yet, since all of that
// failed. Errors: job.not_found, sync.pro_required, sync.key_foreign, sync.key_reused,
// sync.key_spent, sync.execution_running, sync.nothing_failed, connection.not_found,
// connection.needs_reauth.
base::Result<Accepted> RetrySync(const Context& context, const KeyedRequest& request,
                                 const std::string& job_id);

}  // namespace coldpath::service

#endif  // COLDPATH_SERVICE_RETRY_SYNC_H_
