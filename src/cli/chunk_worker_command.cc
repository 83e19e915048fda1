#include "cli/chunk_worker_command.h"

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "app/aws_service.h"

namespace coldpath::cli {
namespace {

// Fargate kills 30 s after SIGTERM unless the task definition says otherwise (stopTimeout).
constexpr timespec kGrace{.tv_sec = 20, .tv_nsec = 0};
constexpr int kEnded = SIGUSR1;  // what the attempt's end is to the thread that waits

// Blocked in every thread that is started from here on, so that they wait for who asks.
sigset_t BlockSignals() {
  signal(SIGPIPE, SIG_IGN);
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGINT, SIGTERM, kEnded}) sigaddset(&set, number);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  return set;
}

}  // namespace

ExitCode RunChunkWorker() {
  umask(077);
  const sigset_t signals = BlockSignals();
  auto container = app::ChunkContainer::Make(aws::ProcessEnvironment(), base::StandardErrorSink());
  if (!container) {
    std::fprintf(stderr, "coldpath: %s\n", container.error().message.c_str());
    return container.error().code.starts_with("config.") ? kUsage : kRefused;
  }
  (*container)->Start([] { kill(getpid(), kEnded); });
  int received = 0;
  sigwait(&signals, &received);
  if (received != kEnded) {
    (*container)->Interrupt();
    received = sigtimedwait(&signals, nullptr, &kGrace);
  }
  const ExitCode code = (*container)->Finish() ? kOk : kRefused;
  // An attempt that hangs in a call must not hold up the machine that is taken away.
  if (received != kEnded) std::_Exit(code);
  return code;
}

}  // namespace coldpath::cli
