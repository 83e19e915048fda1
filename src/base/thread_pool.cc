#include "base/thread_pool.h"

#include <algorithm>
#include <deque>
#include <set>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/mutex.h"

namespace coldpath::base {
namespace {

class SystemClock final : public Clock {
 public:
  Instant Now() const override {
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  }
};

class FixedThreadPool final : public ThreadPool {
 public:
  FixedThreadPool(const Clock& clock, int threads) : clock_(clock) {
    COLDPATH_CHECK(threads > 0);
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { RunWork(); });
    threads_.emplace_back([this] { RunTimers(); });
  }
  ~FixedThreadPool() override { Stop(); }

  void Post(Work work) override {
    {
      MutexLock lock(mutex_);
      if (stopping_) return;
      ready_.push_back({kNoTimer, std::move(work)});
    }
    work_is_ready_.NotifyOne();
  }

  TimerId PostAt(Instant when, Work work) override {
    TimerId id;
    {
      MutexLock lock(mutex_);
      id = ++last_timer_;
      if (stopping_) return id;
      timers_.emplace(id, Timer{when, std::move(work)});
      waiting_.emplace(when, id);
      if (waiting_.begin()->second != id) return id;
    }
    timers_changed_.NotifyOne();
    return id;
  }

  bool Cancel(TimerId timer) override {
    Work dropped;  // Goes after the lock does: what it holds may call back into the pool.
    MutexLock lock(mutex_);
    const auto found = timers_.find(timer);
    if (found == timers_.end()) return false;
    waiting_.erase({found->second.when, timer});
    dropped = std::move(found->second.work);
    timers_.erase(found);
    return true;
  }

  void Stop() override {
    std::unordered_map<TimerId, Timer> forgotten;
    {
      MutexLock lock(mutex_);
      stopping_ = true;
      // Timers that were due stand among the ready work and still run.
      for (const auto& [when, id] : waiting_) forgotten.insert(timers_.extract(id));
      waiting_.clear();
    }
    work_is_ready_.NotifyAll();
    timers_changed_.NotifyAll();
    MutexLock lock(join_mutex_);
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }

 private:
  static constexpr TimerId kNoTimer = 0;
  // The wall clock may be set while we wait for it: look again at least this often.
  static constexpr Duration kLongestWait = std::chrono::seconds(1);

  struct Timer {
    Instant when;
    Work work;
  };
  // Work, or the id of a timer that is due and can still be cancelled.
  struct Ready {
    TimerId timer;
    Work work;
  };

  void RunWork() {
    while (Work work = NextWork()) work();
  }

  // Empty once the pool stops and nothing is left to run.
  Work NextWork() {
    MutexLock lock(mutex_);
    for (;;) {
      while (ready_.empty()) {
        if (stopping_) return nullptr;
        work_is_ready_.Wait(mutex_);
      }
      Ready next = std::move(ready_.front());
      ready_.pop_front();
      if (next.timer == kNoTimer) return std::move(next.work);
      const auto timer = timers_.find(next.timer);
      if (timer == timers_.end()) continue;
      Work work = std::move(timer->second.work);
      timers_.erase(timer);
      return work;
    }
  }

  void RunTimers() {
    MutexLock lock(mutex_);
    while (!stopping_) {
      if (waiting_.empty()) {
        timers_changed_.Wait(mutex_);
        continue;
      }
      const auto [when, id] = *waiting_.begin();
      const Instant now = clock_.Now();
      if (when <= now) {
        waiting_.erase(waiting_.begin());
        ready_.push_back({id, nullptr});
        work_is_ready_.NotifyOne();
      } else {
        timers_changed_.WaitUntil(mutex_, std::chrono::steady_clock::now() +
                                              std::min<Duration>(when - now, kLongestWait));
      }
    }
  }

  const Clock& clock_;
  Mutex mutex_;
  CondVar work_is_ready_;
  CondVar timers_changed_;
  std::deque<Ready> ready_ COLDPATH_GUARDED_BY(mutex_);
  std::unordered_map<TimerId, Timer> timers_ COLDPATH_GUARDED_BY(mutex_);
  std::set<std::pair<Instant, TimerId>> waiting_ COLDPATH_GUARDED_BY(mutex_);
  TimerId last_timer_ COLDPATH_GUARDED_BY(mutex_) = kNoTimer;
  bool stopping_ COLDPATH_GUARDED_BY(mutex_) = false;
  Mutex join_mutex_;
  std::vector<std::thread> threads_;
};

}  // namespace

std::unique_ptr<ThreadPool> MakeThreadPool(const Clock& clock, int threads) {
  return std::make_unique<FixedThreadPool>(clock, threads);
}

std::unique_ptr<Clock> MakeSystemClock() { return std::make_unique<SystemClock>(); }

}  // namespace coldpath::base
