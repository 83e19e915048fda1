#include "app/aws_config.h"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "tasks/workflow_names.h"

namespace coldpath::app {
namespace {

constexpr const char* kSecretOrigin = "COLDPATH_CONFIG_SECRET";

base::Status Missing(const std::string& name, const std::string& what) {
  return base::Fail("config.invalid", name + " is not set: " + what + ".");
}

std::string Text(const aws::Environment& environment, const std::string& name) {
  return environment.variable(name).value_or("");
}

base::Status ReadNumber(const aws::Environment& environment, const std::string& name, double least,
                        double most, double& value) {
  const auto text = environment.variable(name);
  if (!text) return {};
  double read = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), read);
  if (error != std::errc() || end != text->data() + text->size() || !(read >= least) ||
      !(read <= most)) {
    return base::Fail("config.invalid", name + " has to be a number from " + base::DumpJson(least) +
                                            " to " + base::DumpJson(most) + ", not \"" + *text +
                                            "\".");
  }
  value = read;
  return {};
}

// What a variable says wins over the configuration.
void ApplyVariables(const aws::Environment& environment, ServeConfig& serve) {
  for (const auto& [name, member] : std::array<std::pair<const char*, std::string*>, 3>{
           {{"COLDPATH_PUBLIC_URL", &serve.public_url},
            {"COLDPATH_ISSUER", &serve.issuer},
            {"COLDPATH_AUDIENCE", &serve.audience}}}) {
    if (auto value = environment.variable(name)) *member = *std::move(value);
  }
}

}  // namespace

base::Result<AwsRole> RoleOfFunction(std::string_view function) {
  if (function == kApiFunction) return AwsRole::kApi;
  if (function == kRecoverFunction) return AwsRole::kRecover;
  std::string known = std::string(kApiFunction) + ", " + std::string(kRecoverFunction);
  for (const std::string_view task :
       {tasks::kValidateFunction, tasks::kCalculateChunksFunction, tasks::kAdmitChunkFunction,
        tasks::kLogChunkFailureFunction, tasks::kAggregateFunction, tasks::kNotifyFunction,
        tasks::kExecutionEndedFunction}) {
    if (function == task) return AwsRole::kTask;
    known += ", " + std::string(task);
  }
  return base::Fail("config.invalid",
                    "There is no function \"" + std::string(function) +
                        "\"; COLDPATH_FUNCTION (or _HANDLER) has to name one of " + known + ".");
}

base::Result<AwsConfig> ReadAwsConfig(const aws::Environment& environment, AwsRole role) {
  AwsConfig config;
  COLDPATH_ASSIGN_OR_RETURN(config.aws, aws::ReadAwsSettings(environment));
  config.table = Text(environment, "COLDPATH_TABLE");
  config.bucket = Text(environment, "COLDPATH_BUCKET");
  config.state_machine_arn = Text(environment, "COLDPATH_STATE_MACHINE_ARN");
  config.kms_key = Text(environment, "COLDPATH_KMS_KEY");
  config.event_bus = environment.variable("COLDPATH_EVENT_BUS").value_or(config.event_bus);
  config.jwks_url = Text(environment, "COLDPATH_JWKS_URL");
  config.jwks = Text(environment, "COLDPATH_JWKS");
  config.config_secret = Text(environment, kSecretOrigin);
  config.fcm_application = Text(environment, "COLDPATH_SNS_FCM_APPLICATION");
  config.apns_application = Text(environment, "COLDPATH_SNS_APNS_APPLICATION");
  double concurrency = config.serve.max_concurrency;
  COLDPATH_RETURN_IF_ERROR(ReadNumber(environment, "COLDPATH_MAX_CONCURRENCY", 1, 40, concurrency));
  config.serve.max_concurrency = static_cast<int>(std::lround(concurrency));
  COLDPATH_RETURN_IF_ERROR(
      ReadNumber(environment, "COLDPATH_QUOTA_SCALE", 0.001, 1e9, config.serve.quota_scale));
  COLDPATH_RETURN_IF_ERROR(
      ReadNumber(environment, "COLDPATH_JOB_BUDGET", 0, 1e6, config.job_budget_dollars));
  COLDPATH_RETURN_IF_ERROR(
      ReadNumber(environment, "COLDPATH_LAUNCHES_PER_MINUTE", 0, 1e6, config.launches_per_minute));
  if (const auto text = environment.variable("COLDPATH_CONFIG")) {
    COLDPATH_RETURN_IF_ERROR(ReadConfigText("COLDPATH_CONFIG", *text, config.serve));
    config.config_secret.clear();  // injected: nobody has to fetch it
  } else if (config.config_secret.empty()) {
    COLDPATH_RETURN_IF_ERROR(
        Missing(kSecretOrigin, "it or COLDPATH_CONFIG says which providers there are"));
  }
  ApplyVariables(environment, config.serve);
  if (config.config_secret.empty()) COLDPATH_RETURN_IF_ERROR(CheckAwsConfig(config, role));
  return config;
}

base::Status MergeSecret(const std::string& text, const aws::Environment& environment,
                         AwsConfig& config) {
  COLDPATH_RETURN_IF_ERROR(ReadConfigText(kSecretOrigin, text, config.serve));
  ApplyVariables(environment, config.serve);
  config.config_secret.clear();
  return {};
}

base::Status CheckAwsConfig(const AwsConfig& config, AwsRole role) {
  if (config.table.empty()) return Missing("COLDPATH_TABLE", "the DynamoDB table");
  if (config.bucket.empty()) return Missing("COLDPATH_BUCKET", "the bucket of artifacts");
  const bool starts = role == AwsRole::kApi || role == AwsRole::kRecover;
  if (starts && config.state_machine_arn.empty()) {
    return Missing("COLDPATH_STATE_MACHINE_ARN", "the state machine that jobs run on");
  }
  if (role != AwsRole::kTask && config.kms_key.empty()) {
    return Missing("COLDPATH_KMS_KEY", "the key that seals the providers' tokens");
  }
  if (role != AwsRole::kApi) return {};
  if (config.serve.public_url.empty()) {
    return Missing("COLDPATH_PUBLIC_URL", "where clients reach the API");
  }
  if (config.jwks_url.empty() && config.jwks.empty()) {
    return Missing("COLDPATH_JWKS_URL", "it or COLDPATH_JWKS says who signs tokens");
  }
  if (config.serve.issuer.empty()) {
    return Missing("COLDPATH_ISSUER", "whose tokens are accepted");
  }
  return {};
}

base::Result<tasks::ChunkAssignment> ReadAssignment(const aws::Environment& environment) {
  tasks::ChunkAssignment assignment;
  for (const auto& [name, member] : std::array<std::pair<std::string_view, std::string*>, 5>{
           {{tasks::kTaskTokenVariable, &assignment.token},
            {tasks::kUserVariable, &assignment.user_id},
            {tasks::kJobVariable, &assignment.job_id},
            {tasks::kChunkVariable, &assignment.chunk_id},
            {tasks::kExecutionVariable, &assignment.execution}}}) {
    *member = Text(environment, std::string(name));
    if (!member->empty()) continue;
    return base::Fail(
        Missing(std::string(name), "the state machine sets it for each chunk").error());
  }
  return assignment;
}

}  // namespace coldpath::app
