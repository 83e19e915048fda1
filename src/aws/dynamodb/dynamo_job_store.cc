#include "aws/dynamodb/dynamo_job_store.h"

#include <algorithm>
#include <utility>

#include "aws/dynamodb/job_items.h"
#include "aws/dynamodb/table_schema.h"

namespace coldpath::aws {
namespace {

using base::Result;
using base::Status;
using dynamodb::DeleteWrite;
using dynamodb::FindText;
using dynamodb::Holds;
using dynamodb::Item;
using dynamodb::ItemKey;
using dynamodb::PutWrite;
using dynamodb::TableQuery;
using dynamodb::Write;

base::Error NoSuchJob(const std::string& job_id) {
  return {"store.not_found", "there is no job " + job_id};
}

base::Error JobChanged(const std::string& job_id) {
  return {"store.conflict", "job " + job_id + " has changed meanwhile: read it again"};
}

// Reads every item with `read`, in their order.
template <typename Read>
auto ReadAll(const std::vector<Item>& items, const Read& read)
    -> Result<std::vector<typename decltype(read(items.front()))::value_type>> {
  std::vector<typename decltype(read(items.front()))::value_type> values;
  values.reserve(items.size());
  for (const Item& item : items) {
    auto value = read(item);
    if (!value) return base::Fail(std::move(value).error());
    values.push_back(*std::move(value));
  }
  return values;
}

}  // namespace

// Writes the key if it is new, and `writes` with it; the first of these may tell what it found.
Result<tasks::IdempotencyRow> DynamoJobStore::CommitKey(const tasks::IdempotencyRow& row,
                                                        std::vector<Write> writes,
                                                        const base::Error& absent,
                                                        const base::Error& changed) {
  const std::string& table = table_.name();
  std::vector<Write> all{
      PutWrite(table, dynamodb::IdempotencyItem(row), dynamodb::IsAbsent(), true),
      PutWrite(table, dynamodb::NewItem(dynamodb::UserKeyKey(row.user_id, row.key)))};
  std::ranges::move(writes, std::back_inserter(all));
  COLDPATH_ASSIGN_OR_RETURN(const auto outcome, table_.Transact(all));
  if (outcome.committed) return row;
  const dynamodb::WriteOutcome& key = outcome.writes[0];
  if (!key.written && key.found) return dynamodb::IdempotencyFromItem(*key.found);
  return base::Fail(!outcome.writes[2].written && !outcome.writes[2].found ? absent : changed);
}

Result<tasks::IdempotencyRow> DynamoJobStore::CreateJob(const domain::Job& job,
                                                        const tasks::IdempotencyRow& row) {
  const std::string& table = table_.name();
  const base::Error exists{"store.conflict", "there is a job " + job.id + " already"};
  return CommitKey(row,
                   {PutWrite(table, dynamodb::JobItem(job, job.version), dynamodb::IsAbsent()),
                    PutWrite(table, dynamodb::NewProgressItem(job.id), dynamodb::IsAbsent())},
                   exists, exists);
}

Result<tasks::IdempotencyRow> DynamoJobStore::AddExecution(const domain::Job& job,
                                                           const tasks::IdempotencyRow& row) {
  return CommitKey(row,
                   {PutWrite(table_.name(), dynamodb::JobItem(job, job.version + 1),
                             Holds(dynamodb::kVersion, dynamodb::Number(job.version)), true)},
                   NoSuchJob(job.id), JobChanged(job.id));
}

Result<std::optional<tasks::IdempotencyRow>> DynamoJobStore::FindKey(const std::string& key) {
  COLDPATH_ASSIGN_OR_RETURN(const auto item, table_.Get(dynamodb::IdempotencyKey(key)));
  if (!item) return std::nullopt;
  return dynamodb::IdempotencyFromItem(*item);
}

Result<domain::Job> DynamoJobStore::GetJob(const std::string& user_id, const std::string& job_id) {
  COLDPATH_ASSIGN_OR_RETURN(const auto item, table_.Get(dynamodb::JobKey(user_id, job_id)));
  if (!item) return base::Fail(NoSuchJob(job_id));
  return dynamodb::JobFromItem(*item);
}

Result<tasks::JobPage> DynamoJobStore::ListJobs(const std::string& user_id,
                                                const std::optional<std::string>& cursor,
                                                int limit) {
  limit = std::max(limit, 1);
  // Ids begin with the time of their making.
  TableQuery query{.partition = dynamodb::UserPartition(user_id),
                   .prefix = std::string(dynamodb::kJobPrefix),
                   .newest_first = true,
                   .limit = limit + 1};
  if (cursor) query.after = dynamodb::JobKey(user_id, dynamodb::BoundedId(*cursor)).sort;
  COLDPATH_ASSIGN_OR_RETURN(const auto items, table_.Query(query));
  tasks::JobPage page;
  COLDPATH_ASSIGN_OR_RETURN(page.jobs, ReadAll(items, dynamodb::JobFromItem));
  if (std::cmp_greater(page.jobs.size(), limit)) {
    page.jobs.pop_back();
    page.next_cursor = page.jobs.back().id;
  }
  return page;
}

Result<std::int64_t> DynamoJobStore::UpdateJob(const domain::Job& job,
                                               const std::vector<tasks::ProgressEvent>& events,
                                               const std::vector<tasks::OutboxEvent>& outbox) {
  RowWrite write{.row = PutWrite(table_.name(), dynamodb::JobItem(job, job.version + 1),
                                 Holds(dynamodb::kVersion, dynamodb::Number(job.version)), true),
                 .job_id = job.id,
                 .absent = NoSuchJob(job.id),
                 .changed = JobChanged(job.id),
                 .delta = {},
                 .events = events,
                 .others = {}};
  for (const tasks::OutboxEvent& event : outbox) {
    write.others.push_back(PutWrite(table_.name(), dynamodb::OutboxItem(event)));
  }
  COLDPATH_RETURN_IF_ERROR(Commit(write));
  return job.version + 1;
}

Result<std::vector<domain::Job>> DynamoJobStore::ListUnsettledJobs() {
  std::vector<ItemKey> keys;
  for (int shard = 0; shard < dynamodb::kShards; ++shard) {
    COLDPATH_ASSIGN_OR_RETURN(const auto items, table_.Query({.partition = dynamodb::DueJobs(shard),
                                                              .in_due_index = true}));
    for (const Item& item : items) keys.push_back(dynamodb::KeyOf(item));
  }
  COLDPATH_ASSIGN_OR_RETURN(auto items, table_.GetMany(keys));
  std::erase_if(items, [](const Item& item) { return !FindText(item, dynamodb::kDue); });
  COLDPATH_ASSIGN_OR_RETURN(auto jobs, ReadAll(items, dynamodb::JobFromItem));
  std::ranges::sort(jobs, {}, &domain::Job::id);
  return jobs;
}

Result<std::vector<tasks::ProgressEvent>> DynamoJobStore::ReadEvents(const std::string& job_id,
                                                                     std::int64_t after,
                                                                     int limit) {
  COLDPATH_ASSIGN_OR_RETURN(
      const auto items,
      table_.Query({.partition = dynamodb::JobPartition(job_id),
                    .prefix = std::string(dynamodb::kEventPrefix),
                    .after = dynamodb::EventKey(job_id, std::max<std::int64_t>(after, 0)).sort,
                    .limit = std::max(limit, 1)}));
  return ReadAll(items, dynamodb::EventFromItem);
}

Result<std::vector<tasks::OutboxEvent>> DynamoJobStore::ReadOutbox(int limit) {
  limit = std::max(limit, 1);
  std::vector<tasks::OutboxEvent> events;
  for (int shard = 0; shard < dynamodb::kShards; ++shard) {
    COLDPATH_ASSIGN_OR_RETURN(
        const auto items,
        table_.Query({.partition = dynamodb::OutboxPartition(shard), .limit = limit}));
    COLDPATH_ASSIGN_OR_RETURN(auto read, ReadAll(items, dynamodb::OutboxFromItem));
    std::ranges::move(read, std::back_inserter(events));
  }
  std::ranges::stable_sort(events, {}, &tasks::OutboxEvent::time);
  if (std::cmp_greater(events.size(), limit)) events.resize(static_cast<std::size_t>(limit));
  return events;
}

Status DynamoJobStore::RemoveFromOutbox(const std::string& event_id) {
  COLDPATH_RETURN_IF_ERROR(
      table_.WriteOne(DeleteWrite(table_.name(), dynamodb::OutboxKey(event_id))));
  return {};
}

// Those that wait are few: all of them are read.
Status DynamoJobStore::EraseOutbox(const std::string& user_id,
                                   const std::optional<std::string>& job_id) {
  std::vector<ItemKey> keys;
  for (int shard = 0; shard < dynamodb::kShards; ++shard) {
    COLDPATH_ASSIGN_OR_RETURN(const auto items,
                              table_.Query({.partition = dynamodb::OutboxPartition(shard),
                                            .with = std::pair(dynamodb::kUserId, user_id)}));
    for (const Item& item : items) {
      if (job_id) {
        COLDPATH_ASSIGN_OR_RETURN(const auto event, dynamodb::OutboxFromItem(item));
        if (base::FindString(event.data, "jobId") != *job_id) continue;
      }
      keys.push_back(dynamodb::KeyOf(item));
    }
  }
  return table_.DeleteAll(keys);
}

// The counters go first: without them nothing more is written to the partition.
Status DynamoJobStore::ErasePartition(const std::string& job_id) {
  COLDPATH_RETURN_IF_ERROR(
      table_.WriteOne(DeleteWrite(table_.name(), dynamodb::ProgressKey(job_id))));
  COLDPATH_ASSIGN_OR_RETURN(
      const auto items,
      table_.Query({.partition = dynamodb::JobPartition(job_id), .keys_only = true}));
  return table_.DeleteAll(dynamodb::KeysOf(items));
}

Status DynamoJobStore::EraseJob(const std::string& user_id, const std::string& job_id) {
  const auto job = GetJob(user_id, job_id);
  if (!job) return job.error().code == "store.not_found" ? Status() : base::Fail(job.error());
  COLDPATH_RETURN_IF_ERROR(ErasePartition(job_id));
  COLDPATH_RETURN_IF_ERROR(EraseOutbox(user_id, job_id));
  // An execution is named by its key. Those of resumed ones were nobody's key; deleting nothing
  // does no harm.
  std::vector<ItemKey> keys;
  for (const domain::JobExecution& execution : job->executions) {
    keys.push_back(dynamodb::IdempotencyKey(execution.name));
    keys.push_back(dynamodb::UserKeyKey(user_id, execution.name));
  }
  COLDPATH_RETURN_IF_ERROR(table_.DeleteAll(keys));
  COLDPATH_RETURN_IF_ERROR(
      table_.WriteOne(DeleteWrite(table_.name(), dynamodb::JobKey(user_id, job_id))));
  return {};
}

Status DynamoJobStore::EraseUser(const std::string& user_id) {
  const std::string partition = dynamodb::UserPartition(user_id);
  COLDPATH_ASSIGN_OR_RETURN(const auto jobs,
                            table_.Query({.partition = partition,
                                          .prefix = std::string(dynamodb::kJobPrefix),
                                          .keys_only = true}));
  COLDPATH_ASSIGN_OR_RETURN(const auto user_keys,
                            table_.Query({.partition = partition,
                                          .prefix = std::string(dynamodb::kUserKeyPrefix),
                                          .keys_only = true}));
  for (const ItemKey& job : dynamodb::KeysOf(jobs)) {
    COLDPATH_RETURN_IF_ERROR(ErasePartition(dynamodb::AfterPrefix(job.sort, dynamodb::kJobPrefix)));
  }
  COLDPATH_RETURN_IF_ERROR(EraseOutbox(user_id));
  std::vector<ItemKey> keys;
  for (const ItemKey& key : dynamodb::KeysOf(user_keys)) {
    keys.push_back(
        dynamodb::IdempotencyKey(dynamodb::AfterPrefix(key.sort, dynamodb::kUserKeyPrefix)));
  }
  COLDPATH_RETURN_IF_ERROR(table_.DeleteAll(keys));
  COLDPATH_RETURN_IF_ERROR(table_.DeleteAll(dynamodb::KeysOf(user_keys)));
  return table_.DeleteAll(dynamodb::KeysOf(jobs));
}

}  // namespace coldpath::aws
