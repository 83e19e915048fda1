// Rows of coldpath.db that several writes of the job store share. Each function is a step of a
// transaction that its caller holds.
#ifndef COLDPATH_STORES_SQLITE_JOB_ROWS_H_
#define COLDPATH_STORES_SQLITE_JOB_ROWS_H_

#include <optional>
#include <string>
#include <vector>

#include "stores/sqlite/database.h"
#include "tasks/job_store.h"

namespace coldpath::stores {

base::Error NoSuchJob(const std::string& job_id);
base::Error JobChanged(const std::string& job_id);

// The number of the job's row. Error: store.not_found.
base::Result<std::int64_t> FindJobRow(Database& database, const std::string& job_id);
// Error: store.conflict if the job exists.
base::Status InsertJob(Database& database, const domain::Job& job);
// Writes `job` if its version is the stored one; the result is the next. Errors: store.not_found,
// store.conflict.
base::Result<std::int64_t> WriteJob(Database& database, const domain::Job& job);
// Columns: job_id, user_id, version, document.
base::Result<domain::Job> JobFromRow(const Statement& row);

base::Result<std::optional<tasks::IdempotencyRow>> FindKeyRow(Database& database,
                                                              const std::string& key);
base::Status InsertKey(Database& database, const tasks::IdempotencyRow& row);

// Numbers the events after the last one of the job.
base::Status AppendEvents(Database& database, std::int64_t job_row,
                          const std::vector<tasks::ProgressEvent>& events);
// An event that waits already is not added again.
base::Status AppendOutbox(Database& database, const std::vector<tasks::OutboxEvent>& events);

// Columns: chunk_id, status, version, document.
base::Result<domain::Chunk> ChunkFromRow(const std::string& job_id, const Statement& row);
// Columns: event_id, type, data, time.
base::Result<tasks::OutboxEvent> OutboxEventFromRow(const Statement& row);

}  // namespace coldpath::stores

#endif  // COLDPATH_STORES_SQLITE_JOB_ROWS_H_
