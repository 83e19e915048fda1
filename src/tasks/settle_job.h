// The end of an execution: counts, manifest, the job's row, the domain event, the push.
#ifndef COLDPATH_TASKS_SETTLE_JOB_H_
#define COLDPATH_TASKS_SETTLE_JOB_H_

#include <string>
#include <vector>

#include "tasks/task_payload.h"
#include "tasks/task_ports.h"

namespace coldpath::tasks {

// HistoricalSyncCompleted, as subscribers get it. Its id comes from the execution: one event each.
OutboxEvent CompletedEvent(const domain::Job& job, const std::string& execution,
                           const std::vector<domain::Chunk>& chunks, base::Instant now);

// Settles the job by what its chunks hold; or as FAILED, where `failure` says why, unless the
// person had cancelled or paused it. Does nothing for an execution that was settled before.
// HistoricalSyncCompleted leaves in the same transaction as the terminal status. The result is the
// job as it stands.
base::Result<domain::Job> SettleJob(const TaskPorts& ports, const TaskPayload& task,
                                    const std::optional<std::string>& failure);

// Tells the person how the execution ended: N-05, N-06, or nothing after a pause or a cancellation.
// At most once per execution and kind.
base::Status TellPerson(const TaskPorts& ports, const domain::Job& job,
                        const std::string& execution);

// Deletes the job's raw payloads and record files that no chunk refers to: of attempts that lost
// or did not come to an end. REQUIRES: no attempt of the job is running.
base::Status CollectGarbage(const TaskPorts& ports, const domain::Job& job,
                            const std::vector<domain::Chunk>& chunks);

}  // namespace coldpath::tasks

#endif  // COLDPATH_TASKS_SETTLE_JOB_H_
