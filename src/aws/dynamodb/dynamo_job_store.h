// JobStore on the DynamoDB table. Each write of the port is one transaction of conditional writes.
// A job's partition is JOB#{job}: chunks, counters and events; the job's own row lies with its
// user. Besides the port's errors: store.too_large (an execution input or a document beyond 400
// KB).
#ifndef COLDPATH_AWS_DYNAMODB_DYNAMO_JOB_STORE_H_
#define COLDPATH_AWS_DYNAMODB_DYNAMO_JOB_STORE_H_

#include <string>
#include <vector>

#include "aws/dynamodb/dynamo_table.h"
#include "tasks/job_store.h"

namespace coldpath::aws {

class DynamoJobStore final : public tasks::JobStore {
 public:
  // `table` must outlive the store.
  explicit DynamoJobStore(dynamodb::DynamoTable& table) : table_(table) {}

  // The job is stored with the version that it has (0 for a new one).
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
  // The index lags behind by seconds at most; each job is read itself, so that none is named that
  // has been settled meanwhile.
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

  // Oldest first.
  base::Result<std::vector<tasks::OutboxEvent>> ReadOutbox(int limit) override;
  base::Status RemoveFromOutbox(const std::string& event_id) override;

  // Interrupted, it can be asked for again: jobs' rows go last.
  base::Status EraseJob(const std::string& user_id, const std::string& job_id) override;
  base::Status EraseUser(const std::string& user_id) override;

 private:
  // A row's conditional write, and what goes with it in one transaction.
  struct RowWrite {
    dynamodb::Write row;  // tells what it found if its condition fails
    std::string job_id;
    base::Error absent;   // the row is not there
    base::Error changed;  // it is, but not as it was read
    tasks::ProgressDelta delta;
    const std::vector<tasks::ProgressEvent>& events;
    std::vector<dynamodb::Write> others;
  };
  base::Status Commit(const RowWrite& write);
  base::Result<tasks::IdempotencyRow> CommitKey(const tasks::IdempotencyRow& row,
                                                std::vector<dynamodb::Write> writes,
                                                const base::Error& absent,
                                                const base::Error& changed);
  base::Result<std::optional<std::int64_t>> ReadLastEvent(const std::string& job_id);
  // What waits about one job; absent `job_id`: about all of the user's.
  base::Status EraseOutbox(const std::string& user_id,
                           const std::optional<std::string>& job_id = std::nullopt);
  base::Status ErasePartition(const std::string& job_id);

  dynamodb::DynamoTable& table_;
};

}  // namespace coldpath::aws

#endif  // COLDPATH_AWS_DYNAMODB_DYNAMO_JOB_STORE_H_
