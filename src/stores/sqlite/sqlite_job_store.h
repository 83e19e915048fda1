// JobStore on coldpath.db. Each write of the port is one work in ColdpathDb's grouped transactions.
#ifndef COLDPATH_STORES_SQLITE_SQLITE_JOB_STORE_H_
#define COLDPATH_STORES_SQLITE_SQLITE_JOB_STORE_H_

#include <string>
#include <vector>

#include "stores/sqlite/coldpath_db.h"
#include "tasks/job_store.h"

namespace coldpath::stores {

class SqliteJobStore final : public tasks::JobStore {
 public:
  // `db` must outlive the store.
  explicit SqliteJobStore(ColdpathDb& db) : db_(db) {}

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
  ColdpathDb& db_;
};

}  // namespace coldpath::stores

#endif  // COLDPATH_STORES_SQLITE_SQLITE_JOB_STORE_H_
