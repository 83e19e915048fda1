// Fakes of the ports PushEndpoints and PushRegistry, for tests.
#ifndef COLDPATH_AWS_SNS_TESTING_H_
#define COLDPATH_AWS_SNS_TESTING_H_

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "aws/sns_notifier.h"
#include "base/mutex.h"
#include "tasks/push_registry.h"

namespace coldpath::aws {

// The port's semantics in memory.
class MemoryPushEndpoints final : public PushEndpoints {
 public:
  void Register(const std::string& user, const std::string& endpoint) {
    base::MutexLock lock(mutex_);
    std::vector<std::string>& known = endpoints_[user];
    if (std::ranges::find(known, endpoint) == known.end()) known.push_back(endpoint);
  }
  base::Result<std::vector<std::string>> List(const std::string& user_id) override {
    base::MutexLock lock(mutex_);
    return endpoints_[user_id];
  }
  base::Result<bool> Claim(const std::string& user_id, const std::string& endpoint,
                           const std::string& key) override {
    base::MutexLock lock(mutex_);
    return claims_.insert({user_id, endpoint, key}).second;
  }
  base::Status Release(const std::string& user_id, const std::string& endpoint,
                       const std::string& key) override {
    base::MutexLock lock(mutex_);
    claims_.erase({user_id, endpoint, key});
    return {};
  }
  base::Status Remove(const std::string& user_id, const std::string& endpoint) override {
    base::MutexLock lock(mutex_);
    std::erase(endpoints_[user_id], endpoint);
    return {};
  }

 private:
  base::Mutex mutex_;
  std::map<std::string, std::vector<std::string>> endpoints_ COLDPATH_GUARDED_BY(mutex_);
  std::set<std::array<std::string, 3>> claims_ COLDPATH_GUARDED_BY(mutex_);
};

// A registry of switches alone: the endpoints are registered elsewhere.
class MemorySwitches final : public tasks::PushRegistry {
 public:
  base::Status Put(const tasks::PushSubscription&) override {
    return base::Fail("push.kind_not_offered", "There are switches only.");
  }
  base::Result<std::vector<tasks::PushSubscription>> List(const std::string&) override {
    return std::vector<tasks::PushSubscription>();
  }
  base::Status Remove(const std::string&, const std::string&) override { return {}; }
  base::Result<tasks::PushSwitches> ReadSwitches(const std::string& user_id) override {
    base::MutexLock lock(mutex_);
    if (broken_) return base::Fail("store.io", "the table is gone");
    return switches_[user_id];
  }
  base::Status WriteSwitches(const std::string& user_id,
                             const tasks::PushSwitches& switches) override {
    base::MutexLock lock(mutex_);
    switches_[user_id] = switches;
    return {};
  }
  base::Status EraseUser(const std::string& user_id) override {
    base::MutexLock lock(mutex_);
    switches_.erase(user_id);
    return {};
  }
  void Break() {
    base::MutexLock lock(mutex_);
    broken_ = true;
  }

 private:
  base::Mutex mutex_;
  bool broken_ COLDPATH_GUARDED_BY(mutex_) = false;
  std::map<std::string, tasks::PushSwitches> switches_ COLDPATH_GUARDED_BY(mutex_);
};

}  // namespace coldpath::aws

#endif  // COLDPATH_AWS_SNS_TESTING_H_
