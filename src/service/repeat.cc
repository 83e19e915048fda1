#include "service/repeat.h"

#include "base/mutex.h"

namespace coldpath::service {

struct Repeat::State {
  const base::Clock& clock;
  base::Executor& executor;
  base::Duration interval;
  std::function<void()> work;

  base::Mutex mutex;  // held while the work runs, so that the destructor waits for it
  bool stopped COLDPATH_GUARDED_BY(mutex) = false;
};

Repeat::Repeat(const base::Clock& clock, base::Executor& executor, base::Duration interval,
               std::function<void()> work)
    : state_(std::make_shared<State>(clock, executor, interval, std::move(work))) {
  executor.Post([state = state_] { Run(state); });
}

Repeat::~Repeat() {
  const base::MutexLock lock(state_->mutex);
  state_->stopped = true;
}

void Repeat::Run(const std::shared_ptr<State>& state) {
  const base::MutexLock lock(state->mutex);
  if (state->stopped) return;
  state->work();
  state->executor.PostAt(state->clock.Now() + state->interval, [state] { Run(state); });
}

}  // namespace coldpath::service
