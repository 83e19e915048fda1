// serve, token.
#include <signal.h>
#include <sys/stat.h>

#include <cstdio>

#include "app/development_key.h"
#include "app/development_tokens.h"
#include "app/service.h"
#include "cli/commands.h"

namespace coldpath::cli {
namespace {

constexpr auto kDrainPatience = std::chrono::seconds(20);
constexpr auto kHealthInterval = std::chrono::seconds(1);

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
  // Whether one came before the time was over.
  bool Wait(std::chrono::seconds time) const {
    const timespec limit{.tv_sec = time.count(), .tv_nsec = 0};
    return sigtimedwait(&set_, nullptr, &limit) > 0;
  }

 private:
  sigset_t set_{};
};

}  // namespace

ExitCode RunServe(const app::ServeConfig& config) {
  umask(077);  // what is stored is health data: nobody else's to read
  const StopSignals signals;
  auto service = app::Service::Start(config, base::StandardErrorSink());
  if (!service) {
    std::fprintf(stderr, "coldpath: %s\n", service.error().message.c_str());
    return kUsage;
  }
  std::printf("coldpath serves %s\n", (*service)->url().c_str());
  std::fflush(stdout);
  base::Status health;
  while (health && !signals.Wait(kHealthInterval)) health = (*service)->Health();
  (*service)->Drain(kDrainPatience);
  if (health) return kOk;
  // Whoever supervises the process starts it again, and nothing is lost.
  std::fprintf(stderr, "coldpath: %s\n", health.error().message.c_str());
  return kRefused;
}

CommandResult<std::string> MakeDevelopmentToken(const TokenOptions& options) {
  const auto key = app::DevelopmentKey(options.data_folder);
  if (!key) return std::unexpected(CommandError{kUsage, key.error().message, nullptr});
  app::DevelopmentTokenWish wish{
      options.user, options.pro, {}, std::chrono::hours(24 * options.days)};
  if (options.on_behalf) wish.scopes = {"on-behalf"};
  auto token = app::SignDevelopmentToken(**key, wish, base::MakeSystemClock()->Now());
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
