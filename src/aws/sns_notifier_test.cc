#include "aws/sns_notifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "aws/aws_testing.h"
#include "aws/sns_testing.h"
#include "aws/xml_reader.h"
#include "base/crypto.h"
#include "tasks/notifier_contract.h"

namespace coldpath::aws {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class MemoryInbox final : public tasks::InboxStore {
 public:
  base::Result<bool> Add(const tasks::Notification& notification) override {
    base::MutexLock lock(mutex_);
    if (broken_) return base::Fail("store.io", "the table is gone");
    if (!keys_.insert(notification.key).second) return false;
    rows_.push_back(notification);
    return true;
  }
  base::Result<std::vector<tasks::Notification>> List(const std::string&, int) override {
    base::MutexLock lock(mutex_);
    return rows_;
  }
  base::Status EraseJob(const std::string&, const std::string&) override { return {}; }
  base::Status EraseUser(const std::string&) override { return {}; }
  void Break() {
    base::MutexLock lock(mutex_);
    broken_ = true;
  }

 private:
  base::Mutex mutex_;
  bool broken_ COLDPATH_GUARDED_BY(mutex_) = false;
  std::set<std::string> keys_ COLDPATH_GUARDED_BY(mutex_);
  std::vector<tasks::Notification> rows_ COLDPATH_GUARDED_BY(mutex_);
};

const tasks::Notification kDone{.key = "e1 N-05",
                                .user_id = "ann",
                                .job_id = "job",
                                .kind = tasks::NotificationKind::kCompleted,
                                .push = true,
                                .time = base::FromUnixSeconds(1'800'000'000)};
constexpr char kPublished[] = "<PublishResponse><PublishResult/></PublishResponse>";

struct SnsNotifierTest : ::testing::Test {
  SnsNotifierTest() {
    endpoints.Register("ann", "arn:phone");
    endpoints.Register("ann", "arn:tablet");
    endpoints.Register("bob", "arn:other");
  }
  static std::string ErrorBody(const std::string& code, const std::string& message = "m") {
    return "<ErrorResponse><Error><Type>Sender</Type><Code>" + code + "</Code><Message>" + message +
           "</Message></Error></ErrorResponse>";
  }
  std::vector<std::string> Targets() const {
    std::vector<std::string> targets;
    for (const base::HttpRequest& request : aws.http.requests()) {
      const auto form = base::DecodeForm(request.body);
      for (const auto& [name, value] : *form) {
        if (name == "TargetArn") targets.push_back(value);
      }
    }
    return targets;
  }
  ScriptedAws aws;
  MemoryInbox inbox;
  MemoryPushEndpoints endpoints;
  MemorySwitches switches;
  base::NoMetrics metrics;
  SnsNotifier notifier{aws.client, inbox, endpoints, switches, metrics, aws.log};
};

TEST_F(SnsNotifierTest, PushesToEachOfThePersonsDevicesOnce) {
  aws.http.Then(200, kPublished);
  aws.http.Then(200, kPublished);
  ASSERT_TRUE(notifier.Notify(kDone));
  ASSERT_TRUE(notifier.Notify(kDone));
  EXPECT_THAT(Targets(), ElementsAre("arn:phone", "arn:tablet"));
  EXPECT_THAT(*inbox.List("ann", 9), SizeIs(1));
  const auto form = *base::DecodeForm(aws.http.requests()[0].body);
  const std::map<std::string, std::string> fields(form.begin(), form.end());
  EXPECT_EQ(fields.at("Action"), "Publish");
  EXPECT_EQ(fields.at("MessageStructure"), "json");
  EXPECT_EQ(fields.at("MessageAttributes.entry.1.Value.StringValue"), "alert");
  for (const std::string& line : aws.lines) EXPECT_THAT(line, Not(HasSubstr("\"ann\"")));
}

TEST_F(SnsNotifierTest, SaysTheSameOnEveryPlatform) {
  const base::Json message = *base::ParseJson(PushMessage(kDone));
  EXPECT_EQ(message["default"], "Your historical sync is complete.");
  const base::Json firebase = *base::ParseJson(message["GCM"].get<std::string>());
  EXPECT_EQ(firebase["fcmV1Message"]["message"]["notification"]["body"],
            "Your historical sync is complete.");
  EXPECT_EQ(firebase["fcmV1Message"]["message"]["data"],
            (base::Json{{"code", "N-05"}, {"jobId", "job"}}));
  const base::Json apple = *base::ParseJson(message["APNS"].get<std::string>());
  EXPECT_EQ(apple["aps"]["alert"]["body"], "Your historical sync is complete.");
  EXPECT_EQ(apple["jobId"], "job");
  EXPECT_EQ(message["APNS"], message["APNS_SANDBOX"]);
}

TEST_F(SnsNotifierTest, AFirstWeekIsOnlyInTheInbox) {
  tasks::Notification quiet = kDone;
  quiet.push = false;
  ASSERT_TRUE(notifier.Notify(quiet));
  EXPECT_THAT(aws.http.requests(), IsEmpty());
  EXPECT_THAT(*inbox.List("ann", 9), SizeIs(1));
}

TEST_F(SnsNotifierTest, WhatIsSwitchedOffIsOnlyInTheInbox) {
  ASSERT_TRUE(switches.WriteSwitches("ann", {{tasks::NotificationKind::kCompleted}}));
  ASSERT_TRUE(notifier.Notify(kDone));
  EXPECT_THAT(aws.http.requests(), IsEmpty());
  EXPECT_THAT(*inbox.List("ann", 9), SizeIs(1));
  switches.Break();
  EXPECT_EQ(notifier.Notify(kDone).error().code, "store.io");
}

TEST_F(SnsNotifierTest, PushesWhatACrashLeftInTheInbox) {
  ASSERT_TRUE(inbox.Add(kDone));
  aws.http.Then(200, kPublished);
  aws.http.Then(200, kPublished);
  ASSERT_TRUE(notifier.Notify(kDone));
  EXPECT_THAT(Targets(), SizeIs(2));
}

TEST_F(SnsNotifierTest, ForgetsDevicesThatAreGone) {
  aws.http.Then(400, ErrorBody("EndpointDisabled"));
  aws.http.Then(
      400, ErrorBody("InvalidParameter", "Invalid parameter: TargetArn Reason: No endpoint found"));
  EXPECT_TRUE(notifier.Notify(kDone));
  EXPECT_THAT(*endpoints.List("ann"), IsEmpty());
  EXPECT_THAT(*endpoints.List("bob"), SizeIs(1));
}

TEST_F(SnsNotifierTest, ARefusedPushIsTriedAgainLaterAndDoesNotStopTheOthers) {
  aws.http.Then(400, ErrorBody("PlatformApplicationDisabled", "renew the certificate"));
  aws.http.Then(200, kPublished);
  const auto told = notifier.Notify(kDone);
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().code, "notify.unavailable");
  EXPECT_EQ(told.error().message,
            "SNS: PlatformApplicationDisabled: renew the certificate (HTTP 400)");
  aws.http.Then(200, kPublished);
  EXPECT_TRUE(notifier.Notify(kDone));
  EXPECT_THAT(Targets(), ElementsAre("arn:phone", "arn:tablet", "arn:phone"));
}

TEST_F(SnsNotifierTest, AnAnswerThatIsLostIsNotPushedAgain) {
  aws.http.ThenFail("http.timeout");
  aws.http.Then(200, kPublished);
  EXPECT_TRUE(notifier.Notify(kDone));
  EXPECT_TRUE(notifier.Notify(kDone));
  EXPECT_THAT(Targets(), ElementsAre("arn:phone", "arn:tablet"));
}

TEST_F(SnsNotifierTest, PassesTheInboxesErrorOnBeforeAnythingIsPushed) {
  inbox.Break();
  EXPECT_EQ(notifier.Notify(kDone).error().code, "store.io");
  EXPECT_THAT(aws.http.requests(), IsEmpty());
}

struct ScriptedHarness final : tasks::NotifierHarness {
  ScriptedHarness() {
    endpoints.Register("ann", "arn:phone");
    aws.http.Otherwise([](const base::HttpRequest&) -> base::Result<base::HttpResponse> {
      return base::HttpResponse{200, {}, kPublished};
    });
  }
  tasks::Notifier& notifier() override { return notifier_; }
  tasks::InboxStore& inbox() override { return inbox_; }
  void BreakInbox() override { inbox_.Break(); }
  ScriptedAws aws;
  MemoryInbox inbox_;
  MemoryPushEndpoints endpoints;
  base::NoMetrics metrics;
  MemorySwitches switches;
  SnsNotifier notifier_{aws.client, inbox_, endpoints, switches, metrics, aws.log};
};

// A platform application with two devices on moto, which keeps what it is sent and delivers it
// nowhere.
struct MotoHarness final : tasks::NotifierHarness {
  MotoHarness() : aws(*EmulatorUrl("COLDPATH_TEST_MOTO")) {
    const std::string name = "contract-" + base::HexEncode(aws.random->NextBytes(8));
    const std::string application = Call({{"Action", "CreatePlatformApplication"},
                                          {"Name", name},
                                          {"Platform", "GCM"},
                                          {"Attributes.entry.1.key", "PlatformCredential"},
                                          {"Attributes.entry.1.value", "x"}},
                                         "PlatformApplicationArn");
    for (std::string* const arn : {&phone, &tablet}) {
      *arn = Call({{"Action", "CreatePlatformEndpoint"},
                   {"PlatformApplicationArn", application},
                   {"Token", name + (arn == &phone ? "phone" : "tablet")}},
                  "EndpointArn");
      endpoints.Register("ann", *arn);
    }
  }
  std::string Call(base::FormFields fields, const std::string& wanted) {
    fields.emplace_back("Version", "2010-03-31");
    const auto answer = aws.client.CallQuery("sns", fields);
    EXPECT_TRUE(answer) << Describe(answer.error());
    if (!answer || wanted.empty()) return "";
    const auto xml = ReadXml(answer->body);
    EXPECT_TRUE(xml && xml->children.size() == 2) << answer->body;
    return xml->children[0].Text(wanted);
  }
  void Disable(const std::string& endpoint) {
    Call({{"Action", "SetEndpointAttributes"},
          {"EndpointArn", endpoint},
          {"Attributes.entry.1.key", "Enabled"},
          {"Attributes.entry.1.value", "false"}},
         "");
  }
  tasks::Notifier& notifier() override { return notifier_; }
  tasks::InboxStore& inbox() override { return inbox_; }
  void BreakInbox() override { inbox_.Break(); }
  EmulatedAws aws;
  MemoryInbox inbox_;
  MemoryPushEndpoints endpoints;
  std::string phone;
  std::string tablet;
  base::NoMetrics metrics;
  MemorySwitches switches;
  SnsNotifier notifier_{aws.client, inbox_, endpoints, switches, metrics, aws.log};
};

TEST(SnsOnMotoTest, TakesThePushAndForgetsADisabledDevice) {
  if (!EmulatorUrl("COLDPATH_TEST_MOTO")) GTEST_SKIP() << "COLDPATH_TEST_MOTO is not set";
  MotoHarness f;
  f.Disable(f.phone);
  const auto told = f.notifier_.Notify(kDone);
  EXPECT_TRUE(told) << told.error().message;
  EXPECT_THAT(*f.endpoints.List("ann"), ElementsAre(f.tablet));
}

using ::coldpath::tasks::NotifierContract;
using ::coldpath::tasks::NotifierMaker;
INSTANTIATE_TEST_SUITE_P(Sns, NotifierContract, ::testing::Values(NotifierMaker{[] {
                           return std::make_unique<ScriptedHarness>();
                         }}));
INSTANTIATE_TEST_SUITE_P(SnsOnMoto, NotifierContract,
                         ::testing::ValuesIn(IfEmulated("COLDPATH_TEST_MOTO", NotifierMaker{[] {
                                                          return std::make_unique<MotoHarness>();
                                                        }})));

}  // namespace
}  // namespace coldpath::aws
