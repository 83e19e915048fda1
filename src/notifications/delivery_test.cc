// Notifications on their way out, in simulated time: what is sent, when, how often; and that
// neither a crash nor a repetition changes what people see.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "notifications/delivery_testing.h"

namespace coldpath::notifications::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

TEST(PushDeliveryTest, EachDeviceIsToldOnceInPlainWords) {
  World w;
  w.Register("browser");
  w.Register("phone", PushKind::kFcm);
  w.Register("bobs", PushKind::kWebPush, "bob");
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(w.notifier.Notify(w.Note()));
  w.sim.RunFor(std::chrono::hours(1));
  ASSERT_THAT(w.SentTo(w.web), ElementsAre("browser"));
  ASSERT_THAT(w.SentTo(w.fcm), ElementsAre("phone"));
  const PushMessage& message = w.web.sent[0].message;
  EXPECT_EQ(message.key, "e1/N-05");
  EXPECT_EQ(message.code, "N-05");
  EXPECT_EQ(message.title, "Coldpath");
  EXPECT_EQ(message.text, "Your historical sync is complete.");
  EXPECT_EQ(message.job_id, "job-1");
  EXPECT_EQ(message.url, "https://cold.example/jobs/job-1");
  EXPECT_EQ(message.time, base::FromUnixSeconds(1'800'000'000));
  EXPECT_EQ(message.expires, message.time + std::chrono::hours(24));
  EXPECT_EQ(w.web.sent[0].subscription.address, "https://push.example/secret-browser");
  EXPECT_LT(w.web.sent[0].at - message.time, std::chrono::milliseconds(1)) << "at once";
  EXPECT_EQ(w.metrics.counts["N-05 web_push accepted"], 1);
  EXPECT_EQ(w.metrics.counts["N-05 fcm accepted"], 1);
  EXPECT_EQ(w.rows.CountWaiting(), 0);
  for (const std::string& line : w.lines) {
    EXPECT_THAT(line, Not(HasSubstr("secret")));
    EXPECT_THAT(line, Not(HasSubstr("\"ann\"")));
  }
}

TEST(PushDeliveryTest, WhatIsSwitchedOffOrQuietIsNotPushed) {
  World w;
  w.Register("browser");
  ASSERT_TRUE(w.registry.WriteSwitches("ann", {{NotificationKind::kStarted}}));
  ASSERT_TRUE(w.notifier.Notify(w.Note("e1", NotificationKind::kStarted)));
  tasks::Notification quiet = w.Note("week");
  quiet.push = false;
  ASSERT_TRUE(w.notifier.Notify(quiet));
  // Decided: switching on afterwards brings nothing back.
  ASSERT_TRUE(w.registry.WriteSwitches("ann", {}));
  ASSERT_TRUE(w.notifier.Notify(w.Note("e1", NotificationKind::kStarted)));
  w.sim.RunFor(std::chrono::hours(1));
  EXPECT_THAT(w.web.sent, IsEmpty());
  EXPECT_THAT(w.inbox.List("ann", 10).value(), SizeIs(2));
}

TEST(PushDeliveryTest, ADeviceThatCameLaterIsNotToldOfThePast) {
  World w;
  w.Register("old");
  ASSERT_TRUE(w.notifier.Notify(w.Note()));
  w.Register("new");
  ASSERT_TRUE(w.notifier.Notify(w.Note()));
  w.sim.RunFor(std::chrono::minutes(1));
  EXPECT_THAT(w.SentTo(w.web), ElementsAre("old"));
}

TEST(PushDeliveryTest, DeadSubscriptionsGo) {
  World w;
  w.Register("dead");
  w.Register("alive");
  w.web.answer = [](const std::string& id) {
    return PushOutcome{id == "dead" ? PushVerdict::kGone : PushVerdict::kAccepted, {}, "410"};
  };
  ASSERT_TRUE(w.notifier.Notify(w.Note()));
  w.sim.RunFor(std::chrono::minutes(1));
  const auto left = w.registry.List("ann").value();
  ASSERT_THAT(left, SizeIs(1));
  EXPECT_EQ(left[0].id, "alive");
  EXPECT_EQ(w.metrics.counts["N-05 web_push gone"], 1);
  EXPECT_EQ(w.rows.CountWaiting(), 0);
}

TEST(PushDeliveryTest, TriesAgainUntilADayHasPassed) {
  World w(std::chrono::seconds(10));
  w.Register("browser");
  w.web.answer = [](const std::string&) { return PushOutcome{PushVerdict::kLater, {}, "503"}; };
  const base::Instant begin = w.sim.Now();
  ASSERT_TRUE(w.notifier.Notify(w.Note()));
  w.sim.RunFor(std::chrono::hours(48));
  EXPECT_GT(w.web.sent.size(), 48u);
  EXPECT_LT(w.web.sent.size(), 110u);
  EXPECT_LT(w.web.sent.back().at, begin + std::chrono::hours(24));
  EXPECT_GT(w.web.sent.back().at, begin + std::chrono::hours(23));
  EXPECT_EQ(w.metrics.counts["N-05 web_push expired"], 1);
  EXPECT_EQ(w.rows.CountWaiting(), 0);
}

TEST(PushDeliveryTest, WaitsForAsLongAsThePushServiceSays) {
  World w;
  w.Register("browser");
  const base::Instant begin = w.sim.Now();
  w.web.answer = [&](const std::string&) {
    return w.web.sent.size() == 1
               ? PushOutcome{PushVerdict::kLater, begin + std::chrono::hours(2), "429"}
               : PushOutcome{PushVerdict::kAccepted, {}, ""};
  };
  ASSERT_TRUE(w.notifier.Notify(w.Note()));
  w.sim.RunFor(std::chrono::hours(3));
  ASSERT_THAT(w.web.sent, SizeIs(2));
  EXPECT_GE(w.web.sent[1].at, begin + std::chrono::hours(2));
  EXPECT_LE(w.web.sent[1].at, begin + std::chrono::hours(2) + std::chrono::seconds(1));
}

TEST(PushDeliveryTest, WhatWillNeverBeTakenIsSaidAndForgotten) {
  World w;
  w.Register("browser");
  w.Register("iphone", PushKind::kApns);  // registered when the service could still send to it
  w.web.answer = [](const std::string&) {
    return PushOutcome{PushVerdict::kRefused, {}, "403: check the VAPID contact"};
  };
  ASSERT_TRUE(w.notifier.Notify(w.Note()));
  w.sim.RunFor(std::chrono::hours(1));
  EXPECT_THAT(w.web.sent, SizeIs(1));
  EXPECT_EQ(w.metrics.counts["N-05 web_push refused"], 1);
  EXPECT_EQ(w.metrics.counts["N-05 apns refused"], 1);
  EXPECT_THAT(w.lines, ::testing::Contains(::testing::AllOf(HasSubstr("\"error\""),
                                                            HasSubstr("check the VAPID contact"))));
}

TEST(PushDeliveryTest, ASwitchTurnedOffBetweenTriesIsHonoured) {
  World w;
  w.Register("browser");
  w.web.answer = [](const std::string&) { return PushOutcome{PushVerdict::kLater, {}, "503"}; };
  ASSERT_TRUE(w.notifier.Notify(w.Note()));
  w.sim.RunFor(std::chrono::seconds(1));
  ASSERT_TRUE(w.registry.WriteSwitches("ann", {{NotificationKind::kCompleted}}));
  w.sim.RunFor(std::chrono::hours(1));
  EXPECT_THAT(w.web.sent, SizeIs(1));
  EXPECT_EQ(w.metrics.counts["N-05 web_push off"], 1);
}

TEST(PushDeliveryTest, ARemovedSubscriptionAndAnErasedPersonAreLeftAlone) {
  World w;
  w.Register("browser");
  w.Register("phone", PushKind::kFcm);
  w.web.answer = [](const std::string&) { return PushOutcome{PushVerdict::kLater, {}, ""}; };
  w.fcm.answer = w.web.answer;
  ASSERT_TRUE(w.notifier.Notify(w.Note()));
  w.sim.RunFor(std::chrono::seconds(1));
  ASSERT_TRUE(w.registry.Remove("ann", "browser"));
  ASSERT_TRUE(w.rows.EraseUser("ann"));
  w.sim.RunFor(std::chrono::hours(1));
  EXPECT_THAT(w.web.sent, SizeIs(1));
  EXPECT_THAT(w.fcm.sent, SizeIs(1));
}

TEST(DelivererTest, BoundsWhatIsInFlightAndDoesNotRepeatASlowOne) {
  World w;
  for (int i = 0; i < 20; ++i) w.Register("b" + std::to_string(i));
  w.web.latency = std::chrono::seconds(50);  // longer than two leases
  ASSERT_TRUE(w.notifier.Notify(w.Note()));
  w.sim.RunFor(std::chrono::minutes(10));
  EXPECT_EQ(w.web.most_at_once, 8);
  EXPECT_THAT(w.web.sent, SizeIs(20));
  EXPECT_EQ(w.rows.CountWaiting(), 0);
}

TEST(DelivererTest, RowsOfAnUnknownChannelOrWithoutSenseAreDropped) {
  World w;
  const base::Instant now = w.sim.Now();
  const auto row = [&](const std::string& key, const std::string& channel,
                       const std::string& payload, base::Duration life) {
    return tasks::Delivery{.key = key,
                           .channel = channel,
                           .user_id = "ann",
                           .destination = "https://hooks.example/in",
                           .payload = payload,
                           .created = now,
                           .expires = now + life,
                           .due = now};
  };
  ASSERT_EQ(w.rows.Add("b", "ann",
                       {row("1", "pigeon", "{}", std::chrono::hours(1)),
                        row("2", kPushChannel, "not json", std::chrono::hours(1)),
                        row("3", kWebhookChannel, "{}", std::chrono::hours(1)),
                        row("4", kPushChannel, "{}", -std::chrono::hours(1))},
                       now),
            true);
  w.sim.RunFor(std::chrono::seconds(5));
  EXPECT_EQ(w.rows.CountWaiting(), 0);
  EXPECT_THAT(w.received, IsEmpty());
  EXPECT_EQ(w.metrics.counts["  refused"], 1);
  EXPECT_EQ(w.metrics.counts["  expired"], 1);
  EXPECT_EQ(w.metrics.counts[" webhook refused"], 1);
}

TEST(DelivererTest, TombstonesAreForgottenAfterAMonth) {
  World w(std::chrono::minutes(1));
  w.Register("browser");
  const tasks::Notification note = w.Note();
  ASSERT_TRUE(w.notifier.Notify(note));
  w.sim.RunFor(std::chrono::days(29));
  EXPECT_EQ(w.rows.Add(note.key, "ann", {}, w.sim.Now()), false);
  w.sim.RunFor(std::chrono::days(2));
  EXPECT_EQ(w.rows.Add(note.key, "ann", {}, w.sim.Now()), true);
}

// The workflow repeats Notify until it succeeds, also after the crash; so does this.
void TellUntilTold(World& w) {
  const tasks::Notification note = w.Note();
  for (int tries = 0; tries < 20; ++tries) {
    const base::Status told = w.notifier.Notify(note);
    if (told && !w.fate.dead) return;
    w.Crash();
  }
  FAIL() << "never told";
}

TEST(DeliveryCrashTest, ACrashBeforeAnyWriteLosesNothingAndShowsNothingTwice) {
  int crashes = 0;
  for (int dies_before = 0;; ++dies_before) {
    World w;
    w.Register("browser");
    w.Register("phone", PushKind::kFcm);
    w.sim.RunFor(std::chrono::seconds(1));
    w.fate.DieBefore(dies_before);
    TellUntilTold(w);
    for (int second = 0; second < 120; ++second) {
      w.sim.RunFor(std::chrono::seconds(1));
      if (w.fate.dead) {
        ++crashes;
        w.Crash();
      }
    }
    SCOPED_TRACE(dies_before);
    for (const FakeSender* sender : {&w.web, &w.fcm}) {
      ASSERT_THAT(sender->sent, Not(IsEmpty()));
      EXPECT_LE(sender->sent.size(), 2u) << "once more at most for the crash";
      for (const auto& one : sender->sent) {
        EXPECT_EQ(one.message.key, "e1/N-05") << "devices collapse the two";
      }
    }
    EXPECT_THAT(w.inbox.List("ann", 10).value(), SizeIs(1));
    EXPECT_EQ(w.rows.CountWaiting(), 0);
    if (dies_before > 40) break;  // beyond the last write that matters
  }
  EXPECT_GT(crashes, 30);
}

}  // namespace
}  // namespace coldpath::notifications::test
