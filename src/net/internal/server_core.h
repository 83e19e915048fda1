// What the listener, its sessions and their responders share. Only this folder's server files
// include it.
#ifndef COLDPATH_NET_INTERNAL_SERVER_CORE_H_
#define COLDPATH_NET_INTERNAL_SERVER_CORE_H_

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/clock.h"
#include "base/http_handler.h"
#include "base/mutex.h"
#include "net/http_server.h"

namespace coldpath::net::internal {

class Session;

// Responders may outlive the server, so it is shared; after Shut nothing enters the loop any more,
// and nothing in the loop keeps it alive.
class ServerCore {
 public:
  ServerCore(const HttpServerOptions& options, base::HttpHandler& handler);
  ~ServerCore();

  // From any thread: runs `work` on the network thread, in the order of the calls, or drops it once
  // the server is shut.
  void Post(std::move_only_function<void()> work);
  void Shut();

  // On the network thread.
  void Add(std::shared_ptr<Session> session);
  void Remove(const std::shared_ptr<Session>& session);
  std::size_t session_count() const { return sessions_.size(); }
  void CloseIdleSessions();
  void CloseAllSessions();

  // From any other thread: true once no session is left, false if that takes until `deadline`.
  bool WaitUntilEmpty(std::chrono::steady_clock::time_point deadline);

  const HttpServerOptions options;
  base::HttpHandler& handler;
  const std::unique_ptr<base::Clock> clock;
  boost::asio::io_context io{1};
  std::atomic<bool> draining = false;

 private:
  void RunPosted();

  std::unordered_set<std::shared_ptr<Session>> sessions_;  // network thread only
  base::Mutex mutex_;
  base::CondVar count_changed_;
  std::size_t count_ COLDPATH_GUARDED_BY(mutex_) = 0;
  // A queue of our own: Asio lets what the network thread posts itself fall behind what others post
  // later, so that the end of a stream could overtake its start.
  std::vector<std::move_only_function<void()>> posted_ COLDPATH_GUARDED_BY(mutex_);
  bool shut_ COLDPATH_GUARDED_BY(mutex_) = false;
};

}  // namespace coldpath::net::internal

#endif  // COLDPATH_NET_INTERNAL_SERVER_CORE_H_
