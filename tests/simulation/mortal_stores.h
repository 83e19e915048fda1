// Stores as a process sees them that may die between any two of its writes: from its death on none
// of its calls reaches the store. What lies below survives, as a disk does.
#ifndef COLDPATH_TESTS_SIMULATION_MORTAL_STORES_H_
#define COLDPATH_TESTS_SIMULATION_MORTAL_STORES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tasks/delivery_queue.h"
#include "tasks/job_store.h"
#include "tasks/notifier.h"
#include "tasks/object_store.h"

namespace coldpath::simulation {

// The life of a process, counted in writes.
class Lifeline {
 public:
  // The process dies before its write number `writes` from now on (0: the next one).
  void DieBeforeWrite(std::int64_t writes) { left_ = writes; }
  void Die() { dead_ = true; }
  // A new process.
  void Renew() {
    dead_ = false;
    left_.reset();
  }
  bool dead() const { return dead_; }
  std::int64_t writes() const { return writes_; }

  // Whether a write reaches the disk.
  bool Write() {
    if (!dead_ && left_ && (*left_)-- <= 0) dead_ = true;
    if (!dead_) ++writes_;
    return !dead_;
  }

 private:
  bool dead_ = false;
  std::optional<std::int64_t> left_;
  std::int64_t writes_ = 0;
};

// All that is referred to must outlive them.
class MortalJobStore final : public tasks::JobStore {
 public:
  MortalJobStore(tasks::JobStore& store, Lifeline& life) : store_(store), life_(life) {}

  base::Result<tasks::IdempotencyRow> CreateJob(const domain::Job& job,
                                                const tasks::IdempotencyRow& row) override;
  base::Result<tasks::IdempotencyRow> AddExecution(const domain::Job& job,
                                                   const tasks::IdempotencyRow& row) override;
  base::Result<std::optional<tasks::IdempotencyRow>> FindKey(const std::string& key) override;
  base::Result<domain::Job> GetJob(const std::string& user_id, const std::string& job_id) override;
  base::Result<tasks::JobPage> ListJobs(const std::string& user_id,
                                        const std::optional<std::string>& cursor,
                                        int limit) override;
  base::Result<std::int64_t> UpdateJob(const domain::Job& job,
                                       const std::vector<tasks::ProgressEvent>& events,
                                       const std::vector<tasks::OutboxEvent>& outbox) override;
  base::Result<std::vector<domain::Job>> ListUnsettledJobs() override;
  base::Status PutChunks(const std::string& job_id,
                         const std::vector<domain::ChunkSpec>& chunks) override;
  base::Result<domain::Chunk> GetChunk(const std::string& job_id,
                                       const std::string& chunk_id) override;
  base::Result<tasks::ChunkPage> ListChunks(const std::string& job_id,
                                            std::optional<domain::ChunkStatus> status,
                                            const std::optional<std::string>& cursor,
                                            int limit) override;
  base::Result<std::int64_t> UpdateChunk(const domain::Chunk& chunk,
                                         const tasks::ProgressDelta& delta,
                                         const std::vector<tasks::ProgressEvent>& events) override;
  base::Result<domain::JobProgress> GetProgress(const std::string& job_id) override;
  base::Status ResetProgress(const std::string& job_id,
                             const domain::JobProgress& progress) override;
  base::Result<std::vector<tasks::ProgressEvent>> ReadEvents(const std::string& job_id,
                                                             std::int64_t after,
                                                             int limit) override;
  base::Result<std::vector<tasks::OutboxEvent>> ReadOutbox(int limit) override;
  base::Status RemoveFromOutbox(const std::string& event_id) override;
  base::Status EraseJob(const std::string& user_id, const std::string& job_id) override;
  base::Status EraseUser(const std::string& user_id) override;

 private:
  tasks::JobStore& store_;
  Lifeline& life_;
};

class MortalObjectStore final : public tasks::ObjectStore {
 public:
  MortalObjectStore(tasks::ObjectStore& store, Lifeline& life) : store_(store), life_(life) {}

  base::Status Put(const std::string& key, std::string_view bytes) override;
  base::Result<std::string> Get(const std::string& key) override { return store_.Get(key); }
  base::Result<std::vector<std::string>> List(const std::string& prefix) override {
    return store_.List(prefix);
  }
  base::Status Delete(const std::string& key) override;
  base::Status DeletePrefix(const std::string& prefix) override;

 private:
  tasks::ObjectStore& store_;
  Lifeline& life_;
};

class MortalInboxStore final : public tasks::InboxStore {
 public:
  MortalInboxStore(tasks::InboxStore& store, Lifeline& life) : store_(store), life_(life) {}

  base::Result<bool> Add(const tasks::Notification& notification) override;
  base::Result<std::vector<tasks::Notification>> List(const std::string& user_id,
                                                      int limit) override {
    return store_.List(user_id, limit);
  }
  base::Status EraseJob(const std::string& user_id, const std::string& job_id) override;
  base::Status EraseUser(const std::string& user_id) override;

 private:
  tasks::InboxStore& store_;
  Lifeline& life_;
};

class MortalEventPublisher final : public tasks::EventPublisher {
 public:
  MortalEventPublisher(tasks::EventPublisher& publisher, Lifeline& life)
      : publisher_(publisher), life_(life) {}

  base::Status Publish(const tasks::OutboxEvent& event) override;

 private:
  tasks::EventPublisher& publisher_;
  Lifeline& life_;
};

class MortalDeliveryQueue final : public tasks::DeliveryQueue {
 public:
  MortalDeliveryQueue(tasks::DeliveryQueue& queue, Lifeline& life) : queue_(queue), life_(life) {}

  base::Result<bool> Add(const std::string& batch, const std::string& user_id,
                         const std::vector<tasks::Delivery>& deliveries,
                         base::Instant now) override;
  // A write only where something is taken: the process then dies right after it.
  base::Result<std::vector<tasks::Delivery>> TakeDue(base::Instant now,
                                                     const tasks::TakeLimits& limits) override;
  base::Status Settle(const std::string& key, base::Instant now) override;
  base::Status Reschedule(const std::string& key, base::Instant due) override;
  base::Result<int> CountWaiting() override { return queue_.CountWaiting(); }
  base::Status Prune(base::Instant before) override;
  base::Status EraseUser(const std::string& user_id) override;

 private:
  tasks::DeliveryQueue& queue_;
  Lifeline& life_;
};

}  // namespace coldpath::simulation

#endif  // COLDPATH_TESTS_SIMULATION_MORTAL_STORES_H_
