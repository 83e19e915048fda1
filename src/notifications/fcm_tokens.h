// Access tokens for Firebase Cloud Messaging: a service account's signed claim against a token that
// Google takes for an hour (RFC 7523; Google, "Using OAuth 2.0 for Server to Server Applications").
#ifndef COLDPATH_NOTIFICATIONS_FCM_TOKENS_H_
#define COLDPATH_NOTIFICATIONS_FCM_TOKENS_H_

#include <expected>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/http.h"
#include "base/mutex.h"
#include "base/result.h"
#include "notifications/push_sender.h"

namespace coldpath::notifications {

// The file that the Google Cloud console gives out for a service account.
struct ServiceAccount {
  std::string client_email;
  std::string project_id;
  std::string token_uri;  // "https://oauth2.googleapis.com/token"
  std::string key_id;     // may be empty
  base::SigningKeyPtr key;
};
// Error: config.invalid (a member is missing or is not what it should be).
base::Result<ServiceAccount> ReadServiceAccount(std::string_view json);

// Keeps one token and renews it five minutes before its end; however many ask meanwhile, one
// request is under way. Thread-safe; what is given must outlive it, and it its calls.
class FcmTokens {
 public:
  // The token, or what becomes of the push without one.
  using Done = std::move_only_function<void(std::expected<std::string, PushOutcome>)>;

  FcmTokens(ServiceAccount account, base::HttpClient& http, const base::Clock& clock)
      : account_(std::move(account)), http_(http), clock_(clock) {}

  // `done` is called exactly once, possibly inside Get.
  void Get(Done done);
  // Google refused it: the next Get asks for another.
  void Forget(const std::string& token);

  const ServiceAccount& account() const { return account_; }

 private:
  base::Result<base::HttpRequest> MakeRequest() const;
  // Keeps the token of an answer, or says what becomes of the pushes that wait for it.
  std::expected<std::string, PushOutcome> Read(base::Result<base::HttpResponse> answer);
  void Finish(std::expected<std::string, PushOutcome> result);

  const ServiceAccount account_;
  base::HttpClient& http_;
  const base::Clock& clock_;
  base::Mutex mutex_;
  std::string token_ COLDPATH_GUARDED_BY(mutex_);
  base::Instant renew_at_ COLDPATH_GUARDED_BY(mutex_);
  std::vector<Done> waiting_ COLDPATH_GUARDED_BY(mutex_);  // not empty: a request is under way
};

}  // namespace coldpath::notifications

#endif  // COLDPATH_NOTIFICATIONS_FCM_TOKENS_H_
