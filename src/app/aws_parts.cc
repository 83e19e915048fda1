#include "app/aws_parts.h"

#include <cmath>
#include <thread>
#include <utility>

#include "app/provider_registry.h"
#include "base/crypto.h"
#include "net/http_client.h"

namespace coldpath::app {
namespace {

base::Result<std::string> ReadSecret(aws::AwsClient& client, const std::string& id) {
  const auto answer =
      client.CallJson("secretsmanager", "secretsmanager.GetSecretValue", {{"SecretId", id}});
  if (!answer) {
    return base::Fail("config.unreadable", "The secret " + id + " cannot be read: " +
                                               answer.error().name + ": " + answer.error().message);
  }
  auto text = base::FindString(*answer, "SecretString");
  if (!text) return base::Fail("config.unreadable", "The secret " + id + " holds no text.");
  return *std::move(text);
}

}  // namespace

AwsMachine::AwsMachine(base::Log::Sink sink, int threads)
    : clock(base::MakeSystemClock()),
      random(base::MakeSystemRandom()),
      log(*clock, base::LogLevel::kInfo, std::move(sink)),
      pool(base::MakeThreadPool(*clock, threads)),
      completions(base::MakeThreadPool(*clock, 1)),
      aws_http(net::MakeHttpClient({}, *completions)),
      provider_http(net::MakeHttpClient({}, *pool)) {}

AwsMachine::~AwsMachine() = default;

aws::AwsPorts AwsMachine::aws_ports() {
  return {*aws_http, *clock, *random, log,
          [](base::Duration pause) { std::this_thread::sleep_for(pause); }};
}

AwsParts::AwsParts(AwsMachine& given, const aws::Environment& environment, AwsConfig read)
    : machine(given),
      config(std::move(read)),
      credentials(aws::CredentialPlaces(environment, *machine.aws_http), *machine.clock,
                  machine.log),
      client(machine.aws_ports(), config.aws, credentials),
      table(client, machine.aws_ports(), config.table),
      jobs(table),
      connections(table),
      quota(table),
      entitlements(table),
      inbox(table),
      objects(client, {.bucket = config.bucket}),
      vault(client, *machine.clock, *machine.random, {.key_id = config.kms_key}),
      devices(client, table, *machine.clock),
      push(devices, table, {config.fcm_application, config.apns_application}),
      notifier(client, inbox, devices, push, machine.metrics, machine.log) {}

base::Result<std::unique_ptr<AwsParts>> AwsParts::Make(AwsMachine& machine,
                                                       const aws::Environment& environment,
                                                       AwsRole role) {
  COLDPATH_ASSIGN_OR_RETURN(AwsConfig config, ReadAwsConfig(environment, role));
  auto parts = std::make_unique<AwsParts>(machine, environment, std::move(config));
  if (!parts->config.config_secret.empty()) {
    COLDPATH_ASSIGN_OR_RETURN(const std::string secret,
                              ReadSecret(parts->client, parts->config.config_secret));
    COLDPATH_RETURN_IF_ERROR(MergeSecret(secret, environment, parts->config));
    COLDPATH_RETURN_IF_ERROR(CheckAwsConfig(parts->config, role));
  }
  COLDPATH_RETURN_IF_ERROR(AddProviders(parts->config.serve, parts->providers));
  return parts;
}

tasks::TaskPorts AwsParts::task_ports() {
  tasks::TaskSettings settings;
  settings.quota_scale = config.serve.quota_scale;
  settings.job_budget_dollars = config.job_budget_dollars;
  settings.launches_per_minute = std::lround(config.launches_per_minute);
  return {jobs,         connections,     objects,   quota,          notifier,
          entitlements, vault,           providers, *machine.clock, *machine.random,
          machine.log,  machine.metrics, settings};
}

}  // namespace coldpath::app
