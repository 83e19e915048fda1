// The production Executor: a fixed number of threads, and one that keeps the timers.
#ifndef COLDPATH_BASE_THREAD_POOL_H_
#define COLDPATH_BASE_THREAD_POOL_H_

#include <memory>

#include "base/clock.h"
#include "base/executor.h"

namespace coldpath::base {

class ThreadPool : public Executor {
 public:
  // Runs what was posted before and waits for it; timers that are not due are forgotten. After
  // Stop, Post and PostAt drop their work. Idempotent; the destructor calls it.
  virtual void Stop() = 0;
};

// `clock` must outlive the pool.
std::unique_ptr<ThreadPool> MakeThreadPool(const Clock& clock, int threads);

// The real wall clock.
std::unique_ptr<Clock> MakeSystemClock();

}  // namespace coldpath::base

#endif  // COLDPATH_BASE_THREAD_POOL_H_
