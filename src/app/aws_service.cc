#include "app/aws_service.h"

#include <utility>

#include "app/aws_functions.h"
#include "app/aws_parts.h"
#include "aws/lambda_runtime.h"

namespace coldpath::app {
namespace {

// One invocation at a time, and what it posts; late handlers that were given up need theirs too.
constexpr int kLambdaThreads = 8;

base::Error Serve(AwsMachine& machine, const aws::Environment& environment,
                  const std::string& function, aws::LambdaRuntime& runtime) {
  std::unique_ptr<AwsParts> parts;
  std::unique_ptr<AwsFunctions> functions;
  const base::Status made = [&]() -> base::Status {
    COLDPATH_ASSIGN_OR_RETURN(const AwsRole role, RoleOfFunction(function));
    COLDPATH_ASSIGN_OR_RETURN(parts, AwsParts::Make(machine, environment, role));
    functions = std::make_unique<AwsFunctions>(*parts);
    return {};
  }();
  if (!made) {
    if (const auto told = runtime.ReportInitError({made.error().code, made.error().message});
        !told) {
      machine.log.Error("init_error_not_reported", {{"reason", told.error().message}});
    }
    return made.error();
  }
  machine.log.Info("function_started", {{"function", function}});
  base::Error ended = runtime.Run([&](const aws::LambdaInvocation& invocation) {
    return functions->Invoke(function, invocation);
  });
  // Nothing may call into the functions once they go.
  machine.pool->Stop();
  return ended;
}

}  // namespace

base::Error RunLambdaFunction(const aws::Environment& environment, base::Log::Sink log) {
  const auto api = environment.variable("AWS_LAMBDA_RUNTIME_API");
  if (!api) {
    return {"config.invalid",
            "This is not Lambda: AWS_LAMBDA_RUNTIME_API is not set (docs/aws/configuration.md)."};
  }
  auto function = environment.variable("COLDPATH_FUNCTION");
  if (!function) function = environment.variable("_HANDLER");
  AwsMachine machine(std::move(log), kLambdaThreads);
  aws::LambdaRuntime runtime({*machine.aws_http, *machine.clock, *machine.pool, machine.log},
                             {.api = *api});
  return Serve(machine, environment, function.value_or(""), runtime);
}

}  // namespace coldpath::app
