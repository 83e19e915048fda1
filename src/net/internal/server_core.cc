#include "net/internal/server_core.h"

#include <boost/asio/post.hpp>
#include <utility>

#include "base/thread_pool.h"
#include "net/internal/session.h"

namespace coldpath::net::internal {

ServerCore::ServerCore(const HttpServerOptions& server_options, base::HttpHandler& server_handler)
    : options(server_options), handler(server_handler), clock(base::MakeSystemClock()) {}

ServerCore::~ServerCore() = default;

void ServerCore::Post(std::move_only_function<void()> work) {
  base::MutexLock lock(mutex_);
  if (shut_) return;
  posted_.push_back(std::move(work));
  if (posted_.size() > 1) return;
  boost::asio::post(io, [this] { RunPosted(); });
}

void ServerCore::RunPosted() {
  std::vector<std::move_only_function<void()>> works;
  {
    base::MutexLock lock(mutex_);
    works.swap(posted_);
  }
  for (auto& work : works) work();
}

void ServerCore::Shut() {
  base::MutexLock lock(mutex_);
  shut_ = true;
}

void ServerCore::Add(std::shared_ptr<Session> session) {
  sessions_.insert(std::move(session));
  base::MutexLock lock(mutex_);
  count_ = sessions_.size();
}

void ServerCore::Remove(const std::shared_ptr<Session>& session) {
  sessions_.erase(session);
  base::MutexLock lock(mutex_);
  count_ = sessions_.size();
  count_changed_.NotifyAll();
}

void ServerCore::CloseIdleSessions() {
  const auto all = sessions_;  // closing removes from the set
  for (const auto& session : all) session->CloseIfIdle();
}

void ServerCore::CloseAllSessions() {
  const auto all = sessions_;
  for (const auto& session : all) session->Close();
}

bool ServerCore::WaitUntilEmpty(std::chrono::steady_clock::time_point deadline) {
  base::MutexLock lock(mutex_);
  while (count_ > 0) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    count_changed_.WaitUntil(mutex_, deadline);
  }
  return true;
}

}  // namespace coldpath::net::internal
