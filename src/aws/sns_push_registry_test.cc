#include "aws/sns_push_registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/aws_testing.h"
#include "aws/dynamodb/dynamo_inbox_store.h"
#include "aws/dynamodb/local_table_testing.h"
#include "base/http.h"
#include "tasks/push_registry_contract.h"

namespace coldpath::aws {
namespace {

using tasks::PushKind;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kFcmApplication = "arn:aws:sns:x:1:app/GCM/coldpath";

// SNS gives a token the same endpoint each time; the table is DynamoDB Local's.
struct Installation {
  Installation() {
    aws.http.Otherwise([](const base::HttpRequest& request) -> base::Result<base::HttpResponse> {
      std::string token;
      const auto form = base::DecodeForm(request.body);
      for (const auto& [name, value] : *form) {
        if (name == "Token") token = value;
      }
      return base::HttpResponse{
          200,
          {},
          "<CreatePlatformEndpointResponse><CreatePlatformEndpointResult><EndpointArn>arn:" +
              token +
              "</EndpointArn></CreatePlatformEndpointResult></CreatePlatformEndpointResponse>"};
    });
  }
  ScriptedAws aws;
  dynamodb::LocalTable local;
  SnsPushEndpoints endpoints{aws.client, local.table(), aws.clock};
  SnsPushRegistry registry{endpoints, local.table(), {.fcm = kFcmApplication, .apns = ""}};
};

struct Harness final : tasks::PushRegistryHarness {
  tasks::PushRegistry& registry() override { return installation.registry; }
  std::vector<PushKind> offered() const override { return {PushKind::kFcm}; }
  bool keeps_addresses() const override { return false; }
  Installation installation;
};

using ::coldpath::tasks::PushRegistryContract;
using ::coldpath::tasks::PushRegistryMaker;
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(PushRegistryContract);
INSTANTIATE_TEST_SUITE_P(Sns, PushRegistryContract,
                         ::testing::ValuesIn(IfEmulated(dynamodb::kDynamoDbVariable,
                                                        PushRegistryMaker{[] {
                                                          return std::make_unique<Harness>();
                                                        }})));

struct SnsPushRegistryTest : ::testing::Test {
  void SetUp() override {
    if (!EmulatorUrl(dynamodb::kDynamoDbVariable)) {
      GTEST_SKIP() << dynamodb::kDynamoDbVariable << " is not set";
    }
    installation = std::make_unique<Installation>();
  }
  static tasks::PushSubscription Phone() {
    tasks::PushSubscription phone;
    phone.id = "phone";
    phone.user_id = "ann";
    phone.kind = PushKind::kFcm;
    phone.address = "token";
    return phone;
  }
  std::unique_ptr<Installation> installation;
};

TEST_F(SnsPushRegistryTest, RegistersWithSnsWhatTheNotifierFinds) {
  ASSERT_TRUE(installation->registry.Put(Phone()));
  const auto& requests = installation->aws.http.requests();
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_THAT(requests[0].body, HasSubstr("Action=CreatePlatformEndpoint&"));
  EXPECT_THAT(requests[0].body, HasSubstr(base::PercentEncode(kFcmApplication)));
  EXPECT_THAT(*installation->endpoints.List("ann"), ElementsAre("arn:token"));
  EXPECT_EQ(installation->registry.List("ann")->front().address, "arn:token");
}

TEST_F(SnsPushRegistryTest, ADeviceThatSnsGaveUpIsNotListed) {
  ASSERT_TRUE(installation->registry.Put(Phone()));
  ASSERT_TRUE(installation->endpoints.Remove("ann", "arn:token"));
  EXPECT_THAT(*installation->registry.List("ann"), IsEmpty());
  ASSERT_TRUE(installation->registry.Put(Phone()));
  EXPECT_EQ(installation->registry.List("ann")->size(), 1u);
}

TEST_F(SnsPushRegistryTest, SaysWhatSnsSays) {
  installation->aws.http.Then(
      400, "<ErrorResponse><Error><Code>InvalidParameter</Code></Error></ErrorResponse>");
  EXPECT_EQ(installation->registry.Put(Phone()).error().code, "push.refused");
  for (int i = 0; i < 5; ++i) installation->aws.http.Then(503);
  EXPECT_EQ(installation->registry.Put(Phone()).error().code, "push.unavailable");
}

TEST_F(SnsPushRegistryTest, ErasingTheInboxErasesDevicesAndSwitches) {
  ASSERT_TRUE(installation->registry.Put(Phone()));
  ASSERT_TRUE(installation->registry.WriteSwitches("ann", {{tasks::NotificationKind::kCompleted}}));
  DynamoInboxStore inbox(installation->local.table());
  ASSERT_TRUE(inbox.EraseUser("ann"));
  EXPECT_THAT(*installation->registry.List("ann"), IsEmpty());
  EXPECT_TRUE(installation->registry.ReadSwitches("ann")->off.empty());
}

}  // namespace
}  // namespace coldpath::aws
