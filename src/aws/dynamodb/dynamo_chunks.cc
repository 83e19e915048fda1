// The chunk half of DynamoJobStore.
#include <algorithm>
#include <utility>

#include "aws/dynamodb/dynamo_job_store.h"
#include "aws/dynamodb/job_items.h"
#include "aws/dynamodb/table_schema.h"

namespace coldpath::aws {
namespace {

using base::Result;
using base::Status;
using dynamodb::Change;
using dynamodb::FindNumber;
using dynamodb::Holds;
using dynamodb::Item;
using dynamodb::PutWrite;
using dynamodb::TableQuery;
using dynamodb::Write;

// How often the number of a job's next event is read anew before the caller is told to try later.
// All workers of a job count on in the same row.
constexpr int kMostTries = 40;

base::Error NoSuchJob(const std::string& job_id) {
  return {"store.not_found", "there is no job " + job_id};
}

base::Error NoSuchChunk(const std::string& job_id, const std::string& chunk_id) {
  return {"store.not_found", "there is no chunk " + chunk_id + " of job " + job_id};
}

// The write of the counters: adds `delta`, and takes the next numbers for `events`, if nobody has
// taken them since `last` was read.
Write ProgressWrite(const std::string& table, const std::string& job_id, base::Json delta,
                    std::size_t events, std::int64_t last) {
  Change change{.set = base::Json::object(), .add = std::move(delta)};
  if (events == 0) {
    return UpdateWrite(table, dynamodb::ProgressKey(job_id), change, dynamodb::IsPresent());
  }
  change.set[dynamodb::kLastEvent] = dynamodb::Number(last + static_cast<std::int64_t>(events));
  return UpdateWrite(table, dynamodb::ProgressKey(job_id), change,
                     Holds(dynamodb::kLastEvent, dynamodb::Number(last)), true);
}

}  // namespace

Result<std::optional<std::int64_t>> DynamoJobStore::ReadLastEvent(const std::string& job_id) {
  COLDPATH_ASSIGN_OR_RETURN(const auto item, table_.Get(dynamodb::ProgressKey(job_id)));
  if (!item) return std::nullopt;
  return FindNumber(*item, dynamodb::kLastEvent).value_or(0);
}

Status DynamoJobStore::Commit(const RowWrite& write) {
  const base::Json delta = dynamodb::DeltaValues(write.delta);
  const bool counts = !delta.empty() || !write.events.empty();
  std::int64_t last = 0;
  if (!write.events.empty()) {
    COLDPATH_ASSIGN_OR_RETURN(const auto read, ReadLastEvent(write.job_id));
    if (!read) return base::Fail(write.absent);
    last = *read;
  }
  for (int tries = 1; tries <= kMostTries; ++tries) {
    std::vector<Write> writes{write.row};
    if (counts) {
      writes.push_back(
          ProgressWrite(table_.name(), write.job_id, delta, write.events.size(), last));
    }
    std::int64_t number = last;
    for (const tasks::ProgressEvent& event : write.events) {
      writes.push_back(PutWrite(table_.name(), dynamodb::EventItem(write.job_id, ++number, event)));
    }
    writes.insert(writes.end(), write.others.begin(), write.others.end());
    COLDPATH_ASSIGN_OR_RETURN(const auto outcome, table_.Transact(writes));
    if (outcome.committed) return {};
    const dynamodb::WriteOutcome& row = outcome.writes[0];
    if (!row.written) return base::Fail(row.found ? write.changed : write.absent);
    // Then it was the counters' row: gone, or counted on by another.
    if (!outcome.writes[1].found) return base::Fail(write.absent);
    last = FindNumber(*outcome.writes[1].found, dynamodb::kLastEvent).value_or(0);
    table_.PauseBriefly(tries);
  }
  return base::Fail("store.conflict",
                    "job " + write.job_id + ": too many others write its events: try later");
}

Status DynamoJobStore::PutChunks(const std::string& job_id,
                                 const std::vector<domain::ChunkSpec>& chunks) {
  if (chunks.empty()) {
    COLDPATH_RETURN_IF_ERROR(GetProgress(job_id));
    return {};
  }
  std::vector<Write> waiting;
  for (const domain::ChunkSpec& spec : chunks) {
    domain::Chunk chunk;
    chunk.spec = spec;
    waiting.push_back(
        PutWrite(table_.name(), dynamodb::ChunkItem(job_id, chunk, 0), dynamodb::IsAbsent()));
  }
  // The total counts up with the chunks in one transaction, and stays right whoever repeats this.
  std::vector<Write> batch;
  while (!waiting.empty() || !batch.empty()) {
    while (!waiting.empty() && batch.size() + 1 < dynamodb::DynamoTable::kMostWrites) {
      batch.push_back(std::move(waiting.back()));
      waiting.pop_back();
    }
    std::vector<Write> writes = batch;
    const auto count = static_cast<std::int64_t>(batch.size());
    writes.push_back(UpdateWrite(
        table_.name(), dynamodb::ProgressKey(job_id),
        {.set = base::Json::object(), .add = {{dynamodb::kChunksTotal, dynamodb::Number(count)}}},
        dynamodb::IsPresent()));
    COLDPATH_ASSIGN_OR_RETURN(const auto outcome, table_.Transact(writes));
    if (outcome.committed) {
      batch.clear();
      continue;
    }
    if (!outcome.writes.back().written) return base::Fail(NoSuchJob(job_id));
    // Those that are there stay as they are.
    std::vector<Write> left;
    for (std::size_t i = 0; i < batch.size(); ++i) {
      if (outcome.writes[i].written) left.push_back(std::move(batch[i]));
    }
    batch = std::move(left);
  }
  return {};
}

Result<domain::Chunk> DynamoJobStore::GetChunk(const std::string& job_id,
                                               const std::string& chunk_id) {
  COLDPATH_ASSIGN_OR_RETURN(const auto item, table_.Get(dynamodb::ChunkKey(job_id, chunk_id)));
  if (!item) return base::Fail(NoSuchChunk(job_id, chunk_id));
  return dynamodb::ChunkFromItem(job_id, *item);
}

Result<tasks::ChunkPage> DynamoJobStore::ListChunks(const std::string& job_id,
                                                    std::optional<domain::ChunkStatus> status,
                                                    const std::optional<std::string>& cursor,
                                                    int limit) {
  limit = std::max(limit, 1);
  TableQuery query{.partition = dynamodb::JobPartition(job_id),
                   .prefix = std::string(dynamodb::kChunkPrefix),
                   .limit = limit + 1};
  if (cursor) query.after = dynamodb::ChunkKey(job_id, dynamodb::BoundedId(*cursor)).sort;
  if (status) {
    query.with = std::pair(dynamodb::kStatus, std::string(domain::ChunkStatusName(*status)));
  }
  COLDPATH_ASSIGN_OR_RETURN(const auto items, table_.Query(query));
  tasks::ChunkPage page;
  for (const Item& item : items) {
    COLDPATH_ASSIGN_OR_RETURN(domain::Chunk chunk, dynamodb::ChunkFromItem(job_id, item));
    page.chunks.push_back(std::move(chunk));
  }
  if (std::cmp_greater(page.chunks.size(), limit)) {
    page.chunks.pop_back();
    page.next_cursor = page.chunks.back().spec.id;
  }
  return page;
}

Result<std::int64_t> DynamoJobStore::UpdateChunk(const domain::Chunk& chunk,
                                                 const tasks::ProgressDelta& delta,
                                                 const std::vector<tasks::ProgressEvent>& events) {
  const std::string& job_id = chunk.job_id;
  COLDPATH_RETURN_IF_ERROR(
      Commit({.row = PutWrite(table_.name(), dynamodb::ChunkItem(job_id, chunk, chunk.version + 1),
                              Holds(dynamodb::kVersion, dynamodb::Number(chunk.version)), true),
              .job_id = job_id,
              .absent = NoSuchChunk(job_id, chunk.spec.id),
              .changed = {"store.conflict", "chunk " + chunk.spec.id + " of job " + job_id +
                                                " has changed meanwhile: read it again"},
              .delta = delta,
              .events = events,
              .others = {}}));
  return chunk.version + 1;
}

Result<domain::JobProgress> DynamoJobStore::GetProgress(const std::string& job_id) {
  COLDPATH_ASSIGN_OR_RETURN(const auto item, table_.Get(dynamodb::ProgressKey(job_id)));
  if (!item) return base::Fail(NoSuchJob(job_id));
  return dynamodb::ProgressFromItem(*item);
}

Status DynamoJobStore::ResetProgress(const std::string& job_id,
                                     const domain::JobProgress& progress) {
  const Change change{.set = dynamodb::ProgressValues(progress), .add = base::Json::object()};
  COLDPATH_ASSIGN_OR_RETURN(
      const auto outcome, table_.WriteOne(UpdateWrite(table_.name(), dynamodb::ProgressKey(job_id),
                                                      change, dynamodb::IsPresent())));
  if (!outcome.written) return base::Fail(NoSuchJob(job_id));
  return {};
}

}  // namespace coldpath::aws
