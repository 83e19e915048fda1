// What the billing system says of entitlements: who may, in which order, and what becomes of jobs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/api_fixture.h"
#include "tasks/webhook_signature.h"

namespace coldpath::api::test {
namespace {

using base::Json;

const std::string kSecret(32, 's');
const std::string kOldSecret(32, 'o');

struct Billing {
  Billing() {
    api.Reconfigure([](ApiOptions& options) { options.entitlement_keys = {kSecret, kOldSecret}; });
  }
  Json Event(const std::string& user, bool pro, base::Duration ago = {}) {
    return {{"type", "entitlement.changed"},
            {"timestamp", base::FormatInstant(api.sim.Now() - ago)},
            {"data", {{"user_id", user}, {"pro", pro}}}};
  }
  Answered Send(const Json& body, const std::string& id = "msg-1",
                const std::string& key = kSecret) {
    return Send(body, tasks::SignWebhook({key}, id, api.sim.Now(), base::DumpJson(body)));
  }
  Answered Send(const Json& body, base::HttpHeaders headers) {
    headers.Set("Authorization", "");
    return api.Send({.method = "POST",
                     .path = "/v1/entitlements/events",
                     .body = body,
                     .headers = std::move(headers)});
  }
  bool Pro(const std::string& user) { return api.entitlements.HasPro(user).value(); }
  Api api;
};

TEST(EntitlementEventTest, TheNewestStatementHoldsHoweverTheyArrive) {
  Billing b;
  EXPECT_EQ(b.Send(b.Event("ann", true, std::chrono::minutes(10))).status, 204);
  EXPECT_TRUE(b.Pro("ann"));
  const Json lost = b.Event("ann", false, std::chrono::minutes(5));
  EXPECT_EQ(b.Send(lost, "msg-2").status, 204);
  EXPECT_FALSE(b.Pro("ann"));
  // Late and again: taken, and nothing changes.
  EXPECT_EQ(b.Send(b.Event("ann", true, std::chrono::minutes(7)), "msg-3").status, 204);
  EXPECT_FALSE(b.Pro("ann"));
  EXPECT_EQ(b.Send(lost, "msg-2").status, 204);
  EXPECT_EQ(b.Send(b.Event("ann", true), "msg-4", kOldSecret).status, 204);
  EXPECT_TRUE(b.Pro("ann"));
  EXPECT_EQ(b.Send(lost, "msg-2").status, 204);
  EXPECT_TRUE(b.Pro("ann"));
  EXPECT_EQ(b.Send(b.Event("ann", false, std::chrono::hours(24 * 365)), "msg-5").status, 204)
      << "an old one that was sent just now";
  EXPECT_TRUE(b.Pro("ann"));
}

TEST(EntitlementEventTest, OnlySignedMessagesOfThisMomentAreTaken) {
  Billing b;
  const Json body = b.Event("ann", true);
  const std::string text = base::DumpJson(body);
  const auto signed_at = [&](base::Duration off) {
    return b.Send(body, tasks::SignWebhook({kSecret}, "m", b.api.sim.Now() + off, text));
  };
  const Answered unsigned_message = b.Send(body, base::HttpHeaders());
  EXPECT_EQ(unsigned_message.status, 401);
  EXPECT_EQ(unsigned_message.code(), "webhook-signature-missing");
  EXPECT_EQ(unsigned_message.headers.Find("WWW-Authenticate"), "StandardWebhooks");
  const Answered forged = b.Send(body, "m", std::string(32, 'x'));
  EXPECT_EQ(forged.status, 401);
  EXPECT_EQ(forged.code(), "webhook-signature-invalid");
  const Answered other_body =
      b.Send(b.Event("eve", true), tasks::SignWebhook({kSecret}, "m", b.api.sim.Now(), text));
  EXPECT_EQ(other_body.code(), "webhook-signature-invalid");
  EXPECT_EQ(signed_at(-std::chrono::minutes(6)).code(), "webhook-timestamp-invalid");
  EXPECT_EQ(signed_at(std::chrono::minutes(6)).code(), "webhook-timestamp-invalid");
  EXPECT_FALSE(b.Pro("ann"));
  EXPECT_FALSE(b.Pro("eve"));
  EXPECT_EQ(signed_at(-std::chrono::minutes(4)).status, 204);
  EXPECT_TRUE(b.Pro("ann"));
  // A token, even a good one, is no signature.
  const Answered token = b.api.Send(
      {.method = "POST", .path = "/v1/entitlements/events", .body = b.Event("ann", false)});
  EXPECT_EQ(token.status, 401);
  EXPECT_TRUE(b.Pro("ann"));
}

TEST(EntitlementEventTest, SaysWhatIsWrongWithAMessage) {
  Billing b;
  const auto pointer = [&](const std::string& path, const Json& value) {
    Json body = b.Event("ann", true);
    body[Json::json_pointer(path)] = value;
    const Answered answered = b.Send(body);
    EXPECT_EQ(answered.status, 400) << body;
    return answered.json.value("pointer", "");
  };
  EXPECT_EQ(pointer("/type", "customer.created"), "/type");
  EXPECT_EQ(pointer("/timestamp", "yesterday"), "/timestamp");
  EXPECT_EQ(pointer("/timestamp", 17), "/timestamp");
  EXPECT_EQ(pointer("/timestamp", base::FormatInstant(b.api.sim.Now() + std::chrono::minutes(6))),
            "/timestamp")
      << "nothing later could correct it";
  EXPECT_EQ(pointer("/data", Json::array()), "/data/user_id");
  EXPECT_EQ(pointer("/data/user_id", ""), "/data/user_id");
  EXPECT_EQ(pointer("/data/user_id", "a b"), "/data/user_id");
  EXPECT_EQ(pointer("/data/user_id", std::string(257, 'x')), "/data/user_id");
  EXPECT_EQ(pointer("/data/pro", "yes"), "/data/pro");
  Json rich = b.Event("ann", true);
  rich["data"]["plan"] = "family";
  rich["version"] = 2;
  EXPECT_EQ(b.Send(rich).status, 204) << "members that are none of our business do no harm";
  EXPECT_EQ(b.Send({{"type", std::string(70'000, 'x')}}).status, 413);
}

TEST(EntitlementEventTest, IsOffUnlessConfigured) {
  Billing b;
  b.api.Reconfigure([](ApiOptions& options) { options.entitlement_keys.clear(); });
  const Answered off = b.Send(b.Event("ann", true));
  EXPECT_EQ(off.status, 404);
  EXPECT_EQ(off.code(), "entitlement-events-off");
  EXPECT_FALSE(b.Pro("ann"));
}

TEST(DowngradeTest, TellsRunningSyncsToStopAtOnce) {
  Billing b;
  const std::string running = b.api.StartRunning("ann");
  ASSERT_TRUE(b.Pro("ann"));
  EXPECT_EQ(b.Send(b.Event("bob", false)).status, 204);
  EXPECT_EQ(b.api.Job("ann", running).desired, domain::Desired::kRun);
  // Tokens count by their whole seconds; this comes after the one that started the job.
  b.api.sim.RunFor(std::chrono::seconds(2));
  EXPECT_EQ(b.Send(b.Event("ann", false), "msg-2").status, 204);
  domain::Job job = b.api.Job("ann", running);
  EXPECT_EQ(job.desired, domain::Desired::kCancel);
  EXPECT_EQ(job.stop_reason, domain::StopReason::kDowngrade);
  EXPECT_EQ(job.status, domain::JobStatus::kRunning) << "it ends by itself, gracefully";
  const auto events = b.api.jobs.ReadEvents(running, 0, 100).value();
  EXPECT_EQ(events.back().type, "job") << "whoever watches is told";
  // Again: nothing new to say.
  EXPECT_EQ(b.Send(b.Event("ann", false), "msg-3").status, 204);
  EXPECT_EQ(b.api.jobs.ReadEvents(running, 0, 100)->size(), events.size());
  EXPECT_EQ(b.api.Job("ann", running).version, job.version);
}

TEST(DowngradeTest, LeavesAFirstWeekAPauseAndWhatThePersonCancelledAlone) {
  Billing b;
  const std::string id = b.api.StartRunning("ann");
  b.api.sim.RunFor(std::chrono::seconds(2));
  const auto after = [&](const std::function<void(domain::Job&)>& change) {
    b.api.ChangeJob(id, change, "ann");
    EXPECT_EQ(b.Send(b.Event("ann", false)).status, 204);
    return b.api.Job("ann", id);
  };
  EXPECT_EQ(after([](domain::Job& job) { job.kind = domain::JobKind::kFirstWeek; }).desired,
            domain::Desired::kRun);
  EXPECT_TRUE(after([](domain::Job& job) {
                job.kind = domain::JobKind::kHistorical;
                job.paused = true;
                job.desired = domain::Desired::kPause;
              }).paused);
  EXPECT_EQ(after([](domain::Job& job) {
              job.paused = false;
              job.desired = domain::Desired::kCancel;
              job.stop_reason = domain::StopReason::kUser;
            }).stop_reason,
            domain::StopReason::kUser);
}

TEST(DowngradeTest, AJobThatWasNeverLaunchedIsLaunchedToItsEnd) {
  Billing b;
  const std::string id = b.api.StartRunning("ann");
  b.api.ChangeJob(
      id,
      [](domain::Job& job) {
        job.status = domain::JobStatus::kPending;
        job.executions.back().launched.reset();
      },
      "ann");
  b.api.engine.executions.clear();
  b.api.sim.RunFor(std::chrono::seconds(2));
  EXPECT_EQ(b.Send(b.Event("ann", false)).status, 204);
  EXPECT_EQ(b.api.engine.executions.size(), 1u);
  EXPECT_EQ(b.api.Job("ann", id).desired, domain::Desired::kCancel);
}

}  // namespace
}  // namespace coldpath::api::test
