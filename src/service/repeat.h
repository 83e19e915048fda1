// Runs a piece of upkeep (recovery, the outbox relay) again and again on an Executor.
#ifndef COLDPATH_SERVICE_REPEAT_H_
#define COLDPATH_SERVICE_REPEAT_H_

#include <functional>
#include <memory>

#include "base/clock.h"
#include "base/executor.h"

namespace coldpath::service {

// Runs `work` at once and then `interval` after each end. The destructor stops it and waits for a
// run that is under way; so the work must not destroy it.
class Repeat {
 public:
  Repeat(const base::Clock& clock, base::Executor& executor, base::Duration interval,
         std::function<void()> work);
  ~Repeat();
  Repeat(const Repeat&) = delete;
  Repeat& operator=(const Repeat&) = delete;

 private:
  struct State;
  static void Run(const std::shared_ptr<State>& state);
  std::shared_ptr<State> state_;
};

}  // namespace coldpath::service

#endif  // COLDPATH_SERVICE_REPEAT_H_
