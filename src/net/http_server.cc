#include "net/http_server.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <thread>
#include <utility>

#include "net/internal/server_core.h"
#include "net/internal/session.h"

namespace coldpath::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using internal::ServerCore;
using internal::Session;

// Connections beyond the limit that get an answer; further ones are closed without.
constexpr std::size_t kRefusalsAtOnce = 64;
// Accepting fails when the process has no file descriptor left; it may have one soon.
constexpr std::chrono::milliseconds kAcceptRetry{100};

class AsioServer final : public HttpServer {
 public:
  AsioServer(std::shared_ptr<ServerCore> core, tcp::acceptor acceptor)
      : core_(std::move(core)),
        acceptor_(std::move(acceptor)),
        retry_(core_->io),
        port_(acceptor_.local_endpoint().port()),
        keep_running_(core_->io.get_executor()) {
    Accept();
    thread_ = std::thread([this] { core_->io.run(); });
  }

  ~AsioServer() override {
    core_->draining = true;
    core_->Post([this] {
      CloseAcceptor();
      core_->CloseAllSessions();
      core_->Shut();
      keep_running_.reset();
    });
    thread_.join();
  }

  std::uint16_t port() const override { return port_; }

  void Drain(std::chrono::milliseconds patience) override {
    core_->draining = true;
    core_->Post([this] {
      CloseAcceptor();
      core_->CloseIdleSessions();
    });
    const auto deadline = std::chrono::steady_clock::now() + patience;
    if (core_->WaitUntilEmpty(deadline)) return;
    core_->Post([this] { core_->CloseAllSessions(); });
    core_->WaitUntilEmpty(std::chrono::steady_clock::time_point::max());
  }

 private:
  void Accept() {
    acceptor_.async_accept([this](const error_code& error, tcp::socket socket) {
      if (!acceptor_.is_open()) return;
      if (error) return AcceptLater();
      Admit(std::move(socket));
      Accept();
    });
  }

  void AcceptLater() {
    retry_.expires_after(kAcceptRetry);
    retry_.async_wait([this](const error_code& error) {
      if (!error && acceptor_.is_open()) Accept();
    });
  }

  void Admit(tcp::socket socket) {
    const std::size_t count = core_->session_count();
    if (count >= core_->options.max_connections + kRefusalsAtOnce)
      return;  // the socket closes here
    auto session = std::make_shared<Session>(core_, std::move(socket));
    core_->Add(session);
    if (count >= core_->options.max_connections) {
      session->Refuse();
    } else {
      session->Start();
    }
  }

  void CloseAcceptor() {
    error_code ignored;
    acceptor_.close(ignored);
    retry_.cancel();
  }

  const std::shared_ptr<ServerCore> core_;
  tcp::acceptor acceptor_;
  asio::steady_timer retry_;
  const std::uint16_t port_;
  asio::executor_work_guard<asio::io_context::executor_type> keep_running_;
  std::thread thread_;
};

}  // namespace

base::Result<std::unique_ptr<HttpServer>> StartHttpServer(const HttpServerOptions& options,
                                                          base::HttpHandler& handler) {
  const auto fail = [&](const error_code& error) {
    return base::Fail("net.listen", "Cannot listen on " + options.address + " port " +
                                        std::to_string(options.port) + ": " + error.message() +
                                        ".");
  };
  error_code error;
  const auto address = asio::ip::make_address(options.address, error);
  if (error) return fail(error);
  const tcp::endpoint endpoint(address, options.port);
  auto core = std::make_shared<ServerCore>(options, handler);
  tcp::acceptor acceptor(core->io);
  acceptor.open(endpoint.protocol(), error);
  // A restarted service must get its port back while old connections still time out.
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return fail(error);
  return std::make_unique<AsioServer>(std::move(core), std::move(acceptor));
}

}  // namespace coldpath::net
