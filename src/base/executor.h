// Port: where work runs, now or later. Production runs it on a bounded pool; simulation in one
// thread, in the order of a virtual clock.
#ifndef COLDPATH_BASE_EXECUTOR_H_
#define COLDPATH_BASE_EXECUTOR_H_

#include <cstdint>
#include <functional>

#include "base/time.h"

namespace coldpath::base {

// Thread-safe. Work may run concurrently with other work unless it went through the same Strand.
class Executor {
 public:
  using Work = std::move_only_function<void()>;
  using TimerId = std::uint64_t;

  virtual ~Executor() = default;
  // Runs `work` soon, never inside this call.
  virtual void Post(Work work) = 0;
  // Runs `work` once the clock has reached `when`. Costs no thread while it waits.
  virtual TimerId PostAt(Instant when, Work work) = 0;
  // Forgets a timer. False if its work has run, runs now, or was cancelled before.
  virtual bool Cancel(TimerId timer) = 0;
};

}  // namespace coldpath::base

#endif  // COLDPATH_BASE_EXECUTOR_H_
