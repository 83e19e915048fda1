// All timers of an engine in the order of their time, so that one timer of the Executor serves them
// all.
#ifndef COLDPATH_ENGINE_TIMER_QUEUE_H_
#define COLDPATH_ENGINE_TIMER_QUEUE_H_

#include <cstdint>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "asl/advance.h"
#include "engine/journal.h"

namespace coldpath::engine {

// Not thread-safe. Each operation costs O(log n).
class TimerQueue {
 public:
  struct Due {
    ExecutionKey execution;
    asl::FrameId frame;
    std::int64_t timer;
  };

  void Add(base::Instant when, const Due& due);
  // Those whose time has come, in order, at most `limit`; they leave the queue.
  std::vector<Due> TakeDue(base::Instant now, std::size_t limit);
  // The execution is over: its timers mean nothing any more.
  void RemoveAll(ExecutionKey execution);
  std::optional<base::Instant> Earliest() const;
  std::size_t size() const { return queue_.size(); }

 private:
  using Place = std::tuple<base::Instant, ExecutionKey, asl::FrameId, std::int64_t>;

  std::set<Place> queue_;
  std::unordered_map<ExecutionKey, std::set<Place>> by_execution_;
};

}  // namespace coldpath::engine

#endif  // COLDPATH_ENGINE_TIMER_QUEUE_H_
