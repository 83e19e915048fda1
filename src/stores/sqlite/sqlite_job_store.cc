#include "stores/sqlite/sqlite_job_store.h"

#include <algorithm>
#include <utility>

#include "documents/document.h"
#include "stores/sqlite/job_rows.h"
#include "stores/sqlite/page.h"

namespace coldpath::stores {
namespace {

using documents::CorruptDocument;
using documents::FromMicros;

using base::Result;
using base::Status;

}  // namespace

Result<tasks::IdempotencyRow> SqliteJobStore::CreateJob(const domain::Job& job,
                                                        const tasks::IdempotencyRow& row) {
  return db_.Write([&](Database& database) -> Result<tasks::IdempotencyRow> {
    COLDPATH_ASSIGN_OR_RETURN(auto known, FindKeyRow(database, row.key));
    if (known) return *std::move(known);
    COLDPATH_RETURN_IF_ERROR(InsertJob(database, job));
    COLDPATH_RETURN_IF_ERROR(InsertKey(database, row));
    return row;
  });
}

Result<tasks::IdempotencyRow> SqliteJobStore::AddExecution(const domain::Job& job,
                                                           const tasks::IdempotencyRow& row) {
  return db_.Write([&](Database& database) -> Result<tasks::IdempotencyRow> {
    COLDPATH_ASSIGN_OR_RETURN(auto known, FindKeyRow(database, row.key));
    if (known) return *std::move(known);
    COLDPATH_RETURN_IF_ERROR(WriteJob(database, job));
    COLDPATH_RETURN_IF_ERROR(InsertKey(database, row));
    return row;
  });
}

Result<std::optional<tasks::IdempotencyRow>> SqliteJobStore::FindKey(const std::string& key) {
  return db_.Read([&](Database& database) { return FindKeyRow(database, key); });
}

Result<domain::Job> SqliteJobStore::GetJob(const std::string& user_id, const std::string& job_id) {
  return db_.Read([&](Database& database) -> Result<domain::Job> {
    COLDPATH_ASSIGN_OR_RETURN(
        auto job, FirstRow(database.Query("SELECT job_id, user_id, version, document FROM jobs "
                                          "WHERE user_id=? AND job_id=?",
                                          user_id, job_id),
                           JobFromRow));
    if (!job) return base::Fail(NoSuchJob(job_id));
    return *std::move(job);  // itself a Result: the row may be damaged
  });
}

Result<tasks::JobPage> SqliteJobStore::ListJobs(const std::string& user_id,
                                                const std::optional<std::string>& cursor,
                                                int limit) {
  return db_.Read([&](Database& database) -> Result<tasks::JobPage> {
    tasks::JobPage page;
    // Ids begin with the time of their making; "~" lies behind all of them.
    COLDPATH_RETURN_IF_ERROR(
        ForEachRow(database.Query("SELECT job_id, user_id, version, document FROM jobs "
                                  "WHERE user_id=? AND job_id<? ORDER BY job_id DESC LIMIT ?",
                                  user_id, cursor.value_or("~"), RowsFor(limit)),
                   [&](Statement& row) -> Status {
                     COLDPATH_ASSIGN_OR_RETURN(domain::Job job, JobFromRow(row));
                     page.jobs.push_back(std::move(job));
                     return {};
                   }));
    page.next_cursor = CutPage(page.jobs, limit, [](const domain::Job& job) { return job.id; });
    return page;
  });
}

Result<std::int64_t> SqliteJobStore::UpdateJob(const domain::Job& job,
                                               const std::vector<tasks::ProgressEvent>& events,
                                               const std::vector<tasks::OutboxEvent>& outbox) {
  return db_.Write([&](Database& database) -> Result<std::int64_t> {
    COLDPATH_ASSIGN_OR_RETURN(const std::int64_t version, WriteJob(database, job));
    COLDPATH_ASSIGN_OR_RETURN(const std::int64_t row, FindJobRow(database, job.id));
    COLDPATH_RETURN_IF_ERROR(AppendEvents(database, row, events));
    COLDPATH_RETURN_IF_ERROR(AppendOutbox(database, outbox));
    return version;
  });
}

Result<std::vector<domain::Job>> SqliteJobStore::ListUnsettledJobs() {
  return db_.Read([&](Database& database) -> Result<std::vector<domain::Job>> {
    std::vector<domain::Job> jobs;
    COLDPATH_RETURN_IF_ERROR(
        ForEachRow(database.Query("SELECT job_id, user_id, version, document FROM jobs "
                                  "WHERE unsettled=1 ORDER BY job_id"),
                   [&](Statement& row) -> Status {
                     COLDPATH_ASSIGN_OR_RETURN(domain::Job job, JobFromRow(row));
                     jobs.push_back(std::move(job));
                     return {};
                   }));
    return jobs;
  });
}

Result<std::vector<tasks::ProgressEvent>> SqliteJobStore::ReadEvents(const std::string& job_id,
                                                                     std::int64_t after,
                                                                     int limit) {
  return db_.Read([&](Database& database) -> Result<std::vector<tasks::ProgressEvent>> {
    std::vector<tasks::ProgressEvent> events;
    COLDPATH_RETURN_IF_ERROR(ForEachRow(
        database.Query("SELECT number, time, type, data FROM events "
                       "WHERE job=(SELECT id FROM jobs WHERE job_id=?) AND number>? "
                       "ORDER BY number LIMIT ?",
                       job_id, after, std::max(limit, 1)),
        [&](Statement& row) -> Status {
          base::Result<base::Json> data = base::ParseJson(row.TextView(3));
          if (!data) {
            return base::Fail(
                CorruptDocument("event of job " + job_id, std::move(data).error().message));
          }
          events.push_back({row.Int64(0), FromMicros(row.Int64(1)), row.Text(2), *std::move(data)});
          return {};
        }));
    return events;
  });
}

Result<std::vector<tasks::OutboxEvent>> SqliteJobStore::ReadOutbox(int limit) {
  return db_.Read([&](Database& database) -> Result<std::vector<tasks::OutboxEvent>> {
    std::vector<tasks::OutboxEvent> events;
    COLDPATH_RETURN_IF_ERROR(ForEachRow(
        database.Query("SELECT event_id, type, data, time FROM outbox ORDER BY id LIMIT ?",
                       std::max(limit, 1)),
        [&](Statement& row) -> Status {
          COLDPATH_ASSIGN_OR_RETURN(tasks::OutboxEvent event, OutboxEventFromRow(row));
          events.push_back(std::move(event));
          return {};
        }));
    return events;
  });
}

Status SqliteJobStore::RemoveFromOutbox(const std::string& event_id) {
  return db_.Write([&](Database& database) {
    return database.Run("DELETE FROM outbox WHERE event_id=?", event_id);
  });
}

Status SqliteJobStore::EraseJob(const std::string& user_id, const std::string& job_id) {
  return db_.Write([&](Database& database) -> Status {
    for (const char* const sql :
         {"DELETE FROM jobs WHERE user_id=? AND job_id=?",
          "DELETE FROM outbox WHERE json_extract(data,'$.userId')=? AND "
          "json_extract(data,'$.jobId')=?",
          "DELETE FROM published_events WHERE json_extract(data,'$.userId')=? AND "
          "json_extract(data,'$.jobId')=?",
          "DELETE FROM idempotency_keys WHERE user_id=? AND job_id=?"}) {
      COLDPATH_RETURN_IF_ERROR(database.Run(sql, user_id, job_id));
    }
    return {};
  });
}

Status SqliteJobStore::EraseUser(const std::string& user_id) {
  return db_.Write([&](Database& database) -> Status {
    // Chunks, counters and events go with their job: ON DELETE CASCADE.
    COLDPATH_RETURN_IF_ERROR(database.Run("DELETE FROM jobs WHERE user_id=?", user_id));
    // Events name their user too, those that wait and those that were published.
    for (const char* const sql :
         {"DELETE FROM outbox WHERE json_extract(data,'$.userId')=?",
          "DELETE FROM published_events WHERE json_extract(data,'$.userId')=?"}) {
      COLDPATH_RETURN_IF_ERROR(database.Run(sql, user_id));
    }
    return database.Run("DELETE FROM idempotency_keys WHERE user_id=?", user_id);
  });
}

}  // namespace coldpath::stores
