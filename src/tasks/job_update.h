// Reading, changing and writing job and chunk rows against others who do the same; and the progress
// events that tell of it.
#ifndef COLDPATH_TASKS_JOB_UPDATE_H_
#define COLDPATH_TASKS_JOB_UPDATE_H_

#include <functional>
#include <string>
#include <vector>

#include "tasks/task_ports.h"

namespace coldpath::tasks {

// What goes into the same transaction as a job's row.
struct JobWrite {
  std::vector<ProgressEvent> events;
  std::vector<OutboxEvent> outbox;
};
// Reads the job, lets `change` change it and writes it, again from the start when another writer
// was faster. `change` returns false if there is nothing to write. The result is the job as it
// stands.
base::Result<domain::Job> ChangeJob(const TaskPorts& ports, const std::string& user_id,
                                    const std::string& job_id,
                                    const std::function<bool(domain::Job&, JobWrite&)>& change);

struct ChunkWrite {
  ProgressDelta delta;
  std::vector<ProgressEvent> events;
};
base::Result<domain::Chunk> ChangeChunk(
    const TaskPorts& ports, const std::string& job_id, const std::string& chunk_id,
    const std::function<bool(domain::Chunk&, ChunkWrite&)>& change);

// All chunks of a job.
base::Result<std::vector<domain::Chunk>> ReadChunks(JobStore& jobs, const std::string& job_id);

ProgressEvent JobEvent(const domain::Job& job, base::Instant now);
ProgressEvent ChunkEvent(const domain::Chunk& chunk, base::Instant now);

// Null if the job has no such execution.
domain::JobExecution* FindExecution(domain::Job& job, const std::string& name);

// The job stops because its user has lost Pro, unless it was told to stop before.
void StopForDowngrade(domain::Job& job);

// Enters a failure of the whole chunk by `execution`, if that execution has not entered a result
// yet: types that an earlier attempt has brought keep what they have. A worker that still runs has
// lost its attempt.
base::Result<domain::Chunk> FailChunk(const TaskPorts& ports, const std::string& job_id,
                                      const std::string& chunk_id, const std::string& execution,
                                      const domain::Failure& failure);

}  // namespace coldpath::tasks

#endif  // COLDPATH_TASKS_JOB_UPDATE_H_
