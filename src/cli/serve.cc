// serve, token.
#include <signal.h>

#include <cstdio>

#include "api/jwt.h"
#include "app/development_key.h"
#include "app/service.h"
#include "cli/commands.h"

namespace coldpath::cli {
namespace {

constexpr auto kDrainPatience = std::chrono::seconds(20);

// Blocks SIGINT and SIGTERM in every thread that is started from here on, so that Wait alone gets
// them.
class StopSignals {
 public:
  StopSignals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGINT);
    sigaddset(&set_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    signal(SIGPIPE, SIG_IGN);
  }
  void Wait() const {
    int received = 0;
    sigwait(&set_, &received);
  }

 private:
  sigset_t set_{};
};

}  // namespace

ExitCode RunServe(const app::ServeConfig& config) {
  const StopSignals signals;
  auto service = app::Service::Start(config, base::StandardErrorSink());
  if (!service) {
    std::fprintf(stderr, "coldpath: %s\n", service.error().message.c_str());
    return kUsage;
  }
  std::printf("coldpath serves %s\n", (*service)->url().c_str());
  std::fflush(stdout);
  signals.Wait();
  (*service)->Drain(kDrainPatience);
  return kOk;
}

CommandResult<std::string> MakeDevelopmentToken(const TokenOptions& options) {
  const auto key = app::DevelopmentKey(options.data_folder);
  if (!key) return std::unexpected(CommandError{kUsage, key.error().message, nullptr});
  api::Claims claims;
  claims.issuer = app::kDevelopmentIssuer;
  claims.audience = {"coldpath"};
  claims.subject = options.user;
  claims.issued = base::MakeSystemClock()->Now();
  claims.expires = claims.issued + std::chrono::hours(24 * options.days);
  claims.pro = options.pro;
  if (options.on_behalf) claims.scopes = {"on-behalf"};
  auto token = api::SignJwt(**key, claims);
  if (!token) return std::unexpected(CommandError{kRefused, token.error().message, nullptr});
  return *std::move(token);
}

ExitCode RunToken(const GlobalOptions& global, const TokenOptions& options) {
  const auto token = MakeDevelopmentToken(options);
  if (!token) {
    std::fprintf(stderr, "coldpath: %s\n", token.error().message.c_str());
    return token.error().exit;
  }
  const std::string out = global.json ? base::DumpJson({{"token", *token}}) : *token;
  std::printf("%s\n", out.c_str());
  return kOk;
}

}  // namespace coldpath::cli
