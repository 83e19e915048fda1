// coldpath-sandbox: parses flags, listens, ends on SIGTERM or SIGINT. `approve` plays a browser.
#include <csignal>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "base/thread_pool.h"
#include "net/http_client.h"
#include "net/http_server.h"
#include "sandbox/shell/approve.h"
#include "sandbox/shell/flags.h"
#include "sandbox/shell/server.h"

namespace coldpath::sandbox {
namespace {

int Complain(const base::Error& error, int code) {
  std::fprintf(stderr, "coldpath-sandbox: %s\n", error.message.c_str());
  return code;
}

int Serve(const ServeFlags& flags) {
  // Blocked before any thread starts, so that sigwait alone receives them.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  const std::unique_ptr<base::Clock> clock = base::MakeSystemClock();
  const std::unique_ptr<base::ThreadPool> pool = base::MakeThreadPool(*clock, 2);
  SandboxHandler handler(flags.sandbox, *clock, *pool);
  net::HttpServerOptions options;
  options.address = flags.address;
  options.port = flags.port;
  options.server_name = kServerName;
  auto server = net::StartHttpServer(options, handler);
  if (!server) return Complain(server.error(), 1);
  const bool is_ipv6 = flags.address.find(':') != std::string::npos;
  std::printf(
      "coldpath-sandbox (a fake provider for tests and demonstrations) listens on "
      "http://%s%s%s:%d\n",
      is_ipv6 ? "[" : "", flags.address.c_str(), is_ipv6 ? "]" : "",
      static_cast<int>((*server)->port()));
  std::fflush(stdout);
  int signal = 0;
  sigwait(&signals, &signal);
  (*server)->Drain(std::chrono::seconds(2));
  pool->Stop();
  return 0;
}

int RunApprove(const ApproveFlags& flags) {
  const std::unique_ptr<base::Clock> clock = base::MakeSystemClock();
  const std::unique_ptr<base::ThreadPool> pool = base::MakeThreadPool(*clock, 1);
  const std::unique_ptr<base::HttpClient> client = net::MakeHttpClient({}, *pool);
  const auto approved = Approve(flags, [&](base::HttpRequest request) {
    return net::SendAndWait(*client, std::move(request));
  });
  if (!approved) return Complain(approved.error(), 1);
  const bool success = approved->status >= 200 && approved->status < 300;
  std::printf("%s: %s answered %d\n%s\n", flags.deny ? "denied" : "approved", approved->url.c_str(),
              approved->status, approved->body.c_str());
  return success ? 0 : 1;
}

int Main(std::vector<std::string> arguments) {
  if (!arguments.empty() && arguments.front() == "approve") {
    arguments.erase(arguments.begin());
    const auto flags = ParseApproveFlags(arguments);
    if (!flags) return Complain(flags.error(), 2);
    if (!flags->help) return RunApprove(*flags);
  } else {
    const auto flags = ParseServeFlags(arguments);
    if (!flags) return Complain(flags.error(), 2);
    if (!flags->help) return Serve(*flags);
  }
  std::fputs(std::string(HelpText()).c_str(), stdout);
  return 0;
}

}  // namespace
}  // namespace coldpath::sandbox

int main(int argc, char** argv) {
  return coldpath::sandbox::Main(std::vector<std::string>(argv + 1, argv + argc));
}
