// Who may come in: the keys that tokens are verified with, as the configuration names them, and how
// people get such tokens.
#ifndef COLDPATH_APP_SIGN_IN_H_
#define COLDPATH_APP_SIGN_IN_H_

#include <memory>
#include <string>
#include <vector>

#include "api/api_handler.h"
#include "app/config.h"
#include "app/oidc_keys.h"

namespace coldpath::app {

// Errors: config.invalid (nobody could sign in, or two ways that exclude each other),
// oidc.issuer_refused.
base::Status CheckSignIn(const ServeConfig& config);

// What clients are told of it; development is not looked at.
api::SignIn SignInOf(const ServeConfig& config);

// True if `name` is "sign_in" or "entitlements_url", which is then read into `config`. Error:
// config.invalid.
base::Result<bool> ReadSignInMember(const std::string& origin, const std::string& name,
                                    const base::Json& value, ServeConfig& config);

class SignInParts final : public api::JwksSource {
 public:
  // `on_endpoints`: as OidcKeys has it. Errors: config.unreadable, config.invalid, crypto.*.
  static base::Result<std::unique_ptr<SignInParts>> Make(
      const OidcPorts& ports, const ServeConfig& config,
      std::function<void(const std::vector<std::string>& origins)> on_endpoints);

  // jwt, sign_in, development_token and entitlements_url.
  void FillOptions(api::ApiOptions& options) const;
  void Start();
  base::Result<std::string> Read() override;

 private:
  SignInParts(const OidcPorts& ports, ServeConfig config)
      : clock_(ports.clock), config_(std::move(config)) {}

  const base::Clock& clock_;
  const ServeConfig config_;
  base::SigningKeyPtr development_;  // null: no development tokens
  std::unique_ptr<OidcKeys> oidc_;   // null: no issuer with discovery
};

}  // namespace coldpath::app

#endif  // COLDPATH_APP_SIGN_IN_H_
