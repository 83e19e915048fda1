// The chunk half of SqliteJobStore.
#include <algorithm>
#include <utility>

#include "documents/chunk_document.h"
#include "stores/sqlite/job_rows.h"
#include "stores/sqlite/page.h"
#include "stores/sqlite/sqlite_job_store.h"

namespace coldpath::stores {
namespace {

using documents::EncodeChunk;

using base::Result;
using base::Status;

base::Error NoSuchChunk(const std::string& job_id, const std::string& chunk_id) {
  return {"store.not_found", "there is no chunk " + chunk_id + " of job " + job_id};
}

Status WriteChunk(Database& database, std::int64_t job_row, const domain::Chunk& chunk) {
  COLDPATH_RETURN_IF_ERROR(
      database.Run("UPDATE chunks SET version=version+1, status=?, document=? "
                   "WHERE job=? AND chunk_id=? AND version=?",
                   domain::ChunkStatusName(chunk.status), EncodeChunk(chunk), job_row,
                   chunk.spec.id, chunk.version));
  if (database.Changes() == 1) return {};
  COLDPATH_ASSIGN_OR_RETURN(
      const auto there, FirstRow(database.Query("SELECT 1 FROM chunks WHERE job=? AND chunk_id=?",
                                                job_row, chunk.spec.id),
                                 [](Statement&) { return true; }));
  if (!there) return base::Fail(NoSuchChunk(chunk.job_id, chunk.spec.id));
  return base::Fail("store.conflict", "chunk " + chunk.spec.id + " of job " + chunk.job_id +
                                          " has changed meanwhile: read it again");
}

}  // namespace

Status SqliteJobStore::PutChunks(const std::string& job_id,
                                 const std::vector<domain::ChunkSpec>& chunks) {
  return db_.Write([&](Database& database) -> Status {
    COLDPATH_ASSIGN_OR_RETURN(const std::int64_t row, FindJobRow(database, job_id));
    for (const domain::ChunkSpec& spec : chunks) {
      domain::Chunk chunk;
      chunk.spec = spec;
      COLDPATH_RETURN_IF_ERROR(
          database.Run("INSERT INTO chunks(job, chunk_id, status, version, document) "
                       "VALUES(?,?,?,0,?) ON CONFLICT DO NOTHING",
                       row, spec.id, domain::ChunkStatusName(chunk.status), EncodeChunk(chunk)));
    }
    return database.Run(
        "UPDATE job_progress SET chunks_total=(SELECT count(*) FROM chunks WHERE job=?1) "
        "WHERE job=?1",
        row);
  });
}

Result<domain::Chunk> SqliteJobStore::GetChunk(const std::string& job_id,
                                               const std::string& chunk_id) {
  return db_.Read([&](Database& database) -> Result<domain::Chunk> {
    COLDPATH_ASSIGN_OR_RETURN(
        auto chunk,
        FirstRow(database.Query("SELECT chunk_id, status, version, document FROM chunks "
                                "WHERE job=(SELECT id FROM jobs WHERE job_id=?) AND chunk_id=?",
                                job_id, chunk_id),
                 [&](Statement& row) { return ChunkFromRow(job_id, row); }));
    if (!chunk) return base::Fail(NoSuchChunk(job_id, chunk_id));
    return *std::move(chunk);
  });
}

Result<tasks::ChunkPage> SqliteJobStore::ListChunks(const std::string& job_id,
                                                    std::optional<domain::ChunkStatus> status,
                                                    const std::optional<std::string>& cursor,
                                                    int limit) {
  return db_.Read([&](Database& database) -> Result<tasks::ChunkPage> {
    const std::string after = cursor.value_or("");
    auto rows = status ? database.Query(
                             "SELECT chunk_id, status, version, document FROM chunks "
                             "WHERE job=(SELECT id FROM jobs WHERE job_id=?) AND status=? "
                             "AND chunk_id>? ORDER BY chunk_id LIMIT ?",
                             job_id, domain::ChunkStatusName(*status), after, RowsFor(limit))
                       : database.Query(
                             "SELECT chunk_id, status, version, document FROM chunks "
                             "WHERE job=(SELECT id FROM jobs WHERE job_id=?) "
                             "AND chunk_id>? ORDER BY chunk_id LIMIT ?",
                             job_id, after, RowsFor(limit));
    tasks::ChunkPage page;
    COLDPATH_RETURN_IF_ERROR(ForEachRow(std::move(rows), [&](Statement& row) -> Status {
      COLDPATH_ASSIGN_OR_RETURN(domain::Chunk chunk, ChunkFromRow(job_id, row));
      page.chunks.push_back(std::move(chunk));
      return {};
    }));
    page.next_cursor =
        CutPage(page.chunks, limit, [](const domain::Chunk& chunk) { return chunk.spec.id; });
    return page;
  });
}

Result<std::int64_t> SqliteJobStore::UpdateChunk(const domain::Chunk& chunk,
                                                 const tasks::ProgressDelta& delta,
                                                 const std::vector<tasks::ProgressEvent>& events) {
  return db_.Write([&](Database& database) -> Result<std::int64_t> {
    COLDPATH_ASSIGN_OR_RETURN(const std::int64_t row, FindJobRow(database, chunk.job_id));
    COLDPATH_RETURN_IF_ERROR(WriteChunk(database, row, chunk));
    COLDPATH_RETURN_IF_ERROR(
        database.Run("UPDATE job_progress SET chunks_done=chunks_done+?, "
                     "chunks_failed=chunks_failed+?, records=records+?, "
                     "provider_calls=provider_calls+?, bytes=bytes+?, attempts=attempts+?, "
                     "billed_seconds=billed_seconds+?, waits=waits+? WHERE job=?",
                     delta.chunks_done, delta.chunks_failed, delta.records, delta.provider_calls,
                     delta.bytes, delta.attempts, delta.billed_seconds, delta.waits, row));
    COLDPATH_RETURN_IF_ERROR(AppendEvents(database, row, events));
    return chunk.version + 1;
  });
}

Result<domain::JobProgress> SqliteJobStore::GetProgress(const std::string& job_id) {
  return db_.Read([&](Database& database) -> Result<domain::JobProgress> {
    COLDPATH_ASSIGN_OR_RETURN(
        const auto progress,
        FirstRow(database.Query(
                     "SELECT chunks_total, chunks_done, chunks_failed, records, "
                     "provider_calls, bytes, attempts, billed_seconds, waits FROM job_progress "
                     "WHERE job=(SELECT id FROM jobs WHERE job_id=?)",
                     job_id),
                 [](Statement& row) {
                   return domain::JobProgress{.chunks_total = row.Int64(0),
                                              .chunks_done = row.Int64(1),
                                              .chunks_failed = row.Int64(2),
                                              .records = row.Int64(3),
                                              .provider_calls = row.Int64(4),
                                              .bytes = row.Int64(5),
                                              .attempts = row.Int64(6),
                                              .billed_seconds = row.Int64(7),
                                              .waits = row.Int64(8)};
                 }));
    if (!progress) return base::Fail(NoSuchJob(job_id));
    return *progress;
  });
}

Status SqliteJobStore::ResetProgress(const std::string& job_id,
                                     const domain::JobProgress& progress) {
  return db_.Write([&](Database& database) -> Status {
    COLDPATH_ASSIGN_OR_RETURN(const std::int64_t row, FindJobRow(database, job_id));
    return database.Run(
        "UPDATE job_progress SET chunks_total=?, chunks_done=?, chunks_failed=?, records=?, "
        "provider_calls=?, bytes=?, attempts=?, billed_seconds=?, waits=? WHERE job=?",
        progress.chunks_total, progress.chunks_done, progress.chunks_failed, progress.records,
        progress.provider_calls, progress.bytes, progress.attempts, progress.billed_seconds,
        progress.waits, row);
  });
}

}  // namespace coldpath::stores
