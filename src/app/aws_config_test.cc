#include "app/aws_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace coldpath::app {
namespace {

using ::testing::HasSubstr;

using Variables = std::map<std::string, std::string>;

aws::Environment Env(const Variables& variables) {
  return {[variables](const std::string& name) -> std::optional<std::string> {
            const auto found = variables.find(name);
            if (found == variables.end() || found->second.empty()) return std::nullopt;
            return found->second;
          },
          [](const std::string&) -> std::optional<std::string> { return std::nullopt; }};
}

Variables Complete() {
  return {{"AWS_REGION", "eu-central-1"},
          {"COLDPATH_TABLE", "table"},
          {"COLDPATH_BUCKET", "bucket"},
          {"COLDPATH_STATE_MACHINE_ARN", "arn:machine"},
          {"COLDPATH_KMS_KEY", "alias/key"},
          {"COLDPATH_PUBLIC_URL", "https://sync.example.com"},
          {"COLDPATH_JWKS_URL", "https://id.example.com/jwks"},
          {"COLDPATH_ISSUER", "https://id.example.com"},
          {"COLDPATH_CONFIG",
           R"({"providers": {"oura": {"client_id": "id", "client_secret": "s"}},
               "issuer": "other", "audience": "mine", "return_origins": ["https://app"]})"}};
}

TEST(AwsConfigTest, ReadsWhatTheEnvironmentSays) {
  Variables variables = Complete();
  variables["COLDPATH_EVENT_BUS"] = "bus";
  variables["COLDPATH_MAX_CONCURRENCY"] = "25";
  variables["COLDPATH_QUOTA_SCALE"] = "0.5";
  variables["COLDPATH_JOB_BUDGET"] = "1.5";
  variables["COLDPATH_LAUNCHES_PER_MINUTE"] = "900";
  variables["AWS_ENDPOINT_URL"] = "http://127.0.0.1:5000";
  const auto config = ReadAwsConfig(Env(variables), AwsRole::kApi);
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->aws.region, "eu-central-1");
  EXPECT_EQ(config->table, "table");
  EXPECT_EQ(config->bucket, "bucket");
  EXPECT_EQ(config->event_bus, "bus");
  EXPECT_EQ(config->job_budget_dollars, 1.5);
  EXPECT_EQ(config->launches_per_minute, 900);
  EXPECT_EQ(config->serve.max_concurrency, 25);
  EXPECT_EQ(config->serve.quota_scale, 0.5);
  EXPECT_EQ(config->serve.providers.at("oura").client_secret, "s");
  EXPECT_EQ(config->serve.issuer, "https://id.example.com") << "the variable wins";
  EXPECT_EQ(config->serve.audience, "mine");
  EXPECT_EQ(config->serve.return_origins, std::vector<std::string>{"https://app"});
  EXPECT_EQ(config->config_secret, "");
}

TEST(AwsConfigTest, EachRoleNeedsItsOwn) {
  const std::vector<std::pair<std::string, std::vector<AwsRole>>> needs = {
      {"COLDPATH_TABLE", {AwsRole::kApi, AwsRole::kTask, AwsRole::kRecover, AwsRole::kChunkWorker}},
      {"COLDPATH_BUCKET",
       {AwsRole::kApi, AwsRole::kTask, AwsRole::kRecover, AwsRole::kChunkWorker}},
      {"COLDPATH_CONFIG",
       {AwsRole::kApi, AwsRole::kTask, AwsRole::kRecover, AwsRole::kChunkWorker}},
      {"COLDPATH_KMS_KEY", {AwsRole::kApi, AwsRole::kRecover, AwsRole::kChunkWorker}},
      {"COLDPATH_STATE_MACHINE_ARN", {AwsRole::kApi, AwsRole::kRecover}},
      {"COLDPATH_PUBLIC_URL", {AwsRole::kApi}},
      {"COLDPATH_JWKS_URL", {AwsRole::kApi}}};
  for (const auto& [name, roles] : needs) {
    Variables variables = Complete();
    variables.erase(name);
    for (const AwsRole role :
         {AwsRole::kApi, AwsRole::kTask, AwsRole::kRecover, AwsRole::kChunkWorker}) {
      const auto config = ReadAwsConfig(Env(variables), role);
      const bool needed = std::ranges::count(roles, role) > 0;
      EXPECT_EQ(config.has_value(), !needed) << name << " " << static_cast<int>(role);
      if (config) continue;
      EXPECT_EQ(config.error().code, "config.invalid");
      EXPECT_THAT(config.error().message, HasSubstr(name));
    }
  }
}

