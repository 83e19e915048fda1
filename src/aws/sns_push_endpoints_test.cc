#include "aws/sns_push_endpoints.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/aws_testing.h"
#include "aws/dynamodb/dynamo_inbox_store.h"
#include "aws/dynamodb/local_table_testing.h"
#include "aws/push_endpoints_contract.h"
#include "aws/sns_testing.h"

namespace coldpath::aws {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string EndpointAnswer(const std::string& arn) {
  return "<CreatePlatformEndpointResponse><CreatePlatformEndpointResult><EndpointArn>" + arn +
         "</EndpointArn></CreatePlatformEndpointResult></CreatePlatformEndpointResponse>";
}

// SNS is a script, the table DynamoDB Local's.
struct SnsPushEndpointsTest : ::testing::Test {
  void SetUp() override {
    if (!EmulatorUrl(dynamodb::kDynamoDbVariable)) {
      GTEST_SKIP() << dynamodb::kDynamoDbVariable << " is not set";
    }
    local = std::make_unique<dynamodb::LocalTable>();
    endpoints = std::make_unique<SnsPushEndpoints>(aws.client, local->table(), aws.clock);
  }
  void Register(const std::string& user, const std::string& arn) {
    aws.http.Then(200, EndpointAnswer(arn));
    EXPECT_EQ(endpoints->Register(user, "arn:app", "token of " + arn), arn);
  }
  ScriptedAws aws;
  std::unique_ptr<dynamodb::LocalTable> local;
  std::unique_ptr<SnsPushEndpoints> endpoints;
};

struct MemoryHarness final : PushEndpointsHarness {
  PushEndpoints& endpoints() override { return memory; }
  void Register(const std::string& user, const std::string& endpoint) override {
    memory.Register(user, endpoint);
  }
  MemoryPushEndpoints memory;
};

struct TableHarness final : PushEndpointsHarness {
  PushEndpoints& endpoints() override { return table; }
  void Register(const std::string& user, const std::string& endpoint) override {
    aws.http.Then(200, EndpointAnswer(endpoint));
    EXPECT_EQ(table.Register(user, "arn:app", "token"), endpoint);
  }
  ScriptedAws aws;
  dynamodb::LocalTable local;
  SnsPushEndpoints table{aws.client, local.table(), aws.clock};
};

INSTANTIATE_TEST_SUITE_P(Memory, PushEndpointsContract, ::testing::Values(PushEndpointsMaker{[] {
                           return std::make_unique<MemoryHarness>();
                         }}));
INSTANTIATE_TEST_SUITE_P(DynamoDb, PushEndpointsContract,
                         ::testing::ValuesIn(IfEmulated(dynamodb::kDynamoDbVariable,
                                                        PushEndpointsMaker{[] {
                                                          return std::make_unique<TableHarness>();
                                                        }})));

TEST_F(SnsPushEndpointsTest, EnablesADeviceThatComesBack) {
  aws.http.Then(400,
                "<ErrorResponse><Error><Code>InvalidParameter</Code><Message>Invalid parameter: "
                "Token Reason: Endpoint arn:aws:sns:x already exists with the same Token, but "
                "different attributes.</Message></Error></ErrorResponse>");
  aws.http.Then(200, "<SetEndpointAttributesResponse/>");
  EXPECT_EQ(endpoints->Register("ann", "arn:app", "token"), "arn:aws:sns:x");
  EXPECT_THAT(aws.http.requests()[0].body, HasSubstr("Action=CreatePlatformEndpoint&"));
  EXPECT_THAT(aws.http.requests()[1].body, HasSubstr("Action=SetEndpointAttributes"));
  EXPECT_THAT(*endpoints->List("ann"), ElementsAre("arn:aws:sns:x"));
}

TEST_F(SnsPushEndpointsTest, SaysWhyADeviceIsNotTaken) {
  const auto code = [&] { return endpoints->Register("ann", "arn:app", "token").error().code; };
  aws.http.Then(400, "<ErrorResponse><Error><Code>InvalidParameter</Code></Error></ErrorResponse>");
  EXPECT_EQ(code(), "push.refused");
  for (int i = 0; i < 5; ++i) aws.http.Then(503);
  EXPECT_EQ(code(), "push.unavailable");
  aws.http.Then(200, "<CreatePlatformEndpointResponse/>");
  EXPECT_EQ(code(), "push.unavailable");
  aws.http.Then(200, "not xml");
  EXPECT_EQ(code(), "push.unavailable");
  for (int i = 0; i < SnsPushEndpoints::kMostDevices; ++i)
    Register("ann", "arn:" + std::to_string(i));
  aws.http.Then(200, EndpointAnswer("arn:one more"));
  EXPECT_EQ(code(), "push.too_many_devices");
}

TEST_F(SnsPushEndpointsTest, ErasingTheInboxErasesDevices) {
  Register("ann", "arn:phone");
  Register("bob", "arn:other");
  ASSERT_EQ(endpoints->Claim("ann", "arn:phone", "e1 N-05"), true);
  DynamoInboxStore inbox(local->table());
  ASSERT_TRUE(inbox.EraseUser("ann"));
  EXPECT_THAT(*endpoints->List("ann"), IsEmpty());
  EXPECT_EQ(endpoints->Claim("ann", "arn:phone", "e1 N-05"), true) << "nothing is left of it";
  EXPECT_THAT(*endpoints->List("bob"), ElementsAre("arn:other"));
}

}  // namespace
}  // namespace coldpath::aws
