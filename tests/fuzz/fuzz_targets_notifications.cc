#include "base/crypto.h"
#include "base/http_date.h"
#include "base/random.h"
#include "fuzz_targets.h"
#include "notifications/apns.h"
#include "notifications/fcm.h"
#include "notifications/web_push.h"
#include "notifications/web_push_endpoint.h"
#include "service/entitlement_event.h"
#include "tasks/webhook_signature.h"

namespace coldpath::fuzz {
namespace {

const base::Instant kNow = base::FromUnixSeconds(1'800'000'000);

class StillClock final : public base::Clock {
 public:
  base::Instant Now() const override { return kNow; }
};

// Answers everything at once with the same bytes.
class Parrot final : public base::HttpClient {
 public:
  Parrot(int status, std::string_view bytes) : status_(status), bytes_(bytes) {}
  void Send(base::HttpRequest, Done done) override {
    done(base::HttpResponse{status_, {{"Retry-After", bytes_}}, bytes_});
  }

 private:
  const int status_;
  const std::string bytes_;
};

std::string OnHttpDate(std::string_view bytes) {
  const auto retry = base::ParseRetryAfter(bytes, kNow);
  if (retry && bytes.size() != 29 && bytes.size() > 9) return "seconds of more than nine digits";
  const auto time = base::ParseHttpDate(bytes);
  return !time || bytes.size() == 29 ? "" : "a date of another length";
}

// The bytes stand for all three headers, one a line, and for the body.
std::string OnWebhook(std::string_view bytes) {
  static const std::vector<std::string> kKeys{std::string(24, 'k')};
  base::HttpHeaders headers;
  std::string_view rest = bytes;
  for (const std::string_view name :
       {tasks::kWebhookId, tasks::kWebhookTimestamp, tasks::kWebhookSignature}) {
    const std::size_t line = std::min(rest.find('\n'), rest.size());
    headers.Add(std::string(name), std::string(rest.substr(0, line)));
    rest.remove_prefix(std::min(line + 1, rest.size()));
  }
  (void)tasks::ReadWebhookSecret(bytes);
  if (!tasks::VerifyWebhook(kKeys, headers, rest, kNow)) return "";
  // Only who knows the key signs: what was taken has to be what the key makes of it.
  const auto again = tasks::SignWebhook(
      kKeys, *headers.Find(tasks::kWebhookId),
      base::FromUnixSeconds(std::stoll(*headers.Find(tasks::kWebhookTimestamp))), rest);
  const std::string made = *again.Find(tasks::kWebhookSignature);
  return headers.Find(tasks::kWebhookSignature)->find(made) == std::string::npos
             ? "a signature that is not ours was taken"
             : "";
}

std::string SampleWebhook() {
  const auto headers = tasks::SignWebhook({std::string(24, 'k')}, "msg_1", kNow, "{}");
  std::string text;
  for (const std::string_view name :
       {tasks::kWebhookId, tasks::kWebhookTimestamp, tasks::kWebhookSignature}) {
    text += *headers.Find(name) + "\n";
  }
  return text + "{}";
}

std::string OnEntitlementEvent(std::string_view bytes) {
  const auto body = base::ParseJson(bytes);
  if (!body) return "";
  std::string where;
  const auto event = service::ReadEntitlementEvent(*body, kNow, where);
  if (event && event->user_id.empty()) return "an event about nobody";
  return event || !where.empty() ? "" : "refused without saying where";
}

std::string OnPushEndpoint(std::string_view bytes) {
  const bool taken = notifications::CheckPushEndpoint(bytes, false).has_value();
  if (taken && !notifications::OriginOf(bytes).starts_with("https://")) return "not https";
  return taken && !notifications::CheckPushEndpoint(bytes, true) ? "less with less asked" : "";
}

// Whatever a push service answers, the push has one outcome.
std::string OnPushAnswer(std::string_view bytes) {
  const StillClock clock;
  base::SeededRandom random(1);
  static const base::SigningKeyPtr kKey = base::GenerateEs256Key();
  const notifications::PushMessage message{.key = "e/N-05",
                                           .code = "N-05",
                                           .title = "t",
                                           .text = "x",
                                           .job_id = "j",
                                           .url = "https://a.example/jobs/j",
                                           .time = kNow,
                                           .expires = kNow + std::chrono::hours(1)};
  for (const int status : {200, 400, 403, 404, 410, 429, 503}) {
    Parrot http(status, bytes);
    const auto apns = notifications::MakeApnsSender(
        {.key = kKey, .key_id = "ABCDEFGHIJ", .team_id = "KLMNOPQRST", .topic = "a.b"}, http,
        clock);
    int outcomes = 0;
    tasks::PushSubscription device;
    device.kind = tasks::PushKind::kApns;
    device.id = "d";
    device.address = std::string(64, 'a');
    apns->Send(device, message, [&](notifications::PushOutcome) { ++outcomes; });
    if (outcomes != 1) return "an outcome is missing, or there are two";
  }
  return "";
}

}  // namespace

std::vector<FuzzTarget> NotificationTargets() {
  return {{"http_date", OnHttpDate, {"Sun, 06 Nov 1994 08:49:37 GMT", "120"}},
          {"webhook", OnWebhook, {SampleWebhook()}},
          {"entitlement_event",
           OnEntitlementEvent,
           {R"({"type":"entitlement.changed","timestamp":"2027-01-15T07:12:00Z",)"
            R"("data":{"user_id":"ada","pro":false}})"}},
          {"push_endpoint", OnPushEndpoint, {"https://push.example.net:443/wpush/v2/abc?x=1"}},
          {"push_answer", OnPushAnswer, {R"({"reason":"BadDeviceToken","timestamp":1})"}},
          {"fcm_account",
           [](std::string_view bytes) {
             (void)notifications::ReadServiceAccount(bytes);
             (void)notifications::CheckFcmToken(bytes);
             (void)notifications::CheckApnsToken(bytes);
             return std::string();
           },
           {R"({"client_email":"a@b","private_key":"x","project_id":"p",)"
            R"("token_uri":"https://oauth2.googleapis.com/token"})"}}};
}

}  // namespace coldpath::fuzz
