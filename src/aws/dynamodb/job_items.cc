#include "aws/dynamodb/job_items.h"

#include <array>
#include <charconv>
#include <utility>

#include "aws/dynamodb/table_schema.h"
#include "documents/chunk_document.h"
#include "documents/document.h"
#include "documents/job_document.h"

namespace coldpath::aws::dynamodb {
namespace {

using base::Result;
using documents::FromMicros;
using documents::ToMicros;
using domain::JobProgress;
using tasks::ProgressDelta;

struct Counter {
  const char* attribute;
  std::int64_t JobProgress::* total;
  std::int64_t ProgressDelta::* delta;  // null: not counted up by chunks
};
constexpr std::array<Counter, 9> kCounters{{
    {kChunksTotal, &JobProgress::chunks_total, nullptr},
    {"ChunksDone", &JobProgress::chunks_done, &ProgressDelta::chunks_done},
    {"ChunksFailed", &JobProgress::chunks_failed, &ProgressDelta::chunks_failed},
    {"Records", &JobProgress::records, &ProgressDelta::records},
    {"ProviderCalls", &JobProgress::provider_calls, &ProgressDelta::provider_calls},
    {"Bytes", &JobProgress::bytes, &ProgressDelta::bytes},
    {"Attempts", &JobProgress::attempts, &ProgressDelta::attempts},
    {"BilledSeconds", &JobProgress::billed_seconds, &ProgressDelta::billed_seconds},
    {"Waits", &JobProgress::waits, &ProgressDelta::waits},
}};

constexpr const char* kType = "Type";
constexpr const char* kTime = "Time";
constexpr const char* kData = "Data";
constexpr const char* kRoute = "Route";
constexpr const char* kBodyHash = "BodyHash";
constexpr const char* kJobId = "JobId";
constexpr const char* kExecutionInput = "ExecutionInput";
constexpr const char* kCreated = "Created";

// Recovery looks for these: not begun, or running and not waiting for the person.
bool IsUnsettled(const domain::Job& job) {
  return job.status == domain::JobStatus::kPending ||
         (job.status == domain::JobStatus::kRunning && !job.paused);
}

Result<base::Json> ReadData(ItemReader& reader, const std::string& what) {
  const std::string text = reader.Text(kData);
  COLDPATH_RETURN_IF_ERROR(reader.Check());
  auto data = base::ParseJson(text);
  if (data) return *std::move(data);
  return base::Fail("store.corrupt",
                    "DynamoDB: " + what + " cannot be read: " + data.error().message);
}

}  // namespace

Item JobItem(const domain::Job& job, std::int64_t version) {
  Item item = NewItem(JobKey(job.user_id, job.id));
  item[kVersion] = Number(version);
  item[kDocument] = Text(documents::EncodeJob(job));
  item[kStatus] = Text(domain::Name(job.status));
  if (!job.executions.empty() && !job.latest().arn.empty()) {
    item[kExecutionArn] = Text(job.latest().arn);
  }
  if (IsUnsettled(job)) item[kDue] = Text(DueJobs(ShardOf(job.id)));
  return item;
}

Result<domain::Job> JobFromItem(const Item& item) {
  const std::string id = AfterPrefix(FindText(item, kSortKey).value_or(""), kJobPrefix);
  ItemReader reader(item, "job " + id);
  const std::string partition = reader.Text(kPartitionKey);
  const std::string document = reader.Text(kDocument);
  const std::int64_t version = reader.Number(kVersion);
  COLDPATH_RETURN_IF_ERROR(reader.Check());
  COLDPATH_ASSIGN_OR_RETURN(domain::Job job, documents::DecodeJob("job " + id, document));
  job.id = id;
  job.user_id = AfterPrefix(partition, UserPartition(""));
  job.version = version;
  return job;
}

Item ChunkItem(const std::string& job_id, const domain::Chunk& chunk, std::int64_t version) {
  Item item = NewItem(ChunkKey(job_id, chunk.spec.id));
  item[kVersion] = Number(version);
  item[kDocument] = Text(documents::EncodeChunk(chunk));
  item[kStatus] = Text(domain::ChunkStatusName(chunk.status));
  return item;
}

Result<domain::Chunk> ChunkFromItem(const std::string& job_id, const Item& item) {
  const std::string id = AfterPrefix(FindText(item, kSortKey).value_or(""), kChunkPrefix);
  const std::string what = "chunk " + id + " of job " + job_id;
  ItemReader reader(item, what);
  const std::string document = reader.Text(kDocument);
  const std::optional<domain::ChunkStatus> status = domain::FindChunkStatus(reader.Text(kStatus));
  const std::int64_t version = reader.Number(kVersion);
  COLDPATH_RETURN_IF_ERROR(reader.Check());
  if (!status) {
    return base::Fail("store.corrupt", "DynamoDB: " + what + " cannot be read: unknown status");
  }
  COLDPATH_ASSIGN_OR_RETURN(domain::Chunk chunk, documents::DecodeChunk(what, document));
  chunk.job_id = job_id;
  chunk.spec.id = id;
  chunk.status = *status;
  chunk.version = version;
  return chunk;
}

Item NewProgressItem(const std::string& job_id) {
  Item item = NewItem(ProgressKey(job_id));
  item.update(ProgressValues({}));
  item[kLastEvent] = Number(0);
  return item;
}

Result<JobProgress> ProgressFromItem(const Item& item) {
  JobProgress progress;
  for (const Counter& counter : kCounters) {
    // Counters that a newer version has added are not there until something is added to them.
    progress.*counter.total = FindNumber(item, counter.attribute).value_or(0);
  }
  return progress;
}

base::Json ProgressValues(const JobProgress& progress) {
  base::Json values = base::Json::object();
  for (const Counter& counter : kCounters) {
    values[counter.attribute] = Number(progress.*counter.total);
  }
  return values;
}

base::Json DeltaValues(const ProgressDelta& delta) {
  base::Json values = base::Json::object();
  for (const Counter& counter : kCounters) {
    if (counter.delta == nullptr || delta.*counter.delta == 0) continue;
    values[counter.attribute] = Number(delta.*counter.delta);
  }
  return values;
}

Item EventItem(const std::string& job_id, std::int64_t number, const tasks::ProgressEvent& event) {
  Item item = NewItem(EventKey(job_id, number));
  item[kType] = Text(event.type);
  item[kTime] = Number(ToMicros(event.time));
  item[kData] = Text(base::DumpJson(event.data));
  return item;
}

Result<tasks::ProgressEvent> EventFromItem(const Item& item) {
  const std::string digits = AfterPrefix(FindText(item, kSortKey).value_or(""), kEventPrefix);
  tasks::ProgressEvent event;
  std::from_chars(digits.data(), digits.data() + digits.size(), event.number);
  const std::string what = "event " + digits;
  ItemReader reader(item, what);
  event.type = reader.Text(kType);
  event.time = FromMicros(reader.Number(kTime));
  COLDPATH_ASSIGN_OR_RETURN(event.data, ReadData(reader, what));
  return event;
}

Item IdempotencyItem(const tasks::IdempotencyRow& row) {
  Item item = NewItem(IdempotencyKey(row.key));
  item[kUserId] = Text(row.user_id);
  item[kRoute] = Text(row.route);
  item[kBodyHash] = Text(row.body_hash);
  item[kJobId] = Text(row.job_id);
  item[kExecutionInput] = Text(row.execution_input);
  item[kCreated] = Number(ToMicros(row.created));
  return item;
}

Result<tasks::IdempotencyRow> IdempotencyFromItem(const Item& item) {
  ItemReader reader(item, "an idempotency key");
  tasks::IdempotencyRow row{
      .key = AfterPrefix(reader.Text(kPartitionKey), IdempotencyKey("").partition),
      .user_id = reader.Text(kUserId),
      .route = reader.Text(kRoute),
      .body_hash = reader.Text(kBodyHash),
      .job_id = reader.Text(kJobId),
      .execution_input = reader.Text(kExecutionInput),
      .created = FromMicros(reader.Number(kCreated))};
  COLDPATH_RETURN_IF_ERROR(reader.Check());
  return row;
}

Item OutboxItem(const tasks::OutboxEvent& event) {
  Item item = NewItem(OutboxKey(event.id));
  item[kType] = Text(event.type);
  item[kTime] = Number(ToMicros(event.time));
  item[kData] = Text(base::DumpJson(event.data));
  if (const auto user = base::FindString(event.data, "userId")) item[kUserId] = Text(*user);
  return item;
}

Result<tasks::OutboxEvent> OutboxFromItem(const Item& item) {
  tasks::OutboxEvent event;
  event.id = FindText(item, kSortKey).value_or("");
  const std::string what = "outbox event " + event.id;
  ItemReader reader(item, what);
  event.type = reader.Text(kType);
  event.time = FromMicros(reader.Number(kTime));
  COLDPATH_ASSIGN_OR_RETURN(event.data, ReadData(reader, what));
  return event;
}

}  // namespace coldpath::aws::dynamodb
