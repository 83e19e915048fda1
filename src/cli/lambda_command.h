// `coldpath lambda`: one function of the service on AWS Lambda (docs/aws/configuration.md).
#ifndef COLDPATH_CLI_LAMBDA_COMMAND_H_
#define COLDPATH_CLI_LAMBDA_COMMAND_H_

#include <string_view>

#include "cli/exit_codes.h"

namespace coldpath::cli {

// Serves until the runtime API is gone. kUsage if the configuration is wrong, else kRefused: Lambda
// starts another process.
ExitCode RunLambda();

// Whether the program was started under the name that Lambda's zip packages give it: then it is
// `coldpath lambda` without saying so.
bool IsLambdaBootstrap(std::string_view program);

}  // namespace coldpath::cli

#endif  // COLDPATH_CLI_LAMBDA_COMMAND_H_
