// Use case: put right what a crash or a lost message left behind.
#ifndef COLDPATH_SERVICE_RECOVERY_H_
#define COLDPATH_SERVICE_RECOVERY_H_

#include <functional>

#include "engine/task_invoker.h"
#include "service/context.h"

namespace coldpath::service {

// The handler of an execution's end (tasks/): settles the job and notifies; idempotent.
using ExecutionEnded = std::function<base::Status(const engine::ExecutionEnd&)>;

struct RecoveryCounts {
  int launched = 0;  // persisted, never launched; or the first week of a new connection, never made
  int settled = 0;   // RUNNING, and their execution has ended
  int failed = 0;    // could not be put right now; the next pass tries again
};

// One pass over the jobs that are PENDING, or RUNNING and not paused, and over the connections
// whose first week is due. Safe to run anywhere, any number of times, also beside live requests: on
// AWS a schedule does. Error: the index cannot be read.
base::Result<RecoveryCounts> RecoverJobs(const Context& context, const ExecutionEnded& ended);

}  // namespace coldpath::service

#endif  // COLDPATH_SERVICE_RECOVERY_H_
