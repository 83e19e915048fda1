// Port: jobs, their chunks, their progress, their idempotency keys and their outbox. Adapters:
// SQLite (stores/) and DynamoDB (aws/). Every write is one conditional write or one small
// transaction, as DynamoDB has them; every read is by key or by one index.
#ifndef COLDPATH_TASKS_JOB_STORE_H_
#define COLDPATH_TASKS_JOB_STORE_H_

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "domain/chunk.h"
#include "domain/job.h"

namespace coldpath::tasks {

// What an Idempotency-Key was used for. The first authority on it.
struct IdempotencyRow {
  std::string key;  // the UUID, lower case; also the execution's name
  std::string user_id;
  std::string route;      // "POST /v1/historical-syncs"
  std::string body_hash;  // SHA-256 (hex) of the canonical JSON body
  std::string job_id;
  std::string execution_input;
  base::Instant created;
};

// One numbered row of a job's progress, as the SSE stream sends it.
struct ProgressEvent {
  std::int64_t number = 0;  // from 1, without gaps per job
  base::Instant time;
  std::string type;  // "job", "chunk"
  base::Json data;
};

// A domain event that waits to be published; removed once a publisher has taken it.
struct OutboxEvent {
  std::string id;    // the event's own id: subscribers drop a second delivery
  std::string type;  // "HistoricalSyncCompleted"
  base::Json data;
  base::Instant time;
};

struct JobPage {
  std::vector<domain::Job> jobs;  // newest first
  std::optional<std::string> next_cursor;
};
struct ChunkPage {
  std::vector<domain::Chunk> chunks;  // in order of their ids
  std::optional<std::string> next_cursor;
};

// What a chunk's write adds to the job's counters, and says on its progress stream; in one
// transaction with it.
struct ProgressDelta {
  std::int64_t chunks_done = 0;
  std::int64_t chunks_failed = 0;
  std::int64_t records = 0;
  std::int64_t provider_calls = 0;
  std::int64_t bytes = 0;
  std::int64_t attempts = 0;
  std::int64_t billed_seconds = 0;
  std::int64_t waits = 0;
};

// Thread-safe; calls block until durable. Errors: store.conflict (a condition did not hold: read
// again), store.not_found, store.io, store.full, store.read_only.
class JobStore {
 public:
  virtual ~JobStore() = default;

  // Writes job and key in one transaction if neither the key nor the job exists. The result is the
  // row that holds now: equal to `row` if this call wrote it, else the one that was there (job not
  // written).
  virtual base::Result<IdempotencyRow> CreateJob(const domain::Job& job,
                                                 const IdempotencyRow& row) = 0;
  // Adds an execution (retry, resume) to a job: writes `job` at `job.version` and the key if the
  // key does not exist. store.conflict if the job has changed since. If the key exists the existing
  // row is the result, nothing is written.
  virtual base::Result<IdempotencyRow> AddExecution(const domain::Job& job,
                                                    const IdempotencyRow& row) = 0;
  virtual base::Result<std::optional<IdempotencyRow>> FindKey(const std::string& key) = 0;

  // PK = USER#{user}, SK = HISTORICAL##{job}: nobody else's job is found. store.not_found.
  virtual base::Result<domain::Job> GetJob(const std::string& user_id,
                                           const std::string& job_id) = 0;
  virtual base::Result<JobPage> ListJobs(const std::string& user_id,
                                         const std::optional<std::string>& cursor, int limit) = 0;
  // Writes `job` if the stored version is job.version, and counts it up; the result is the new
  // version. The events and outbox rows are written in the same transaction.
  virtual base::Result<std::int64_t> UpdateJob(const domain::Job& job,
                                               const std::vector<ProgressEvent>& events,
                                               const std::vector<OutboxEvent>& outbox) = 0;
  // Jobs PENDING, or RUNNING and not paused, of all users: the sparse index that recovery reads.
  virtual base::Result<std::vector<domain::Job>> ListUnsettledJobs() = 0;

  // Writes the plan's chunks that are not there yet, and sets the job's total. Idempotent.
  virtual base::Status PutChunks(const std::string& job_id,
                                 const std::vector<domain::ChunkSpec>& chunks) = 0;
  virtual base::Result<domain::Chunk> GetChunk(const std::string& job_id,
                                               const std::string& chunk_id) = 0;
  // Absent `status`: all.
  virtual base::Result<ChunkPage> ListChunks(const std::string& job_id,
                                             std::optional<domain::ChunkStatus> status,
                                             const std::optional<std::string>& cursor,
                                             int limit) = 0;
  // Writes `chunk` if the stored version is chunk.version; adds `delta` to the job's counters and
  // the events to its stream, in one transaction. The result is the new version.
  virtual base::Result<std::int64_t> UpdateChunk(const domain::Chunk& chunk,
                                                 const ProgressDelta& delta,
                                                 const std::vector<ProgressEvent>& events) = 0;
  virtual base::Result<domain::JobProgress> GetProgress(const std::string& job_id) = 0;
  // Sets the counters to what the chunks say; for the start of a retry.
  virtual base::Status ResetProgress(const std::string& job_id,
                                     const domain::JobProgress& progress) = 0;
  // Events with number > `after`. The number in the events given to the writes above is ignored:
  // the store counts.
  virtual base::Result<std::vector<ProgressEvent>> ReadEvents(const std::string& job_id,
                                                              std::int64_t after, int limit) = 0;

  virtual base::Result<std::vector<OutboxEvent>> ReadOutbox(int limit) = 0;
  virtual base::Status RemoveFromOutbox(const std::string& event_id) = 0;

  // Forgets one job: its chunks, counters, events, keys, and what waits in the outbox about it.
  // Succeeds if there is none.
  virtual base::Status EraseJob(const std::string& user_id, const std::string& job_id) = 0;
  // Forgets all of a user: jobs, chunks, events, keys. For DELETE /v1/me.
  virtual base::Status EraseUser(const std::string& user_id) = 0;
};

}  // namespace coldpath::tasks

#endif  // COLDPATH_TASKS_JOB_STORE_H_
