#include "notifications/fcm_tokens.h"

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "notifications/push_answer.h"
#include "notifications/push_jwt.h"

namespace coldpath::notifications {
namespace {

constexpr std::string_view kScope = "https://www.googleapis.com/auth/firebase.messaging";
constexpr std::chrono::hours kClaimLife{1};  // the longest that Google takes
constexpr std::chrono::minutes kEarly{5};
constexpr std::int64_t kLongestLifeSeconds = 24 * 3600;

base::Result<std::string> Member(const base::Json& json, const char* name) {
  auto value = base::FindString(json, name);
  if (!value || value->empty()) {
    return base::Fail("config.invalid",
                      "The service account lacks its member \"" + std::string(name) + "\".");
  }
  return *std::move(value);
}

// Project ids become part of a path.
bool IsProjectId(std::string_view text) {
  return text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-.:") == text.npos;
}

}  // namespace

base::Result<ServiceAccount> ReadServiceAccount(std::string_view text) {
  const auto json = base::ParseJson(text, {.max_bytes = 64 * 1024, .max_depth = 8});
  if (!json) {
    return base::Fail("config.invalid",
                      "The service account is not a JSON document: " + json.error().message);
  }
  ServiceAccount account;
  COLDPATH_ASSIGN_OR_RETURN(account.client_email, Member(*json, "client_email"));
  COLDPATH_ASSIGN_OR_RETURN(account.project_id, Member(*json, "project_id"));
  COLDPATH_ASSIGN_OR_RETURN(account.token_uri, Member(*json, "token_uri"));
  COLDPATH_ASSIGN_OR_RETURN(const std::string pem, Member(*json, "private_key"));
  account.key_id = base::FindString(*json, "private_key_id").value_or("");
  auto key = base::SigningKeyFromPem(pem);
  if (!key || base::SignatureAlgorithm(**key) != "RS256" || !base::Sign(**key, "")) {
    return base::Fail("config.invalid",
                      "The service account's \"private_key\" is no private RSA key.");
  }
  account.key = *std::move(key);
  if (!IsProjectId(account.project_id)) {
    return base::Fail("config.invalid", "The service account's \"project_id\" is not one.");
  }
  if (const auto url = base::ParseUrl(account.token_uri); !url || url->host.empty()) {
    return base::Fail("config.invalid", "The service account's \"token_uri\" is not a URL.");
  }
  return account;
}

void FcmTokens::Get(Done done) {
  std::string token;
  {
    base::MutexLock lock(mutex_);
    if (!token_.empty() && clock_.Now() < renew_at_) {
      token = token_;
    } else {
      waiting_.push_back(std::move(done));
      if (waiting_.size() > 1) return;
    }
  }
  if (!token.empty()) return done(std::move(token));
  auto request = MakeRequest();
  if (!request) return Finish(std::unexpected(Refused(request.error().message)));
  http_.Send(*std::move(request),
             [this](base::Result<base::HttpResponse> answer) { Finish(Read(std::move(answer))); });
}

void FcmTokens::Forget(const std::string& token) {
  base::MutexLock lock(mutex_);
  if (token_ == token) token_.clear();
}

base::Result<base::HttpRequest> FcmTokens::MakeRequest() const {
  const base::Instant now = clock_.Now();
  base::Json header = base::Json::object();
  if (!account_.key_id.empty()) header["kid"] = account_.key_id;
  COLDPATH_ASSIGN_OR_RETURN(std::string claim,
                            SignJwt(*account_.key, std::move(header),
                                    {{"iss", account_.client_email},
                                     {"scope", kScope},
                                     {"aud", account_.token_uri},
                                     {"iat", base::UnixSeconds(now)},
                                     {"exp", base::UnixSeconds(now + kClaimLife)}}));
  return base::HttpRequest{
      .method = "POST",
      .url = account_.token_uri,
      .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
      .body = base::EncodeForm({{"grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"},
                                {"assertion", std::move(claim)}}),
      .timeout = kPushTimeout};
}

std::expected<std::string, PushOutcome> FcmTokens::Read(base::Result<base::HttpResponse> answer) {
  if (!answer) return std::unexpected(NotReached(answer.error()));
  const base::Instant now = clock_.Now();
  const base::Json json = ReadAnswer(*answer);
  const std::string number = " (" + std::to_string(answer->status) + ").";
  if (answer->status == 429 || answer->status >= 500) {
    return std::unexpected(Later(*answer, now, "Google gives out no tokens at present" + number));
  }
  auto token = base::FindString(json, "access_token");
  if (answer->status != 200 || !token || token->empty()) {
    const std::string word = ErrorWord(base::FindString(json, "error").value_or(""));
    return std::unexpected(Refused("Google refuses the service account: " + word + number +
                                   " Check the key file, and this machine's clock."));
  }
  const auto life = base::FindInteger(json, "expires_in").value_or(0);
  base::MutexLock lock(mutex_);
  token_ = *token;
  renew_at_ =
      now + std::chrono::seconds(std::clamp<std::int64_t>(life, 0, kLongestLifeSeconds)) - kEarly;
  return *std::move(token);
}

void FcmTokens::Finish(std::expected<std::string, PushOutcome> result) {
  std::vector<Done> waiting;
  {
    base::MutexLock lock(mutex_);
    waiting.swap(waiting_);
  }
  for (Done& done : waiting) done(result);
}

}  // namespace coldpath::notifications
