#include "app/sign_in.h"

#include "app/development_key.h"
#include "app/development_tokens.h"
#include "base/json.h"

namespace coldpath::app {
namespace {

constexpr std::chrono::hours kDevelopmentTokenLifetime{12};

base::Status AppendKeys(const std::string& origin, const std::string& text, base::Json& keys) {
  COLDPATH_ASSIGN_OR_RETURN(const base::Json set, base::ParseJson(text));
  const base::Json* members = base::FindMember(set, "keys");
  if (members == nullptr || !members->is_array()) {
    return base::Fail("config.invalid", origin + " is not a JSON Web Key Set.");
  }
  for (const base::Json& key : *members) keys.push_back(key);
  return {};
}

base::Result<std::string> NeedText(const std::string& where, const base::Json& value) {
  if (value.is_string()) return value.get<std::string>();
  return base::Fail("config.invalid", where + " has to be a string.");
}

}  // namespace

base::Status CheckSignIn(const ServeConfig& config) {
  const bool oidc = !config.sign_in.issuer.empty();
  if (config.jwks_file.empty() && !oidc && !config.development) {
    return base::Fail("config.invalid",
                      "Nobody could sign in: name the issuer (\"sign_in\" in the configuration), "
                      "or its key set with --jwks, or use --development.");
  }
  if (!config.jwks_file.empty() && config.development) {
    return base::Fail("config.invalid", "--jwks and --development exclude each other.");
  }
  if (!config.jwks_file.empty() && config.issuer.empty() && !oidc) {
    return base::Fail("config.invalid", "--jwks needs --issuer.");
  }
  if (!oidc) return {};
  if (config.sign_in.client_id.empty()) {
    return base::Fail("config.invalid", "sign_in has no client_id.");
  }
  return CheckIssuer(config.sign_in.issuer, config.development);
}

api::SignIn SignInOf(const ServeConfig& config) {
  const SignInConfig& sign_in = config.sign_in;
  if (sign_in.issuer.empty()) return {};
  return {api::SignIn::Method::kOidc, sign_in.issuer, sign_in.client_id, sign_in.scope,
          sign_in.resource};
}

base::Result<bool> ReadSignInMember(const std::string& origin, const std::string& name,
                                    const base::Json& value, ServeConfig& config) {
  if (name == "entitlements_url") {
    COLDPATH_ASSIGN_OR_RETURN(config.entitlements_url, NeedText(origin + ": " + name, value));
    if (OriginOf(config.entitlements_url).empty()) {
      return base::Fail("config.invalid", origin + ": entitlements_url has to be a web address.");
    }
    return true;
  }
  if (name != "sign_in") return false;
  if (!value.is_object()) {
    return base::Fail("config.invalid", origin + ": sign_in has to be an object.");
  }
  for (const auto& [member, text] : value.items()) {
    std::string* const target = member == "issuer"      ? &config.sign_in.issuer
                                : member == "client_id" ? &config.sign_in.client_id
                                : member == "scope"     ? &config.sign_in.scope
                                : member == "resource"  ? &config.sign_in.resource
                                                        : nullptr;
    if (target == nullptr) {
      return base::Fail("config.invalid", origin + ": unknown member \"sign_in." + member + "\".");
    }
    COLDPATH_ASSIGN_OR_RETURN(*target, NeedText(origin + ": sign_in." + member, text));
  }
  return true;
}

base::Result<std::unique_ptr<SignInParts>> SignInParts::Make(
    const OidcPorts& ports, const ServeConfig& config,
    std::function<void(const std::vector<std::string>& origins)> on_endpoints) {
  COLDPATH_RETURN_IF_ERROR(CheckSignIn(config));
  std::unique_ptr<SignInParts> parts(new SignInParts(ports, config));
  if (config.development) {
    COLDPATH_ASSIGN_OR_RETURN(parts->development_, DevelopmentKey(config.data_folder));
  }
  if (!config.sign_in.issuer.empty()) {
    parts->oidc_ = std::make_unique<OidcKeys>(ports, config.sign_in.issuer, config.development,
                                              std::move(on_endpoints));
  }
  // A file that cannot be read is said at the start; an issuer that is away is not waited for.
  if (parts->oidc_ == nullptr || !config.jwks_file.empty()) {
    if (const auto readable = parts->Read(); !readable) return base::Fail(readable.error());
  }
  return parts;
}

void SignInParts::FillOptions(api::ApiOptions& options) const {
  options.jwt.issuer = config_.issuer.empty() ? config_.sign_in.issuer : config_.issuer;
  options.jwt.audience = config_.audience;
  options.entitlements_url = config_.entitlements_url;
  options.sign_in = SignInOf(config_);
  if (development_ == nullptr) return;
  if (oidc_ == nullptr) options.sign_in.method = api::SignIn::Method::kDevelopment;
  options.jwt.second_issuer = kDevelopmentIssuer;
  options.development_token = [key = development_, &clock = clock_](
                                  const std::string& user,
                                  bool pro) -> base::Result<api::DevelopmentToken> {
    const base::Instant now = clock.Now();
    COLDPATH_ASSIGN_OR_RETURN(
        std::string token,
        SignDevelopmentToken(*key, {user, pro, {}, kDevelopmentTokenLifetime}, now));
    return api::DevelopmentToken{std::move(token), now + kDevelopmentTokenLifetime};
  };
}

void SignInParts::Start() {
  if (oidc_ != nullptr) oidc_->Start();
}

base::Result<std::string> SignInParts::Read() {
  base::Json keys = base::Json::array();
  if (!config_.jwks_file.empty()) {
    COLDPATH_ASSIGN_OR_RETURN(const std::string text, ReadFile(config_.jwks_file));
    COLDPATH_RETURN_IF_ERROR(AppendKeys(config_.jwks_file, text, keys));
  } else if (oidc_ != nullptr) {
    const auto text = oidc_->Read();
    // In development the other key serves meanwhile.
    if (!text && development_ == nullptr) return base::Fail(text.error());
    if (text) COLDPATH_RETURN_IF_ERROR(AppendKeys(config_.sign_in.issuer, *text, keys));
  }
  if (development_ != nullptr) {
    COLDPATH_ASSIGN_OR_RETURN(const base::Json jwk,
                              base::ParseJson(base::PublicJwk(*development_)));
    keys.push_back(jwk);
  }
  return base::DumpJson({{"keys", keys}});
}

}  // namespace coldpath::app
