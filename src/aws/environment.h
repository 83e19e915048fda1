// What the machine tells a program about where it runs: environment variables and small files.
// Injected, so that tests need neither.
#ifndef COLDPATH_AWS_ENVIRONMENT_H_
#define COLDPATH_AWS_ENVIRONMENT_H_

#include <functional>
#include <optional>
#include <string>

#include "aws/aws_client.h"
#include "base/result.h"

namespace coldpath::aws {

struct Environment {
  // The variable's value; nothing if it is not set or empty.
  std::function<std::optional<std::string>(const std::string& name)> variable;
  // A file's content; nothing if it cannot be read or is larger than 64 KiB.
  std::function<std::optional<std::string>(const std::string& path)> file;
};

// The real ones. Thread-safe as long as nobody changes the process's environment.
Environment ProcessEnvironment();

// Region and endpoints from the variables that every AWS tool knows: AWS_REGION,
// AWS_DEFAULT_REGION, AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_<SERVICE> (AWS's own spelling of the
// service: DYNAMODB, SFN, S3, SNS, EVENTBRIDGE, KMS, ECS, CLOUDFORMATION, SECRETS_MANAGER). Errors:
// aws.no_region, aws.invalid_endpoint.
base::Result<AwsSettings> ReadAwsSettings(const Environment& environment);

}  // namespace coldpath::aws

#endif  // COLDPATH_AWS_ENVIRONMENT_H_
