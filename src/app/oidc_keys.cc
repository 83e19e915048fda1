#include "app/oidc_keys.h"

#include <algorithm>
#include <optional>
#include <set>

#include "base/json.h"
#include "base/loopback.h"
#include "base/mutex.h"

namespace coldpath::app {
namespace {

constexpr base::JsonLimits kLimits{256u << 10, 16};
constexpr std::chrono::milliseconds kTimeout{10'000};

base::Result<base::Json> ReadDocument(const base::Result<base::HttpResponse>& answer) {
  if (!answer) return base::Fail(answer.error());
  if (answer->status != 200) {
    return base::Fail("oidc.refused", "The answer was " + std::to_string(answer->status) + ".");
  }
  COLDPATH_ASSIGN_OR_RETURN(base::Json json, base::ParseJson(answer->body, kLimits));
  if (!json.is_object()) return base::Fail("oidc.malformed", "The answer is no JSON object.");
  return json;
}

base::HttpRequest Get(std::string url) {
  return {.url = std::move(url), .headers = {{"Accept", "application/json"}}, .timeout = kTimeout};
}

}  // namespace

std::string OriginOf(const std::string& url) {
  const auto parsed = base::ParseUrl(url);
  if (!parsed || parsed->host.empty() || parsed->host.find('@') != std::string::npos) return "";
  if (parsed->scheme != "https" && parsed->scheme != "http") return "";
  return parsed->scheme + "://" + parsed->host;
}

base::Status CheckIssuer(const std::string& url, bool allow_loopback) {
  const auto parsed = base::ParseUrl(url);
  const bool secure = parsed && parsed->scheme == "https" && !OriginOf(url).empty();
  const bool local = parsed && parsed->scheme == "http" && base::IsLoopbackHost(parsed->host);
  if (secure || (local && allow_loopback)) return {};
  return base::Fail("oidc.issuer_refused",
                    "The issuer's addresses must be https (in development http on this machine "
                    "serves as well).");
}

struct OidcKeys::State : std::enable_shared_from_this<OidcKeys::State> {
  State(OidcPorts given, std::string given_issuer, bool loopback,
        std::function<void(const std::vector<std::string>&)> callback)
      : ports(given),
        issuer(std::move(given_issuer)),
        allow_loopback(loopback),
        on_endpoints(std::move(callback)) {}

  // Whether a fetch has to begin now; it is then counted as begun.
  bool Begin(base::Duration oldest);
  void Fetch();
  void OnDiscovery(const base::Result<base::HttpResponse>& answer);
  base::Status Discover(const base::Result<base::HttpResponse>& answer, std::string& jwks_uri);
  void OnKeys(const base::Result<base::HttpResponse>& answer);
  void Failed(const base::Error& error);

  const OidcPorts ports;
  const std::string issuer;
  const bool allow_loopback;
  base::Mutex mutex;
  std::function<void(const std::vector<std::string>&)> on_endpoints COLDPATH_GUARDED_BY(mutex);
  std::optional<std::string> keys COLDPATH_GUARDED_BY(mutex);
  std::optional<base::Instant> begun COLDPATH_GUARDED_BY(mutex);
  bool under_way COLDPATH_GUARDED_BY(mutex) = false;
};

bool OidcKeys::State::Begin(base::Duration oldest) {
  const base::MutexLock lock(mutex);
  const base::Instant now = ports.clock.Now();
  // Nothing is known: as soon as possible, whoever asks.
  const base::Duration wait = keys ? oldest : base::Duration(kSoonest);
  if (under_way || (begun && now < *begun + wait)) return false;
  begun = now;
  under_way = true;
  return true;
}

void OidcKeys::State::Fetch() {
  std::string url = issuer;
  while (url.ends_with('/')) url.pop_back();
  ports.http.Send(Get(url + "/.well-known/openid-configuration"),
                  [self = shared_from_this()](base::Result<base::HttpResponse> answer) {
                    self->OnDiscovery(answer);
                  });
}

base::Status OidcKeys::State::Discover(const base::Result<base::HttpResponse>& answer,
                                       std::string& jwks_uri) {
  COLDPATH_ASSIGN_OR_RETURN(const base::Json document, ReadDocument(answer));
  // Section 4.3: it has to be exactly the issuer that was asked.
  if (base::FindString(document, "issuer") != issuer) {
    return base::Fail("oidc.malformed", "The document is of another issuer.");
  }
  jwks_uri = base::FindString(document, "jwks_uri").value_or("");
  COLDPATH_RETURN_IF_ERROR(CheckIssuer(jwks_uri, allow_loopback));
  std::set<std::string> origins{OriginOf(issuer)};
  for (const char* name : {"token_endpoint", "userinfo_endpoint", "revocation_endpoint"}) {
    const std::string endpoint = base::FindString(document, name).value_or("");
    if (CheckIssuer(endpoint, allow_loopback)) origins.insert(OriginOf(endpoint));
  }
  const base::MutexLock lock(mutex);
  if (on_endpoints) on_endpoints({origins.begin(), origins.end()});
  return {};
}

void OidcKeys::State::OnDiscovery(const base::Result<base::HttpResponse>& answer) {
  std::string jwks_uri;
  if (const base::Status discovered = Discover(answer, jwks_uri); !discovered) {
    Failed(discovered.error());
    return;
  }
  ports.http.Send(Get(jwks_uri),
                  [self = shared_from_this()](base::Result<base::HttpResponse> keys_answer) {
                    self->OnKeys(keys_answer);
                  });
}

void OidcKeys::State::OnKeys(const base::Result<base::HttpResponse>& answer) {
  const auto set = ReadDocument(answer);
  const base::Json* list = set ? base::FindMember(*set, "keys") : nullptr;
  if (list == nullptr || !list->is_array()) {
    Failed(set ? base::Error{"oidc.malformed", "The key set has no array \"keys\"."} : set.error());
    return;
  }
  const base::MutexLock lock(mutex);
  under_way = false;
  if (!keys) ports.log.Info("oidc_keys_fetched", {{"issuer", issuer}, {"keys", list->size()}});
  keys = base::DumpJson(*set);
}

void OidcKeys::State::Failed(const base::Error& error) {
  const base::MutexLock lock(mutex);
  under_way = false;
  // Known keys stay: an issuer's bad minute must not lock everybody out.
  ports.log.Warning("oidc_keys_not_fetched",
                    {{"issuer", issuer}, {"code", error.code}, {"reason", error.message}});
}

OidcKeys::OidcKeys(OidcPorts ports, std::string issuer, bool allow_loopback,
                   std::function<void(const std::vector<std::string>& origins)> on_endpoints)
    : state_(std::make_shared<State>(ports, std::move(issuer), allow_loopback,
                                     std::move(on_endpoints))) {}

OidcKeys::~OidcKeys() {
  repeat_.reset();
  const base::MutexLock lock(state_->mutex);
  state_->on_endpoints = nullptr;
}

void OidcKeys::Start() {
  repeat_ = std::make_unique<service::Repeat>(state_->ports.clock, state_->ports.executor, kSoonest,
                                              [state = state_] {
                                                if (state->Begin(kLifetime)) state->Fetch();
                                              });
}

base::Result<std::string> OidcKeys::Read() {
  if (state_->Begin(kSoonest)) state_->Fetch();
  const base::MutexLock lock(state_->mutex);
  if (!state_->keys) {
    return base::Fail("oidc.no_keys", "The issuer's keys have not been fetched yet.");
  }
  return *state_->keys;
}

}  // namespace coldpath::app
