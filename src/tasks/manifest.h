// The manifest of a job: what is known about every requested day of every type, and what was
// stored.
//
// ON DISK, JSON: {"format": "coldpath.manifest/1", "content": {...}, "run": {...}}. `content`
// depends on the provider's data alone: two imports of the same data give the same bytes. `run`
// says how this one went (ids, calls, waits, times, failures).
#ifndef COLDPATH_TASKS_MANIFEST_H_
#define COLDPATH_TASKS_MANIFEST_H_

#include <vector>

#include "base/json.h"
#include "domain/chunk.h"
#include "domain/job.h"

namespace coldpath::tasks {

// Every requested day of every type of the job. Days that no chunk covers are older than what the
// provider keeps, once the job was planned.
domain::Coverage CoverageOf(const domain::Job& job, const std::vector<domain::Chunk>& chunks);

domain::JobProgress ProgressOf(const std::vector<domain::Chunk>& chunks);

// What an execution that has drained means for its job.
struct Settlement {
  domain::JobStatus status = domain::JobStatus::kSucceeded;
  std::optional<domain::JobOutcome> outcome;
  bool paused = false;
};
Settlement Settle(const domain::Job& job, const std::vector<domain::Chunk>& chunks);

base::Json CountsJson(const domain::CoverageCounts& counts);

// REQUIRES: the coverage adds up (it does by construction; the check guards what is written).
base::Json MakeManifest(const domain::Job& job, const std::vector<domain::Chunk>& chunks,
                        base::Instant now);

}  // namespace coldpath::tasks

#endif  // COLDPATH_TASKS_MANIFEST_H_
