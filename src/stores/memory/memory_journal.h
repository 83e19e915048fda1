// A journal in memory for simulation and tests. A commit takes simulated time to become durable,
// and a crash loses what was not: after CrashLosingUndurable the object is what a new process would
// find on disk.
#ifndef COLDPATH_STORES_MEMORY_MEMORY_JOURNAL_H_
#define COLDPATH_STORES_MEMORY_MEMORY_JOURNAL_H_

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/executor.h"
#include "base/mutex.h"
#include "engine/journal.h"

namespace coldpath::stores {

// Thread-safe. `executor` and `clock` must outlive it.
class MemoryJournal final : public engine::Journal {
 public:
  MemoryJournal(base::Executor& executor, const base::Clock& clock,
                base::Duration commit_latency = std::chrono::microseconds(150));
  ~MemoryJournal() override;

  // What was committed and not yet reported durable never happened, and is never reported.
  void CrashLosingUndurable();
  // From now on every commit fails with journal.io, as on a full disk.
  void FailCommits(std::string reason);

  void Commit(engine::JournalBatch batch, Durable durable) override;
  base::Status Flush() override;
  base::Result<std::vector<engine::UnfinishedExecution>> LoadUnfinished() override;
  base::Result<std::optional<std::string>> LoadDefinition(const std::string& digest) override;
  base::Result<engine::ExecutionKey> GreatestKey() override;
  base::Result<std::optional<engine::ExecutionRecord>> FindByArn(const std::string& arn) override;
  base::Result<std::vector<engine::ExecutionRecord>> Children(engine::ExecutionKey parent,
                                                              asl::FrameId frame,
                                                              std::int64_t run) override;
  base::Result<std::vector<asl::HistoryEvent>> ReadHistory(engine::ExecutionKey execution,
                                                           std::int64_t after, int limit) override;

  std::int64_t batches() const;

 private:
  struct Waiting {
    std::int64_t number;
    engine::JournalBatch batch;
    Durable durable;
  };
  struct Execution {
    engine::ExecutionRecord record;
    std::map<asl::FrameId, asl::FrameChange> frames;
    std::vector<asl::HistoryEvent> history;
  };

  // Makes durable, in order, all batches up to that number.
  void Settle(std::int64_t number);
  void Apply(const engine::JournalBatch& batch) COLDPATH_REQUIRES(mutex_);
  void ApplyFrame(const engine::JournalBatch::FrameWrite& write) COLDPATH_REQUIRES(mutex_);

  base::Executor& executor_;
  const base::Clock& clock_;
  const base::Duration latency_;
  // Timers that fire after the journal is gone find it so.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);

  // Keeps the reports in the order of the commits; taken before mutex_.
  base::Mutex settle_mutex_;
  mutable base::Mutex mutex_;
  std::deque<Waiting> waiting_ COLDPATH_GUARDED_BY(mutex_);
  std::int64_t last_number_ COLDPATH_GUARDED_BY(mutex_) = 0;
  std::optional<base::Error> failure_ COLDPATH_GUARDED_BY(mutex_);
  std::map<std::string, std::string> definitions_ COLDPATH_GUARDED_BY(mutex_);
  std::map<engine::ExecutionKey, Execution> executions_ COLDPATH_GUARDED_BY(mutex_);
  std::map<std::string, engine::ExecutionKey> by_arn_ COLDPATH_GUARDED_BY(mutex_);
};

}  // namespace coldpath::stores

#endif  // COLDPATH_STORES_MEMORY_MEMORY_JOURNAL_H_
