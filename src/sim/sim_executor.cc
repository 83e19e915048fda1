#include "sim/sim_executor.h"

#include <algorithm>

namespace coldpath::sim {

base::Executor::TimerId SimExecutor::PostAt(base::Instant when, Work work) {
  const TimerId id = ++last_;
  when = std::max(when, now_);
  queue_.emplace(Place{when, id}, std::move(work));
  times_.emplace(id, when);
  return id;
}

bool SimExecutor::Cancel(TimerId timer) {
  const auto found = times_.find(timer);
  if (found == times_.end()) return false;
  // The work goes last: what it holds may call back.
  const auto dropped = queue_.extract(Place{found->second, timer});
  times_.erase(found);
  return true;
}

bool SimExecutor::Step() {
  if (queue_.empty()) return false;
  auto next = queue_.extract(queue_.begin());
  now_ = next.key().first;
  times_.erase(next.key().second);
  next.mapped()();
  return true;
}

std::size_t SimExecutor::Run(std::size_t limit) {
  std::size_t steps = 0;
  while (steps < limit && Step()) ++steps;
  return steps;
}

void SimExecutor::RunUntil(base::Instant when) {
  while (!queue_.empty() && queue_.begin()->first.first <= when) Step();
  now_ = std::max(now_, when);
}

void SimExecutor::DropAll() {
  const auto dropped = std::exchange(queue_, {});
  times_.clear();
}

}  // namespace coldpath::sim
