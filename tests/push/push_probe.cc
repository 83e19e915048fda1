// Drives one push sender over the real network. Lines of JSON on standard input: first the
// configuration, {kind, ca_file?, public_addresses_only?, ...}, answered by {"ready": true, ...};
// then one push each, {subscription, message, clock_offset_s?}, answered by {verdict, reason,
// retry_after_s?}. Pushes of {"at_once": [...]} are sent together, answered by a list.
#include <atomic>
#include <future>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/crypto.h"
#include "base/json.h"
#include "base/thread_pool.h"
#include "net/http_client.h"
#include "notifications/apns.h"
#include "notifications/fcm.h"
#include "notifications/vapid.h"
#include "notifications/web_push.h"

namespace coldpath {
namespace {

using base::Json;
using notifications::PushMessage;
using notifications::PushOutcome;
using notifications::PushSender;
using notifications::PushVerdict;

// The machine's clock, set forward as a test likes: tokens age without anybody waiting.
class ShiftedClock final : public base::Clock {
 public:
  base::Instant Now() const override { return clock_->Now() + std::chrono::seconds(shift_s_); }
  void Shift(std::int64_t seconds) { shift_s_ = seconds; }

 private:
  const std::unique_ptr<base::Clock> clock_ = base::MakeSystemClock();
  std::atomic<std::int64_t> shift_s_ = 0;
};

std::string Text(const Json& json, const char* name) {
  return base::FindString(json, name).value_or("");
}

std::string_view NameOf(PushVerdict verdict) {
  switch (verdict) {
    case PushVerdict::kAccepted:
      return "accepted";
    case PushVerdict::kGone:
      return "gone";
    case PushVerdict::kLater:
      return "later";
    case PushVerdict::kRefused:
      return "refused";
  }
  return "";
}

struct Probe {
  ShiftedClock clock;
  std::unique_ptr<base::ThreadPool> pool = base::MakeThreadPool(clock, 2);
  std::unique_ptr<base::Random> random = base::MakeSystemRandom();
  std::unique_ptr<base::HttpClient> http;
  std::unique_ptr<PushSender> sender;
  Json ready = {{"ready", true}};

  base::Status Configure(const Json& config) {
    http = net::MakeHttpClient(
        {.max_response_bytes = 64 * 1024,
         .public_addresses_only = base::FindBool(config, "public_addresses_only").value_or(false),
         .ca_file = Text(config, "ca_file")},
        *pool);
    const std::string kind = Text(config, "kind");
    if (kind == "web_push") return ConfigureWebPush(config);
    if (kind == "fcm") {
      COLDPATH_ASSIGN_OR_RETURN(notifications::ServiceAccount account,
                                notifications::ReadServiceAccount(Text(config, "service_account")));
      sender = notifications::MakeFcmSender({std::move(account), Text(config, "base_url")}, *http,
                                            clock);
      return {};
    }
    if (kind == "apns") return ConfigureApns(config);
    return base::Fail("config.invalid", "The kind is web_push, fcm or apns.");
  }

  base::Status ConfigureWebPush(const Json& config) {
    COLDPATH_ASSIGN_OR_RETURN(const base::SigningKeyPtr key,
                              notifications::LoadOrMakeVapidKey(Text(config, "key_file")));
    COLDPATH_RETURN_IF_ERROR(notifications::CheckVapidContact(Text(config, "contact")));
    ready["application_server_key"] = notifications::ApplicationServerKey(*key);
    sender = notifications::MakeWebPushSender(
        {.key = key,
         .contact = Text(config, "contact"),
         .allow_insecure = base::FindBool(config, "allow_insecure").value_or(false)},
        *http, clock, *random);
    return {};
  }

  base::Status ConfigureApns(const Json& config) {
    COLDPATH_ASSIGN_OR_RETURN(base::SigningKeyPtr key,
                              base::SigningKeyFromPem(Text(config, "key_pem")));
    notifications::ApnsOptions options{.key = std::move(key),
                                       .key_id = Text(config, "key_id"),
                                       .team_id = Text(config, "team_id"),
                                       .topic = Text(config, "topic"),
                                       .base_url = Text(config, "base_url")};
    COLDPATH_RETURN_IF_ERROR(notifications::CheckApnsOptions(options));
    sender = notifications::MakeApnsSender(std::move(options), *http, clock);
    return {};
  }

  std::future<PushOutcome> Send(const Json& push) {
    clock.Shift(base::FindInteger(push, "clock_offset_s").value_or(0));
    const Json& from = push.at("subscription");
    const Json& what = push.at("message");
    const tasks::PushSubscription subscription{
        .id = Text(from, "id"),
        .user_id = "user",
        .kind = tasks::FindPushKind(Text(from, "kind")).value_or(tasks::PushKind::kWebPush),
        .address = Text(from, "address"),
        .p256dh = base::Base64UrlDecode(Text(from, "p256dh")).value_or(""),
        .auth = base::Base64UrlDecode(Text(from, "auth")).value_or(""),
        .label = "",
        .created = clock.Now()};
    const PushMessage message{
        .key = Text(what, "key"),
        .code = Text(what, "code"),
        .title = Text(what, "title"),
        .text = Text(what, "text"),
        .job_id = Text(what, "job_id"),
        .url = Text(what, "url"),
        .time = clock.Now(),
        .expires =
            clock.Now() + std::chrono::seconds(base::FindInteger(what, "life_s").value_or(3600))};
    auto promise = std::make_shared<std::promise<PushOutcome>>();
    sender->Send(subscription, message,
                 [promise](PushOutcome outcome) { promise->set_value(std::move(outcome)); });
    return promise->get_future();
  }

  Json Describe(const PushOutcome& outcome) const {
    Json json = {{"verdict", NameOf(outcome.verdict)}, {"reason", outcome.reason}};
    if (outcome.retry_at) {
      json["retry_after_s"] =
          std::chrono::round<std::chrono::seconds>(*outcome.retry_at - clock.Now()).count();
    }
    return json;
  }

  Json Answer(const Json& line) {
    const Json* const together = base::FindMember(line, "at_once");
    if (together == nullptr) return Describe(Send(line).get());
    std::vector<std::future<PushOutcome>> pending;
    for (const Json& push : *together) pending.push_back(Send(push));
    Json list = Json::array();
    for (auto& each : pending) list.push_back(Describe(each.get()));
    return list;
  }
};

int Run() {
  Probe probe;
  for (std::string line; std::getline(std::cin, line);) {
    const auto json = base::ParseJson(line);
    if (!json) {
      std::cerr << json.error().message << "\n";
      return 2;
    }
    if (probe.sender != nullptr) {
      std::cout << base::DumpJson(probe.Answer(*json)) << std::endl;
    } else if (auto configured = probe.Configure(*json); configured) {
      std::cout << base::DumpJson(probe.ready) << std::endl;
    } else {
      std::cout << base::DumpJson({{"error", configured.error().code}}) << std::endl;
    }
  }
  // Before what its completions use.
  probe.http.reset();
  probe.pool->Stop();
  return 0;
}

}  // namespace
}  // namespace coldpath

int main() { return coldpath::Run(); }
