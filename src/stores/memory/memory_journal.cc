#include "stores/memory/memory_journal.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace coldpath::stores {

using engine::ExecutionKey;
using engine::ExecutionRecord;
using engine::JournalBatch;

MemoryJournal::MemoryJournal(base::Executor& executor, const base::Clock& clock,
                             base::Duration commit_latency)
    : executor_(executor), clock_(clock), latency_(commit_latency) {}

MemoryJournal::~MemoryJournal() = default;

void MemoryJournal::CrashLosingUndurable() {
  std::deque<Waiting> lost;  // the reports go after the lock does: they may hold an engine
  base::MutexLock lock(mutex_);
  lost.swap(waiting_);
}

void MemoryJournal::FailCommits(std::string reason) {
  base::MutexLock lock(mutex_);
  failure_ = base::Error{"journal.io", std::move(reason)};
}

void MemoryJournal::Commit(JournalBatch batch, Durable durable) {
  std::int64_t number;
  {
    base::MutexLock lock(mutex_);
    number = ++last_number_;
    waiting_.push_back({number, std::move(batch), std::move(durable)});
  }
  executor_.PostAt(clock_.Now() + latency_, [this, number, alive = std::weak_ptr(alive_)] {
    if (!alive.expired()) Settle(number);
  });
}

base::Status MemoryJournal::Flush() {
  Settle(std::numeric_limits<std::int64_t>::max());
  base::MutexLock lock(mutex_);
  if (failure_) return base::Fail(*failure_);
  return {};
}

void MemoryJournal::Settle(std::int64_t number) {
  base::MutexLock settling(settle_mutex_);
  while (true) {
    Waiting next;
    base::Status status;
    {
      base::MutexLock lock(mutex_);
      if (waiting_.empty() || waiting_.front().number > number) return;
      next = std::move(waiting_.front());
      waiting_.pop_front();
      if (failure_) {
        status = base::Fail(*failure_);
      } else {
        Apply(next.batch);
      }
    }
    if (next.durable) next.durable(std::move(status));
  }
}

void MemoryJournal::Apply(const JournalBatch& batch) {
  for (const auto& definition : batch.definitions) {
    definitions_.emplace(definition.digest, definition.text);
  }
  for (const ExecutionRecord& record : batch.created) {
    executions_[record.key].record = record;
    by_arn_[record.arn] = record.key;
  }
  for (const auto& write : batch.frames) ApplyFrame(write);
  for (const auto& append : batch.history) {
    Execution& execution = executions_[append.execution];
    execution.history.push_back(append.event);
    execution.record.last_event_id = append.event.id;
  }
  for (const auto& ending : batch.ended) {
    Execution& execution = executions_[ending.execution];
    execution.frames.clear();
    execution.record.status = ending.status;
    execution.record.ended = ending.ended;
    execution.record.output = ending.output;
    execution.record.error = ending.error;
    execution.record.cause = ending.cause;
  }
}

void MemoryJournal::ApplyFrame(const JournalBatch::FrameWrite& write) {
  auto& frames = executions_[write.execution].frames;
  if (write.change.removed) {
    frames.erase(write.change.id);
    return;
  }
  asl::FrameChange& frame = frames[write.change.id];
  frame.id = write.change.id;
  frame.control = write.change.control;
  if (write.change.payload) frame.payload = write.change.payload;
}

base::Result<std::vector<engine::UnfinishedExecution>> MemoryJournal::LoadUnfinished() {
  base::MutexLock lock(mutex_);
  std::vector<engine::UnfinishedExecution> unfinished;
  for (const auto& [key, execution] : executions_) {
    if (execution.frames.empty()) continue;
    engine::UnfinishedExecution item{execution.record, {}};
    for (const auto& [id, frame] : execution.frames) item.frames.push_back(frame);
    unfinished.push_back(std::move(item));
  }
  return unfinished;
}

base::Result<std::optional<std::string>> MemoryJournal::LoadDefinition(const std::string& digest) {
  base::MutexLock lock(mutex_);
  const auto found = definitions_.find(digest);
  if (found == definitions_.end()) return std::nullopt;
  return found->second;
}

base::Result<ExecutionKey> MemoryJournal::GreatestKey() {
  base::MutexLock lock(mutex_);
  return executions_.empty() ? 0 : executions_.rbegin()->first;
}

base::Result<std::optional<ExecutionRecord>> MemoryJournal::FindByArn(const std::string& arn) {
  base::MutexLock lock(mutex_);
  const auto found = by_arn_.find(arn);
  if (found == by_arn_.end()) return std::nullopt;
  return executions_.at(found->second).record;
}

base::Result<std::vector<ExecutionRecord>> MemoryJournal::Children(ExecutionKey parent,
                                                                   asl::FrameId frame,
                                                                   std::int64_t run) {
  base::MutexLock lock(mutex_);
  std::vector<ExecutionRecord> children;
  for (auto at = executions_.upper_bound(parent); at != executions_.end(); ++at) {
    const ExecutionRecord& record = at->second.record;
    if (record.parent && record.parent->parent == parent && record.parent->frame == frame &&
        record.parent->run == run) {
      children.push_back(record);
    }
  }
  std::ranges::stable_sort(children, {}, [](const auto& child) { return child.parent->index; });
  return children;
}

base::Result<std::vector<asl::HistoryEvent>> MemoryJournal::ReadHistory(ExecutionKey execution,
                                                                        std::int64_t after,
                                                                        int limit) {
  base::MutexLock lock(mutex_);
  std::vector<asl::HistoryEvent> page;
  const auto found = executions_.find(execution);
  if (found == executions_.end()) return page;
  for (const asl::HistoryEvent& event : found->second.history) {
    if (static_cast<int>(page.size()) >= limit) break;
    if (event.id > after) page.push_back(event);
  }
  return page;
}

std::int64_t MemoryJournal::batches() const {
  base::MutexLock lock(mutex_);
  return last_number_;
}

}  // namespace coldpath::stores
