// What `coldpath lambda` and `coldpath chunk-worker` are told: by environment variables
// (docs/aws/configuration.md lists them), and by a secret for what is secret.
#ifndef COLDPATH_APP_AWS_CONFIG_H_
#define COLDPATH_APP_AWS_CONFIG_H_

#include <string>
#include <string_view>

#include "app/config.h"
#include "aws/aws_client.h"
#include "aws/environment.h"
#include "tasks/chunk_worker.h"

namespace coldpath::app {

// Functions that no state of the workflow invokes; the others are in tasks/workflow_names.h.
inline constexpr std::string_view kApiFunction = "api";
inline constexpr std::string_view kRecoverFunction = "recover";

// What a process is for, which decides what it needs to be told.
enum class AwsRole { kApi, kTask, kRecover, kChunkWorker };
// Error: config.invalid, naming the functions that there are.
base::Result<AwsRole> RoleOfFunction(std::string_view function);

struct AwsConfig {
  aws::AwsSettings aws;
  std::string table;
  std::string bucket;
  std::string state_machine_arn;
  std::string kms_key;
  std::string event_bus = "default";
  std::string jwks_url;       // or
  std::string jwks;           // the key set itself
  std::string config_secret;  // id or ARN of the secret that is still to be merged; empty: none
  // ARNs of SNS's platform applications; empty: there are no pushes of that kind.
  std::string fcm_application;
  std::string apns_application;
  double job_budget_dollars = 0;
  double launches_per_minute = 0;
  // Of this: providers, return_origins, public_url, issuer, audience, max_concurrency, quota_scale,
  // entitlement_keys.
  ServeConfig serve;
};

// Errors: config.invalid (naming the variable), aws.no_region, aws.invalid_endpoint.
base::Result<AwsConfig> ReadAwsConfig(const aws::Environment& environment, AwsRole role);
// Adds what the secret says; variables win over it. Error: config.invalid.
base::Status MergeSecret(const std::string& text, const aws::Environment& environment,
                         AwsConfig& config);
// Whether everything is there that the role needs. Error: config.invalid.
base::Status CheckAwsConfig(const AwsConfig& config, AwsRole role);

// The chunk that the state machine hands to a container. Error: config.invalid, naming the
// variable.
base::Result<tasks::ChunkAssignment> ReadAssignment(const aws::Environment& environment);

}  // namespace coldpath::app

#endif  // COLDPATH_APP_AWS_CONFIG_H_
