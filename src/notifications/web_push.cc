#include "notifications/web_push.h"

#include "base/check.h"
#include "base/message_crypto.h"
#include "notifications/push_answer.h"
#include "notifications/push_payload.h"
#include "notifications/vapid.h"
#include "notifications/web_push_encryption.h"
#include "notifications/web_push_endpoint.h"

namespace coldpath::notifications {
namespace {

constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kAuthBytes = 16;

// RFC 8030 sections 5, 6.2 and 7.3, and what services do in practice.
PushOutcome Judge(const base::HttpResponse& answer, base::Instant now) {
  const int status = answer.status;
  const std::string number = " (" + std::to_string(status) + ").";
  if (status == 200 || status == 201 || status == 202 || status == 204) return Accepted();
  if (status == 404 || status == 410) {
    return Gone("The push service knows the subscription no longer" + number);
  }
  if (status == 429 || status >= 500) {
    return Later(answer, now, "The push service asks for patience" + number);
  }
  if (status == 401 || status == 403) {
    return Refused("The push service refuses our VAPID token" + number +
                   " Either the subscription was made for another key, or this machine's clock is "
                   "wrong.");
  }
  if (status == 413) return Refused("The push service takes no message of that size" + number);
  return Refused("The push service calls the request wrong" + number);
}

class WebPushSender final : public PushSender {
 public:
  WebPushSender(WebPushOptions options, base::HttpClient& http, const base::Clock& clock,
                base::Random& random)
      : allow_insecure_(options.allow_insecure),
        tokens_(std::move(options.key), std::move(options.contact), clock),
        http_(http),
        clock_(clock),
        random_(random) {}

  void Send(const tasks::PushSubscription& subscription, const PushMessage& message,
            Done done) override {
    if (LifeLeft(message, clock_.Now()).count() == 0) return done(Expired());
    // Checked when it was registered too; rules may have become stricter since, or the row older.
    if (auto good = CheckPushEndpoint(subscription.address, allow_insecure_); !good) {
      return done(Refused(good.error().message));
    }
    auto request = MakeRequest(subscription, message);
    if (!request) return done(Refused(request.error().message));
    http_.Send(*std::move(request), [&clock = clock_, done = std::move(done)](
                                        base::Result<base::HttpResponse> answer) mutable {
      done(answer ? Judge(*answer, clock.Now()) : NotReached(answer.error()));
    });
  }

 private:
  base::Result<base::HttpRequest> MakeRequest(const tasks::PushSubscription& subscription,
                                              const PushMessage& message) {
    if (subscription.auth.size() != kAuthBytes) {
      return base::Fail("push.refused", "The subscription's secret does not have 16 bytes.");
    }
    COLDPATH_ASSIGN_OR_RETURN(const std::string text, WebPushPayload(message));
    COLDPATH_ASSIGN_OR_RETURN(
        std::string body,
        EncryptWebPush(subscription.p256dh, subscription.auth, base::MakeAgreementKey(random_),
                       random_.NextBytes(kSaltBytes), text, PaddingFor(text.size())));
    COLDPATH_ASSIGN_OR_RETURN(std::string authorization,
                              tokens_.Authorization(OriginOf(subscription.address)));
    const auto life = LifeLeft(message, clock_.Now());
    return base::HttpRequest{.method = "POST",
                             .url = subscription.address,
                             .headers = {{"Authorization", std::move(authorization)},
                                         {"Content-Encoding", "aes128gcm"},
                                         {"Content-Type", "application/octet-stream"},
                                         {"TTL", std::to_string(life.count())},
                                         {"Topic", CollapseId(message.key)},
                                         {"Urgency", "normal"}},
                             .body = std::move(body),
                             .timeout = kPushTimeout};
  }

  const bool allow_insecure_;
  VapidTokens tokens_;
  base::HttpClient& http_;
  const base::Clock& clock_;
  base::Random& random_;
};

}  // namespace

std::unique_ptr<PushSender> MakeWebPushSender(WebPushOptions options, base::HttpClient& http,
                                              const base::Clock& clock, base::Random& random) {
  return std::make_unique<WebPushSender>(std::move(options), http, clock, random);
}

}  // namespace coldpath::notifications
