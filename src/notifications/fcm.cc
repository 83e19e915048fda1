#include "notifications/fcm.h"

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "notifications/push_answer.h"
#include "notifications/push_payload.h"

namespace coldpath::notifications {
namespace {

constexpr std::size_t kLongestToken = 4096;
// Firebase, "Scale FCM": the wait after a 429 that names none.
constexpr std::chrono::seconds kUsualPatience{60};

// What an error answer says: the code of FCM's own detail, and whether it is about the token.
struct FcmError {
  std::string code;    // "UNREGISTERED"; empty where there is none
  std::string status;  // google.rpc.Code: "NOT_FOUND"
  bool about_token = false;
};

FcmError ReadError(const base::Json& answer) {
  FcmError read;
  const base::Json* const error = base::FindMember(answer, "error");
  if (error == nullptr) return read;
  read.status = base::FindString(*error, "status").value_or("");
  const base::Json* const details = base::FindMember(*error, "details");
  if (details == nullptr || !details->is_array()) return read;
  for (const base::Json& detail : *details) {
    if (const auto code = base::FindString(detail, "errorCode")) read.code = *code;
    const base::Json* const violations = base::FindMember(detail, "fieldViolations");
    if (violations == nullptr || !violations->is_array()) continue;
    for (const base::Json& violation : *violations) {
      if (base::FindString(violation, "field") == "message.token") read.about_token = true;
    }
  }
  return read;
}

PushOutcome Judge(const base::HttpResponse& answer, base::Instant now) {
  if (answer.status == 200) return Accepted();
  const FcmError error = ReadError(ReadAnswer(answer));
  const std::string word = ErrorWord(error.code.empty() ? error.status : error.code) + " (" +
                           std::to_string(answer.status) + ").";
  // A 404 without Google's word for it may be a proxy's, or a wrong project's: no reason to forget
  // a device.
  if (error.code == "UNREGISTERED" || (answer.status == 404 && error.status == "NOT_FOUND")) {
    return Gone("FCM knows the token no longer: " + word);
  }
  if (error.code == "SENDER_ID_MISMATCH") return Gone("The token is another sender's: " + word);
  if (answer.status == 400 && error.about_token) return Gone("FCM knows no such token: " + word);
  if (answer.status == 429 || answer.status >= 500) {
    PushOutcome later = Later(answer, now, "FCM asks for patience: " + word);
    if (answer.status == 429 && !later.retry_at) later.retry_at = now + kUsualPatience;
    return later;
  }
  if (answer.status == 401 || answer.status == 403) {
    return Refused("FCM refuses the service account: " + word +
                   " Check its role and its project, and the project's credentials for APNs.");
  }
  return Refused("FCM calls the request wrong: " + word);
}

// FCM's word for a token that ran out, or for missing credentials of APNs: only the former is
// worth another try.
bool WantsAnotherToken(const base::HttpResponse& answer) {
  return answer.status == 401 && ReadError(ReadAnswer(answer)).code != "THIRD_PARTY_AUTH_ERROR";
}

class FcmSender final : public PushSender {
 public:
  FcmSender(FcmOptions options, base::HttpClient& http, const base::Clock& clock)
      : url_(options.base_url + "/v1/projects/" + options.account.project_id + "/messages:send"),
        tokens_(std::move(options.account), http, clock),
        http_(http),
        clock_(clock) {}

  void Send(const tasks::PushSubscription& subscription, const PushMessage& message,
            Done done) override {
    const auto life = LifeLeft(message, clock_.Now());
    if (life.count() == 0) return done(Expired());
    if (auto good = CheckFcmToken(subscription.address); !good) {
      return done(Gone(good.error().message));
    }
    auto body = FcmBody(message, subscription.address, life);
    if (!body) return done(Refused(body.error().message));
    Try(*std::move(body), /*again=*/true, std::move(done));
  }

 private:
  void Try(std::string body, bool again, Done done) {
    tokens_.Get([this, body = std::move(body), again,
                 done = std::move(done)](std::expected<std::string, PushOutcome> token) mutable {
      if (!token) return done(std::move(token).error());
      Post(*std::move(token), std::move(body), again, std::move(done));
    });
  }

  void Post(std::string token, std::string body, bool again, Done done) {
    base::HttpRequest request{.method = "POST",
                              .url = url_,
                              .headers = {{"Authorization", "Bearer " + token},
                                          {"Content-Type", "application/json; charset=utf-8"}},
                              .body = body,
                              .timeout = kPushTimeout};
    http_.Send(std::move(request),
               [this, token = std::move(token), body = std::move(body), again,
                done = std::move(done)](base::Result<base::HttpResponse> answer) mutable {
                 if (!answer) return done(NotReached(answer.error()));
                 if (again && WantsAnotherToken(*answer)) {
                   tokens_.Forget(token);
                   return Try(std::move(body), /*again=*/false, std::move(done));
                 }
                 done(Judge(*answer, clock_.Now()));
               });
  }

  const std::string url_;
  FcmTokens tokens_;
  base::HttpClient& http_;
  const base::Clock& clock_;
};

}  // namespace

std::unique_ptr<PushSender> MakeFcmSender(FcmOptions options, base::HttpClient& http,
                                          const base::Clock& clock) {
  return std::make_unique<FcmSender>(std::move(options), http, clock);
}

base::Status CheckFcmToken(std::string_view token) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == ':';
  };
  if (token.empty() || token.size() > kLongestToken ||
      !std::all_of(token.begin(), token.end(), plain)) {
    return base::Fail("push.refused", "The token is not a registration token of FCM.");
  }
  return {};
}

}  // namespace coldpath::notifications
