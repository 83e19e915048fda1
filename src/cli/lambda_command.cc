#include "cli/lambda_command.h"

#include <signal.h>

#include <cstdio>

#include "app/aws_service.h"

namespace coldpath::cli {

ExitCode RunLambda() {
  signal(SIGPIPE, SIG_IGN);
  const base::Error ended =
      app::RunLambdaFunction(aws::ProcessEnvironment(), base::StandardErrorSink());
  std::fprintf(stderr, "coldpath: %s\n", ended.message.c_str());
  return ended.code.starts_with("config.") ? kUsage : kRefused;
}

bool IsLambdaBootstrap(std::string_view program) {
  return program.substr(program.rfind('/') + 1) == "bootstrap";
}

}  // namespace coldpath::cli
