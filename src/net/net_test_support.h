// For the tests of this folder: handlers made of lambdas, and a client that speaks bytes instead of
// HTTP.
#ifndef COLDPATH_NET_NET_TEST_SUPPORT_H_
#define COLDPATH_NET_NET_TEST_SUPPORT_H_

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "base/http_handler.h"
#include "base/mutex.h"

namespace coldpath::net::test {

class FunctionHandler final : public base::HttpHandler {
 public:
  using Function = std::function<void(base::HttpRequest, std::shared_ptr<base::HttpResponder>)>;
  explicit FunctionHandler(Function function) : function_(std::move(function)) {}
  void Handle(base::HttpRequest request, std::string,
              std::shared_ptr<base::HttpResponder> responder) override {
    function_(std::move(request), std::move(responder));
  }

 private:
  Function function_;
};

// One value that one thread hands to another.
template <typename T>
class Handover {
 public:
  void Put(T value) {
    base::MutexLock lock(mutex_);
    value_ = std::move(value);
    changed_.NotifyAll();
  }
  T Take() {
    base::MutexLock lock(mutex_);
    while (!value_) changed_.Wait(mutex_);
    return *std::exchange(value_, std::nullopt);
  }

 private:
  base::Mutex mutex_;
  base::CondVar changed_;
  std::optional<T> value_ COLDPATH_GUARDED_BY(mutex_);
};

class RawSocket {
 public:
  explicit RawSocket(int fd) : fd_(fd) {}
  RawSocket(RawSocket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  ~RawSocket() { Close(); }

  static RawSocket ConnectTo(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = Loopback(port);
    if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) std::abort();
    return RawSocket(fd);
  }
  static sockaddr_in Loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
  }

  void Send(std::string_view bytes) {
    (void)!::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }
  // Blocks until `end` was read, or the other side closed.
  std::string ReadUntil(std::string_view end) {
    std::string text;
    char c;
    while (!text.ends_with(end) && ::recv(fd_, &c, 1, 0) == 1) text += c;
    return text;
  }
  std::string ReadToEnd() {
    std::string text;
    char piece[4096];
    for (ssize_t got; (got = ::recv(fd_, piece, sizeof piece, 0)) > 0;)
      text.append(piece, static_cast<std::size_t>(got));
    return text;
  }
  void Close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }
  int fd() const { return fd_; }

 private:
  int fd_;
};

// A server that takes one connection and answers it with bytes of the test's choice.
class RawServer {
 public:
  explicit RawServer(std::function<void(RawSocket)> serve)
      : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = RawSocket::Loopback(0);
    socklen_t size = sizeof address;
    if (::bind(listener_.fd(), reinterpret_cast<sockaddr*>(&address), size) != 0) std::abort();
    if (::listen(listener_.fd(), 8) != 0) std::abort();
    ::getsockname(listener_.fd(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([fd = listener_.fd(), serve = std::move(serve)] {
      const int connection = ::accept(fd, nullptr, nullptr);
      if (connection >= 0) serve(RawSocket(connection));
    });
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/"; }
  std::uint16_t port() const { return port_; }

 private:
  RawSocket listener_;
  std::uint16_t port_ = 0;
  std::jthread thread_;
};

}  // namespace coldpath::net::test

#endif  // COLDPATH_NET_NET_TEST_SUPPORT_H_
