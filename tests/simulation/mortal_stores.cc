#include "simulation/mortal_stores.h"

namespace coldpath::simulation {
namespace {

std::unexpected<base::Error> Dead() { return base::Fail("store.io", "The process is dead."); }

}  // namespace

base::Result<tasks::IdempotencyRow> MortalJobStore::CreateJob(const domain::Job& job,
                                                              const tasks::IdempotencyRow& row) {
  if (!life_.Write()) return Dead();
  return store_.CreateJob(job, row);
}

base::Result<tasks::IdempotencyRow> MortalJobStore::AddExecution(const domain::Job& job,
                                                                 const tasks::IdempotencyRow& row) {
  if (!life_.Write()) return Dead();
  return store_.AddExecution(job, row);
}

base::Result<std::optional<tasks::IdempotencyRow>> MortalJobStore::FindKey(const std::string& key) {
  return store_.FindKey(key);
}

base::Result<domain::Job> MortalJobStore::GetJob(const std::string& user_id,
                                                 const std::string& job_id) {
  return store_.GetJob(user_id, job_id);
}

base::Result<tasks::JobPage> MortalJobStore::ListJobs(const std::string& user_id,
                                                      const std::optional<std::string>& cursor,
                                                      int limit) {
  return store_.ListJobs(user_id, cursor, limit);
}

base::Result<std::int64_t> MortalJobStore::UpdateJob(
    const domain::Job& job, const std::vector<tasks::ProgressEvent>& events,
    const std::vector<tasks::OutboxEvent>& outbox) {
  if (!life_.Write()) return Dead();
  return store_.UpdateJob(job, events, outbox);
}

base::Result<std::vector<domain::Job>> MortalJobStore::ListUnsettledJobs() {
  return store_.ListUnsettledJobs();
}

base::Status MortalJobStore::PutChunks(const std::string& job_id,
                                       const std::vector<domain::ChunkSpec>& chunks) {
  if (!life_.Write()) return Dead();
  return store_.PutChunks(job_id, chunks);
}

base::Result<domain::Chunk> MortalJobStore::GetChunk(const std::string& job_id,
                                                     const std::string& chunk_id) {
  return store_.GetChunk(job_id, chunk_id);
}

base::Result<tasks::ChunkPage> MortalJobStore::ListChunks(const std::string& job_id,
                                                          std::optional<domain::ChunkStatus> status,
                                                          const std::optional<std::string>& cursor,
                                                          int limit) {
  return store_.ListChunks(job_id, status, cursor, limit);
}

base::Result<std::int64_t> MortalJobStore::UpdateChunk(
    const domain::Chunk& chunk, const tasks::ProgressDelta& delta,
    const std::vector<tasks::ProgressEvent>& events) {
  if (!life_.Write()) return Dead();
  return store_.UpdateChunk(chunk, delta, events);
}

base::Result<domain::JobProgress> MortalJobStore::GetProgress(const std::string& job_id) {
  return store_.GetProgress(job_id);
}

base::Status MortalJobStore::ResetProgress(const std::string& job_id,
                                           const domain::JobProgress& progress) {
  if (!life_.Write()) return Dead();
  return store_.ResetProgress(job_id, progress);
}

base::Result<std::vector<tasks::ProgressEvent>> MortalJobStore::ReadEvents(
    const std::string& job_id, std::int64_t after, int limit) {
  return store_.ReadEvents(job_id, after, limit);
}

base::Result<std::vector<tasks::OutboxEvent>> MortalJobStore::ReadOutbox(int limit) {
  return store_.ReadOutbox(limit);
}

base::Status MortalJobStore::RemoveFromOutbox(const std::string& event_id) {
  if (!life_.Write()) return Dead();
  return store_.RemoveFromOutbox(event_id);
}

base::Status MortalJobStore::EraseJob(const std::string& user_id, const std::string& job_id) {
  if (!life_.Write()) return Dead();
  return store_.EraseJob(user_id, job_id);
}

base::Status MortalJobStore::EraseUser(const std::string& user_id) {
  if (!life_.Write()) return Dead();
  return store_.EraseUser(user_id);
}

base::Status MortalObjectStore::Put(const std::string& key, std::string_view bytes) {
  if (!life_.Write()) return Dead();
  return store_.Put(key, bytes);
}

base::Status MortalObjectStore::Delete(const std::string& key) {
  if (!life_.Write()) return Dead();
  return store_.Delete(key);
}

base::Status MortalObjectStore::DeletePrefix(const std::string& prefix) {
  if (!life_.Write()) return Dead();
  return store_.DeletePrefix(prefix);
}

base::Result<bool> MortalInboxStore::Add(const tasks::Notification& notification) {
  if (!life_.Write()) return Dead();
  return store_.Add(notification);
}

base::Status MortalInboxStore::EraseJob(const std::string& user_id, const std::string& job_id) {
  if (!life_.Write()) return Dead();
  return store_.EraseJob(user_id, job_id);
}

base::Status MortalInboxStore::EraseUser(const std::string& user_id) {
  if (!life_.Write()) return Dead();
  return store_.EraseUser(user_id);
}

base::Status MortalEventPublisher::Publish(const tasks::OutboxEvent& event) {
  if (!life_.Write()) return Dead();
  return publisher_.Publish(event);
}

base::Result<bool> MortalDeliveryQueue::Add(const std::string& batch, const std::string& user_id,
                                            const std::vector<tasks::Delivery>& deliveries,
                                            base::Instant now) {
  if (!life_.Write()) return Dead();
  return queue_.Add(batch, user_id, deliveries, now);
}

base::Result<std::vector<tasks::Delivery>> MortalDeliveryQueue::TakeDue(
    base::Instant now, const tasks::TakeLimits& limits) {
  if (life_.dead()) return Dead();
  auto taken = queue_.TakeDue(now, limits);
  if (taken && !taken->empty() && !life_.Write()) return Dead();
  return taken;
}

base::Status MortalDeliveryQueue::Settle(const std::string& key, base::Instant now) {
  if (!life_.Write()) return Dead();
  return queue_.Settle(key, now);
}

base::Status MortalDeliveryQueue::Reschedule(const std::string& key, base::Instant due) {
  if (!life_.Write()) return Dead();
  return queue_.Reschedule(key, due);
}

base::Status MortalDeliveryQueue::Prune(base::Instant before) {
  if (life_.dead()) return Dead();
  return queue_.Prune(before);
}

base::Status MortalDeliveryQueue::EraseUser(const std::string& user_id) {
  if (!life_.Write()) return Dead();
  return queue_.EraseUser(user_id);
}

}  // namespace coldpath::simulation
