// A mutex that clang's thread-safety analysis understands (-Wthread-safety; the attributes are
// nothing to g++).
#ifndef COLDPATH_BASE_MUTEX_H_
#define COLDPATH_BASE_MUTEX_H_

#include <chrono>
#include <condition_variable>
#include <mutex>

#if defined(__clang__)
#define COLDPATH_THREAD_ATTRIBUTE(x) __attribute__((x))
#else
#define COLDPATH_THREAD_ATTRIBUTE(x)
#endif

#define COLDPATH_GUARDED_BY(x) COLDPATH_THREAD_ATTRIBUTE(guarded_by(x))
#define COLDPATH_REQUIRES(...) COLDPATH_THREAD_ATTRIBUTE(requires_capability(__VA_ARGS__))
#define COLDPATH_EXCLUDES(...) COLDPATH_THREAD_ATTRIBUTE(locks_excluded(__VA_ARGS__))

namespace coldpath::base {

class COLDPATH_THREAD_ATTRIBUTE(capability("mutex")) Mutex {
 public:
  void Lock() COLDPATH_THREAD_ATTRIBUTE(acquire_capability()) { mutex_.lock(); }
  void Unlock() COLDPATH_THREAD_ATTRIBUTE(release_capability()) { mutex_.unlock(); }

 private:
  friend class CondVar;
  std::mutex mutex_;
};

class COLDPATH_THREAD_ATTRIBUTE(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) COLDPATH_THREAD_ATTRIBUTE(acquire_capability(mutex))
      : mutex_(mutex) {
    mutex_.Lock();
  }
  ~MutexLock() COLDPATH_THREAD_ATTRIBUTE(release_capability()) { mutex_.Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

class CondVar {
 public:
  // May wake without a reason: call it in a loop over the condition.
  void Wait(Mutex& mutex) COLDPATH_REQUIRES(mutex) {
    std::unique_lock lock(mutex.mutex_, std::adopt_lock);
    condition_.wait(lock);
    lock.release();
  }
  template <typename Clock, typename Duration>
  void WaitUntil(Mutex& mutex, std::chrono::time_point<Clock, Duration> when)
      COLDPATH_REQUIRES(mutex) {
    std::unique_lock lock(mutex.mutex_, std::adopt_lock);
    condition_.wait_until(lock, when);
    lock.release();
  }
  void NotifyOne() { condition_.notify_one(); }
  void NotifyAll() { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

}  // namespace coldpath::base

#endif  // COLDPATH_BASE_MUTEX_H_
