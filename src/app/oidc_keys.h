// The keys of an OpenID Connect issuer, found by its discovery document (OpenID Connect Discovery
// 1.0 section 4) and kept fresh. The network is never waited for: whoever reads gets what is known.
#ifndef COLDPATH_APP_OIDC_KEYS_H_
#define COLDPATH_APP_OIDC_KEYS_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "api/jwks.h"
#include "base/executor.h"
#include "base/http.h"
#include "service/repeat.h"

namespace coldpath::app {

// "https://id.example.com" of "https://id.example.com/a?b"; empty if `url` is no http(s) URL.
std::string OriginOf(const std::string& url);

// https; or http on this machine, where `allow_loopback`. Error: oidc.issuer_refused.
base::Status CheckIssuer(const std::string& url, bool allow_loopback);

struct OidcPorts {
  const base::Clock& clock;
  base::Executor& executor;
  base::HttpClient& http;
  base::Log& log;
};

// Thread-safe. The ports must outlive it, and the client's last answer too.
class OidcKeys final : public api::JwksSource {
 public:
  // `on_endpoints` is told the origins of the issuer's endpoints that browsers call, whenever they
  // have been read; it is not called any more once the destructor has returned.
  // `allow_loopback`: endpoints may be http on this machine, as in development.
  OidcKeys(OidcPorts ports, std::string issuer, bool allow_loopback,
           std::function<void(const std::vector<std::string>& origins)> on_endpoints);
  ~OidcKeys() override;

  // Fetches now, every ten minutes, and every ten seconds until it has succeeded once.
  void Start();

  // The key set's text. Reading is what happens when a token names an unknown key: the next fetch
  // begins, if the last one is ten seconds old. Error: oidc.no_keys (not fetched yet).
  base::Result<std::string> Read() override;

  static constexpr std::chrono::minutes kLifetime{10};
  static constexpr std::chrono::seconds kSoonest{10};

 private:
  struct State;
  const std::shared_ptr<State> state_;
  std::unique_ptr<service::Repeat> repeat_;
};

}  // namespace coldpath::app

#endif  // COLDPATH_APP_OIDC_KEYS_H_
