#include "notifications/apns.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/check.h"
#include "base/ids.h"
#include "base/json.h"
#include "base/mutex.h"
#include "notifications/push_answer.h"
#include "notifications/push_jwt.h"
#include "notifications/push_payload.h"

namespace coldpath::notifications {
namespace {

// Apple takes a token for an hour, and takes it ill if it changes more often than every 20 minutes.
constexpr std::chrono::minutes kTokenUse{50};
constexpr std::chrono::minutes kLeastTokenUse{20};

bool HasOnly(std::string_view text, bool (*takes)(char)) {
  return !text.empty() && std::all_of(text.begin(), text.end(), takes);
}
bool IsLetterOrDigit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
bool IsOfTopic(char c) { return IsLetterOrDigit(c) || c == '.' || c == '-'; }
bool IsHex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

PushOutcome Judge(const base::HttpResponse& answer, base::Instant now) {
  if (answer.status == 200) return Accepted();
  const std::string reason = ErrorWord(base::FindString(ReadAnswer(answer), "reason").value_or(""));
  const std::string word = reason + " (" + std::to_string(answer.status) + ").";
  if (answer.status == 410 || reason == "BadDeviceToken" || reason == "DeviceTokenNotForTopic") {
    return Gone("APNs knows the device token no longer, or never did for this app: " + word);
  }
  if (answer.status == 429 || answer.status >= 500) {
    return Later(answer, now, "APNs asks for patience: " + word);
  }
  if (reason == "ExpiredProviderToken") {
    // It is younger than Apple lets us renew it, so its time was wrong when it was made.
    return Later(answer, now,
                 "APNs calls a new token expired: check this machine's clock. " + word);
  }
  if (answer.status == 401 || answer.status == 403) {
    return Refused("APNs refuses our token: check key, key id, team id and topic. " + word);
  }
  return Refused("APNs calls the request wrong: " + word);
}

bool IsExpiredToken(const base::HttpResponse& answer) {
  return answer.status == 403 &&
         base::FindString(ReadAnswer(answer), "reason") == "ExpiredProviderToken";
}

// The one token of all requests. Thread-safe.
class ProviderTokens {
 public:
  ProviderTokens(const ApnsOptions& options, const base::Clock& clock)
      : key_(options.key), key_id_(options.key_id), team_id_(options.team_id), clock_(clock) {}

  // Error: crypto.sign.
  base::Result<std::string> Get() {
    const base::Instant now = clock_.Now();
    base::MutexLock lock(mutex_);
    // A clock that was set back makes a token of the future, which nobody takes.
    if (token_.empty() || now < made_ || now >= made_ + kTokenUse) {
      COLDPATH_ASSIGN_OR_RETURN(
          token_,
          SignJwt(*key_, {{"kid", key_id_}}, {{"iss", team_id_}, {"iat", base::UnixSeconds(now)}}));
      made_ = now;
    }
    return token_;
  }

  // APNs calls `token` expired. True if another may be had: it is another's already, or old enough.
  bool Renew(const std::string& token) {
    base::MutexLock lock(mutex_);
    if (token_ != token) return true;
    if (clock_.Now() < made_ + kLeastTokenUse) return false;
    token_.clear();
    return true;
  }

 private:
  const base::SigningKeyPtr key_;
  const std::string key_id_;
  const std::string team_id_;
  const base::Clock& clock_;
  base::Mutex mutex_;
  std::string token_ COLDPATH_GUARDED_BY(mutex_);
  base::Instant made_ COLDPATH_GUARDED_BY(mutex_);
};

class ApnsSender final : public PushSender {
 public:
  ApnsSender(ApnsOptions options, base::HttpClient& http, const base::Clock& clock)
      : base_url_(std::move(options.base_url)),
        topic_(std::move(options.topic)),
        tokens_(options, clock),
        http_(http),
        clock_(clock) {}

  void Send(const tasks::PushSubscription& subscription, const PushMessage& message,
            Done done) override {
    if (LifeLeft(message, clock_.Now()).count() == 0) return done(Expired());
    if (auto good = CheckApnsToken(subscription.address); !good) {
      return done(Gone(good.error().message));
    }
    auto payload = ApnsPayload(message);
    if (!payload) return done(Refused(payload.error().message));
    base::HttpRequest request{
        .method = "POST",
        .url = base_url_ + "/3/device/" + subscription.address,
        .headers = {{"apns-topic", topic_},
                    {"apns-push-type", "alert"},
                    {"apns-priority", "10"},
                    {"apns-expiration", std::to_string(base::UnixSeconds(message.expires))},
                    {"apns-collapse-id", CollapseId(message.key)},
                    // The same for every try, so that Apple's logs show them as one.
                    {"apns-id", base::MakeUuidV5(base::kColdpathNamespace,
                                                 message.key + "\n" + subscription.id)},
                    {"content-type", "application/json"}},
        .body = *std::move(payload),
        .timeout = kPushTimeout};
    Try(std::move(request), /*again=*/true, std::move(done));
  }

 private:
  void Try(base::HttpRequest request, bool again, Done done) {
    auto token = tokens_.Get();
    if (!token) return done(Refused(token.error().message));
    request.headers.Set("authorization", "bearer " + *token);
    base::HttpRequest sent = request;
    http_.Send(std::move(sent),
               [this, request = std::move(request), token = *std::move(token), again,
                done = std::move(done)](base::Result<base::HttpResponse> answer) mutable {
                 if (!answer) return done(NotReached(answer.error()));
                 if (again && IsExpiredToken(*answer) && tokens_.Renew(token)) {
                   return Try(std::move(request), /*again=*/false, std::move(done));
                 }
                 done(Judge(*answer, clock_.Now()));
               });
  }

  const std::string base_url_;
  const std::string topic_;
  ProviderTokens tokens_;
  base::HttpClient& http_;
  const base::Clock& clock_;
};

}  // namespace

base::Status CheckApnsOptions(const ApnsOptions& options) {
  const auto invalid = [](const char* what) {
    return base::Fail("config.invalid", std::string("The configuration of APNs: ") + what);
  };
  if (options.key == nullptr || base::SignatureAlgorithm(*options.key) != "ES256" ||
      !base::Sign(*options.key, "")) {
    return invalid("the key file holds no private P-256 key.");
  }
  if (!HasOnly(options.key_id, IsLetterOrDigit)) return invalid("\"key_id\" is not one.");
  if (!HasOnly(options.team_id, IsLetterOrDigit)) return invalid("\"team_id\" is not one.");
  if (!HasOnly(options.topic, IsOfTopic)) return invalid("\"topic\" is not an app's bundle id.");
  return {};
}

std::unique_ptr<PushSender> MakeApnsSender(ApnsOptions options, base::HttpClient& http,
                                           const base::Clock& clock) {
  COLDPATH_CHECK(CheckApnsOptions(options).has_value());
  return std::make_unique<ApnsSender>(std::move(options), http, clock);
}

base::Status CheckApnsToken(std::string_view token) {
  if (token.size() < 64 || token.size() > 200 || token.size() % 2 != 0 || !HasOnly(token, IsHex)) {
    return base::Fail("push.refused", "The token is not a device token of APNs in hexadecimal.");
  }
  return {};
}

}  // namespace coldpath::notifications
