// What an attempt writes: the claim of a chunk's row, its objects, and the row's switch to them.
#ifndef COLDPATH_TASKS_CHUNK_ATTEMPT_H_
#define COLDPATH_TASKS_CHUNK_ATTEMPT_H_

#include <string>
#include <vector>

#include "tasks/chunk_driver.h"
#include "tasks/task_ports.h"

namespace coldpath::tasks {

// Gives the chunk's attempt to `token`. A chunk that has its result (complete, or failed under this
// very token) is returned as it is.
base::Result<domain::Chunk> ClaimChunk(const TaskPorts& ports, const std::string& job_id,
                                       const std::string& chunk_id, const std::string& token,
                                       const std::string& execution);

// True if the row holds a result that the worker with `token` may report.
bool HasResult(const domain::Chunk& chunk, const std::string& token);

// Stores one page's raw answer; the result is its key.
base::Result<std::string> StoreRawPage(const TaskPorts& ports, const std::string& user_id,
                                       const domain::Chunk& chunk, const KeepRaw& page);

struct AttemptContext {
  std::string user_id;
  std::string provider_user_id;
  std::string provider;
  domain::Chunk chunk;  // as it was claimed
  std::vector<std::string> raw_keys;
  base::Instant begun;
};
// Writes what came of the attempt: record files, then the row, if the attempt still owns it. The
// result is the row as it stands after: another attempt's if this one has lost.
base::Result<domain::Chunk> WriteOutcome(const TaskPorts& ports, const AttemptContext& context,
                                         const ChunkOutcome& outcome);

}  // namespace coldpath::tasks

#endif  // COLDPATH_TASKS_CHUNK_ATTEMPT_H_
