// The workflow's tasks, one function each (workflow/historical_sync.asl.json says when they run).
// Each may be called again with the same payload, also after a crash in its midst: the second call
// finds what the first has written and changes nothing. An answer with error "Unavailable" asks to
// be tried again.
#ifndef COLDPATH_TASKS_HANDLERS_H_
#define COLDPATH_TASKS_HANDLERS_H_

#include "tasks/task_payload.h"
#include "tasks/task_ports.h"

namespace coldpath::tasks {

// PENDING -> RUNNING; confirms the entitlement (without it the job is cancelled as a downgrade and
// drains); N-04 for a start or a retry.
engine::TaskReply ValidateAndInitiate(const TaskPorts& ports, const TaskPayload& task);

// Plans the chunks once per job, and writes the array of those that this execution is to process.
// Output: {"chunksKey", "maxConcurrency", "chunks"}.
engine::TaskReply CalculateChunks(const TaskPorts& ports, const TaskPayload& task);

// Output: {"decision": "run" | "waitUntil" | "skip", "waitUntil": instant, "reason"}.
engine::TaskReply AdmitChunk(const TaskPorts& ports, const TaskPayload& task);

// `error` is the catcher's {"Error", "Cause"}.
engine::TaskReply LogChunkFailure(const TaskPorts& ports, const TaskPayload& task,
                                  const base::Json& error);

// Adds up, writes the manifest, settles the job. Output: {"outcome": name, "paused" for none}.
engine::TaskReply AggregateResults(const TaskPorts& ports, const TaskPayload& task);

// N-05, N-06, or nothing, as the job's row says.
engine::TaskReply NotifyUser(const TaskPorts& ports, const TaskPayload& task);

// An execution ended (`status`): settles the job unless that has been done, and tells the person
// unless the job is cancelled or paused.
engine::TaskReply ExecutionEnded(const TaskPorts& ports, const TaskPayload& task,
                                 const std::string& status, const base::Json& error);

}  // namespace coldpath::tasks

#endif  // COLDPATH_TASKS_HANDLERS_H_
