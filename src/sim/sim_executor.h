// Simulated time: an Executor and the Clock that belongs to it, in one thread. Work runs in the
// order of its time, then in the order in which it was posted; between two pieces of work time
// jumps. So a day of retries takes a millisecond, and the same seed gives the same run.
#ifndef COLDPATH_SIM_SIM_EXECUTOR_H_
#define COLDPATH_SIM_SIM_EXECUTOR_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <unordered_map>
#include <utility>

#include "base/clock.h"
#include "base/executor.h"

namespace coldpath::sim {

// Not thread-safe: all that uses it runs in the thread that calls Step.
class SimExecutor final : public base::Executor, public base::Clock {
 public:
  explicit SimExecutor(base::Instant start = base::Instant(std::chrono::hours(24 * 365 * 50)))
      : now_(start) {}

  void Post(Work work) override { PostAt(now_, std::move(work)); }
  // A time that has passed means now.
  TimerId PostAt(base::Instant when, Work work) override;
  bool Cancel(TimerId timer) override;
  base::Instant Now() const override { return now_; }

  // Runs the next piece of work, at its time. False if there is none.
  bool Step();
  // Until nothing is left; at most `limit` steps, so that a test of a loop ends. Returns the steps
  // taken.
  std::size_t Run(std::size_t limit = 100'000'000);
  // All work that is due by `when`; the clock then shows `when`.
  void RunUntil(base::Instant when);
  void RunFor(base::Duration span) { RunUntil(now_ + span); }
  // Forgets all work, as the end of a process does. Time goes on.
  void DropAll();

  std::size_t waiting() const { return queue_.size(); }

 private:
  using Place = std::pair<base::Instant, TimerId>;

  base::Instant now_;
  TimerId last_ = 0;
  std::map<Place, Work> queue_;
  std::unordered_map<TimerId, base::Instant> times_;
};

}  // namespace coldpath::sim

#endif  // COLDPATH_SIM_SIM_EXECUTOR_H_
