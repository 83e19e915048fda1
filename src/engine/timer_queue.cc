#include "engine/timer_queue.h"

namespace coldpath::engine {

void TimerQueue::Add(base::Instant when, const Due& due) {
  const Place place{when, due.execution, due.frame, due.timer};
  queue_.insert(place);
  by_execution_[due.execution].insert(place);
}

std::vector<TimerQueue::Due> TimerQueue::TakeDue(base::Instant now, std::size_t limit) {
  std::vector<Due> due;
  while (!queue_.empty() && due.size() < limit && std::get<0>(*queue_.begin()) <= now) {
    const auto node = queue_.extract(queue_.begin());
    const auto& [when, execution, frame, timer] = node.value();
    due.push_back({execution, frame, timer});
    const auto owned = by_execution_.find(execution);
    owned->second.erase(node.value());
    if (owned->second.empty()) by_execution_.erase(owned);
  }
  return due;
}

void TimerQueue::RemoveAll(ExecutionKey execution) {
  const auto owned = by_execution_.find(execution);
  if (owned == by_execution_.end()) return;
  for (const Place& place : owned->second) queue_.erase(place);
  by_execution_.erase(owned);
}

std::optional<base::Instant> TimerQueue::Earliest() const {
  if (queue_.empty()) return std::nullopt;
  return std::get<0>(*queue_.begin());
}

}  // namespace coldpath::engine
