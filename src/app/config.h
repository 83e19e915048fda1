// What `coldpath serve` is told: by flags, and by a configuration file for what has structure.
#ifndef COLDPATH_APP_CONFIG_H_
#define COLDPATH_APP_CONFIG_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"

namespace coldpath::app {

inline constexpr const char* kProgramVersion = "0.1.0";

// How to reach one provider, and as whom.
struct ProviderSettings {
  std::string client_id;
  std::string client_secret;
  // Empty: the provider's own. A sandbox or a validating proxy has another.
  std::string api_base;
  std::string authorize_base;
  std::string token_base;
};

// Firebase and Apple are offered where they are named.
struct PushConfig {
  std::string contact;  // "mailto:..." or "https://..." for push services; empty: public_url
  std::string ca_file;  // certificate authorities to trust instead of the system's; empty: those
  std::string fcm_service_account_file;  // JSON, as Google gives it
  std::string fcm_base;                  // empty: Google's
  std::string apns_key_file;             // PEM (.p8), as Apple gives it
  std::string apns_key_id;
  std::string apns_team_id;
  std::string apns_topic;  // the app's bundle id
  bool apns_sandbox = false;
  std::string apns_base;  // empty: Apple's
};

// Where domain events are sent, signed (docs/notifications.md).
struct WebhookConfig {
  std::string url;
  std::vector<std::string> keys;  // raw, from secrets "whsec_..."; the first ones are newer
};

// The OpenID Connect provider that people sign in with; its keys are found by discovery.
struct SignInConfig {
  std::string issuer;  // empty: none
  std::string client_id;
  std::string scope = "openid profile offline_access";
  std::string resource;  // RFC 8707, for providers that want it; else empty
};

struct ServeConfig {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;  // 0: any free one
  std::string data_folder;
  // Where people's browsers reach us: the OAuth callback is below it. Empty: http://address:port.
  std::string public_url;

  // Who signs the tokens that we accept.
  std::string jwks_file;  // JSON Web Key Set; empty: what sign_in's issuer publishes
  std::string issuer;     // empty: that of sign_in
  SignInConfig sign_in;
  std::string audience = "coldpath";
  // Accepts tokens signed with the data folder's own development key (`coldpath token`).
  bool development = false;

  // By provider id. A provider without settings is not offered.
  std::map<std::string, ProviderSettings> providers;
  std::vector<std::string> return_origins;  // where a browser may be sent back to after connecting

  bool web = true;               // serve the web app
  std::string web_folder;        // instead of the one that is built in, while it is being developed
  std::string entitlements_url;  // where a person gets Pro; empty: not said

  PushConfig push;
  std::vector<WebhookConfig> webhooks;
  // Raw keys of those who may state entitlements; empty: nobody may.
  std::vector<std::string> entitlement_keys;

  double quota_scale = 1;           // demonstrations only: multiplies every provider's limits
  int threads = 4;                  // handlers and page processing
  int chunk_workers = 256;          // chunks in flight on this machine
  int max_concurrency = 10;         // chunks in flight per job
  double requests_per_second = 50;  // per user
  // Another state machine definition than the one built in; empty: built in.
  std::string workflow_file;
};

// Reads a configuration file (JSON) into `config`; members that it does not name stay.
//   {"providers": {"oura": {"client_id": "...", "client_secret_file": "/run/secrets/oura"}},
//    "return_origins": ["https://app.example.com"], "issuer": "...", "audience": "...",
//    "sign_in": {"issuer": "...", "client_id": "...", "scope": "...", "resource": "..."},
//    "entitlements_url": "https://...",
//    "push": {"contact": "mailto:..."}, "webhooks": [{"url": "https://...", "secret_file": "..."}],
//    "entitlement_secret_file": "..."}
// docs/notifications.md has the members for pushes, webhooks and entitlements.
// Errors: config.unreadable, config.invalid (naming the member).
base::Status ReadConfigFile(const std::string& path, ServeConfig& config);

// The same from the file's text; `origin` is what errors call it.
base::Status ReadConfigText(const std::string& origin, const std::string& text,
                            ServeConfig& config);

// Points every known provider at one base URL: the sandbox.
void UseSandbox(const std::string& url, ServeConfig& config);

// Reads a whole file. Error: config.unreadable.
base::Result<std::string> ReadFile(const std::string& path);

}  // namespace coldpath::app

#endif  // COLDPATH_APP_CONFIG_H_
