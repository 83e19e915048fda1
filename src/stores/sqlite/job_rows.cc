#include "stores/sqlite/job_rows.h"

#include <utility>

#include "documents/chunk_document.h"
#include "documents/document.h"
#include "documents/job_document.h"
#include "stores/sqlite/coldpath_db.h"

namespace coldpath::stores {
namespace {

using documents::CorruptDocument;
using documents::DecodeChunk;
using documents::DecodeJob;
using documents::EncodeJob;
using documents::FromMicros;
using documents::ToMicros;

// Recovery looks for these: not begun, or running and not waiting for the person.
bool IsUnsettled(const domain::Job& job) {
  return job.status == domain::JobStatus::kPending ||
         (job.status == domain::JobStatus::kRunning && !job.paused);
}

}  // namespace

base::Error NoSuchJob(const std::string& job_id) {
  return {"store.not_found", "there is no job " + job_id};
}

base::Error JobChanged(const std::string& job_id) {
  return {"store.conflict", "job " + job_id + " has changed meanwhile: read it again"};
}

base::Result<std::int64_t> FindJobRow(Database& database, const std::string& job_id) {
  COLDPATH_ASSIGN_OR_RETURN(const auto row,
                            FirstRow(database.Query("SELECT id FROM jobs WHERE job_id=?", job_id),
                                     [](Statement& found) { return found.Int64(0); }));
  if (!row) return base::Fail(NoSuchJob(job_id));
  return *row;
}

base::Status InsertJob(Database& database, const domain::Job& job) {
  COLDPATH_RETURN_IF_ERROR(database.Run(
      "INSERT INTO jobs(job_id, user_id, version, unsettled, document) VALUES(?,?,?,?,?)", job.id,
      job.user_id, job.version, IsUnsettled(job), EncodeJob(job)));
  return database.Run("INSERT INTO job_progress(job) VALUES(?)", database.LastInsertRowid());
}

base::Result<std::int64_t> WriteJob(Database& database, const domain::Job& job) {
  COLDPATH_RETURN_IF_ERROR(
      database.Run("UPDATE jobs SET version=version+1, unsettled=?, document=? "
                   "WHERE user_id=? AND job_id=? AND version=?",
                   IsUnsettled(job), EncodeJob(job), job.user_id, job.id, job.version));
  if (database.Changes() == 1) return job.version + 1;
  COLDPATH_ASSIGN_OR_RETURN(
      const auto there, FirstRow(database.Query("SELECT 1 FROM jobs WHERE user_id=? AND job_id=?",
                                                job.user_id, job.id),
                                 [](Statement&) { return true; }));
  return base::Fail(there ? JobChanged(job.id) : NoSuchJob(job.id));
}

base::Result<domain::Job> JobFromRow(const Statement& row) {
  COLDPATH_ASSIGN_OR_RETURN(domain::Job job, DecodeJob("job " + row.Text(0), row.TextView(3)));
  job.id = row.Text(0);
  job.user_id = row.Text(1);
  job.version = row.Int64(2);
  return job;
}

base::Result<std::optional<tasks::IdempotencyRow>> FindKeyRow(Database& database,
                                                              const std::string& key) {
  return FirstRow(
      database.Query("SELECT key, user_id, route, body_hash, job_id, execution_input, created "
                     "FROM idempotency_keys WHERE key=?",
                     key),
      [](Statement& found) {
        return tasks::IdempotencyRow{.key = found.Text(0),
                                     .user_id = found.Text(1),
                                     .route = found.Text(2),
                                     .body_hash = found.Text(3),
                                     .job_id = found.Text(4),
                                     .execution_input = found.Text(5),
                                     .created = FromMicros(found.Int64(6))};
      });
}

base::Status InsertKey(Database& database, const tasks::IdempotencyRow& row) {
  return database.Run(
      "INSERT INTO idempotency_keys(key, user_id, route, body_hash, job_id, execution_input, "
      "created) VALUES(?,?,?,?,?,?,?)",
      row.key, row.user_id, row.route, row.body_hash, row.job_id, row.execution_input,
      ToMicros(row.created));
}

base::Status AppendEvents(Database& database, std::int64_t job_row,
                          const std::vector<tasks::ProgressEvent>& events) {
  if (events.empty()) return {};
  const auto count = static_cast<std::int64_t>(events.size());
  COLDPATH_ASSIGN_OR_RETURN(
      const auto last,
      FirstRow(database.Query("UPDATE job_progress SET last_event=last_event+? WHERE job=? "
                              "RETURNING last_event",
                              count, job_row),
               [](Statement& found) { return found.Int64(0); }));
  std::int64_t number = last.value_or(count) - count;
  for (const tasks::ProgressEvent& event : events) {
    COLDPATH_RETURN_IF_ERROR(
        database.Run("INSERT INTO events(job, number, time, type, data) VALUES(?,?,?,?,?)", job_row,
                     ++number, ToMicros(event.time), event.type, base::DumpJson(event.data)));
  }
  return {};
}

base::Status AppendOutbox(Database& database, const std::vector<tasks::OutboxEvent>& events) {
  for (const tasks::OutboxEvent& event : events) {
    COLDPATH_RETURN_IF_ERROR(database.Run(
        "INSERT INTO outbox(event_id, type, data, time) VALUES(?,?,?,?) ON CONFLICT DO NOTHING",
        event.id, event.type, base::DumpJson(event.data), ToMicros(event.time)));
  }
  return {};
}

base::Result<domain::Chunk> ChunkFromRow(const std::string& job_id, const Statement& row) {
  const std::string chunk_id = row.Text(0);
  const std::string what = "chunk " + chunk_id + " of job " + job_id;
  COLDPATH_ASSIGN_OR_RETURN(domain::Chunk chunk, DecodeChunk(what, row.TextView(3)));
  const std::optional<domain::ChunkStatus> status = domain::FindChunkStatus(row.TextView(1));
  if (!status) return base::Fail(CorruptDocument(what, "unknown status"));
  chunk.job_id = job_id;
  chunk.spec.id = chunk_id;
  chunk.status = *status;
  chunk.version = row.Int64(2);
  return chunk;
}

base::Result<tasks::OutboxEvent> OutboxEventFromRow(const Statement& row) {
  tasks::OutboxEvent event{
      .id = row.Text(0), .type = row.Text(1), .data = {}, .time = FromMicros(row.Int64(3))};
  base::Result<base::Json> data = base::ParseJson(row.TextView(2));
  if (!data) return base::Fail(CorruptDocument("event " + event.id, data.error().message));
  event.data = *std::move(data);
  return event;
}

}  // namespace coldpath::stores
