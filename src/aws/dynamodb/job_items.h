// Items of jobs, chunks, progress, events, idempotency rows and the outbox. What they hold besides
// their keys is an on-disk format, in the documents' words (documents/): DO NOT CHANGE the names of
// attributes.
#ifndef COLDPATH_AWS_DYNAMODB_JOB_ITEMS_H_
#define COLDPATH_AWS_DYNAMODB_JOB_ITEMS_H_

#include <string>
#include <vector>

#include "aws/dynamodb/item.h"
#include "tasks/job_store.h"

namespace coldpath::aws::dynamodb {

inline constexpr const char* kLastEvent = "LastEvent";
inline constexpr const char* kChunksTotal = "ChunksTotal";
inline constexpr const char* kUserId = "UserId";

// With attributes Version, Document, Status, ExecutionArn (once launched) and, while the job is
// unsettled, Due.
Item JobItem(const domain::Job& job, std::int64_t version);
base::Result<domain::Job> JobFromItem(const Item& item);

Item ChunkItem(const std::string& job_id, const domain::Chunk& chunk, std::int64_t version);
base::Result<domain::Chunk> ChunkFromItem(const std::string& job_id, const Item& item);

// Counters that are all 0, no events.
Item NewProgressItem(const std::string& job_id);
base::Result<domain::JobProgress> ProgressFromItem(const Item& item);
// Attribute -> number: all of `progress`, and what `delta` adds (empty if nothing).
base::Json ProgressValues(const domain::JobProgress& progress);
base::Json DeltaValues(const tasks::ProgressDelta& delta);

Item EventItem(const std::string& job_id, std::int64_t number, const tasks::ProgressEvent& event);
base::Result<tasks::ProgressEvent> EventFromItem(const Item& item);

Item IdempotencyItem(const tasks::IdempotencyRow& row);
base::Result<tasks::IdempotencyRow> IdempotencyFromItem(const Item& item);

// Names the event's user, if its data does (member userId), for deletion.
Item OutboxItem(const tasks::OutboxEvent& event);
base::Result<tasks::OutboxEvent> OutboxFromItem(const Item& item);

}  // namespace coldpath::aws::dynamodb

#endif  // COLDPATH_AWS_DYNAMODB_JOB_ITEMS_H_