TEST(AwsConfigTest, WhatIsWrongIsNamed) {
  for (const auto& [name, value] : Variables{{"COLDPATH_MAX_CONCURRENCY", "41"},
                                             {"COLDPATH_QUOTA_SCALE", "0"},
                                             {"COLDPATH_JOB_BUDGET", "1,5"},
                                             {"COLDPATH_CONFIG", "{"}}) {
    Variables variables = Complete();
    variables[name] = value;
    const auto config = ReadAwsConfig(Env(variables), AwsRole::kApi);
    ASSERT_FALSE(config) << name;
    EXPECT_EQ(config.error().code, "config.invalid") << name;
    EXPECT_THAT(config.error().message, HasSubstr(name));
  }
  Variables nowhere = Complete();
  nowhere.erase("AWS_REGION");
  EXPECT_EQ(ReadAwsConfig(Env(nowhere), AwsRole::kApi).error().code, "aws.no_region");
}

TEST(AwsConfigTest, ASecretIsMergedBelowTheVariables) {
  Variables variables = Complete();
  variables.erase("COLDPATH_CONFIG");
  variables.erase("COLDPATH_PUBLIC_URL");
  variables["COLDPATH_CONFIG_SECRET"] = "arn:secret";
  auto config = ReadAwsConfig(Env(variables), AwsRole::kApi);
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->config_secret, "arn:secret");
  EXPECT_EQ(CheckAwsConfig(*config, AwsRole::kApi).error().code, "config.invalid");
  ASSERT_TRUE(MergeSecret(R"({"public_url": "https://x", "issuer": "y",
                              "providers": {"oura": {"client_id": "id"}}})",
                          Env(variables), *config));
  EXPECT_TRUE(CheckAwsConfig(*config, AwsRole::kApi));
  EXPECT_EQ(config->serve.public_url, "https://x");
  EXPECT_EQ(config->serve.issuer, "https://id.example.com");
  EXPECT_EQ(config->config_secret, "");
  EXPECT_EQ(MergeSecret("text", Env(variables), *config).error().code, "config.invalid");
}

TEST(AwsConfigTest, KnowsItsFunctions) {
  EXPECT_EQ(RoleOfFunction("api"), AwsRole::kApi);
  EXPECT_EQ(RoleOfFunction("recover"), AwsRole::kRecover);
  for (const char* task : {"validate", "calculate-chunks", "admit-chunk", "log-chunk-failure",
                           "aggregate", "notify", "execution-ended"}) {
    EXPECT_EQ(RoleOfFunction(task), AwsRole::kTask) << task;
  }
  const auto unknown = RoleOfFunction("function.handler");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, "config.invalid");
  EXPECT_THAT(unknown.error().message, HasSubstr("calculate-chunks"));
}

TEST(AwsConfigTest, ReadsTheChunkOfAContainer) {
  Variables variables = {{"COLDPATH_TASK_TOKEN", "token"},
                         {"COLDPATH_USER_ID", "ada"},
                         {"COLDPATH_JOB_ID", "job"},
                         {"COLDPATH_CHUNK_ID", "chunk"},
                         {"COLDPATH_EXECUTION", "run"}};
  const auto read = ReadAssignment(Env(variables));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->token, "token");
  EXPECT_EQ(read->user_id, "ada");
  EXPECT_EQ(read->job_id, "job");
  EXPECT_EQ(read->chunk_id, "chunk");
  EXPECT_EQ(read->execution, "run");
  for (const auto& [name, value] : variables) {
    Variables rest = variables;
    rest.erase(name);
    const auto incomplete = ReadAssignment(Env(rest));
    ASSERT_FALSE(incomplete) << name;
    EXPECT_EQ(incomplete.error().code, "config.invalid");
    EXPECT_THAT(incomplete.error().message, HasSubstr(name));
  }
}

}  // namespace
}  // namespace coldpath::app
