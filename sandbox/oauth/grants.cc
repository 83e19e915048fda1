#include "sandbox/oauth/grants.h"

#include <utility>

#include "base/crypto.h"

namespace coldpath::sandbox {
namespace {

constexpr std::chrono::minutes kCodeLifetime(10);

}  // namespace

std::string Grants::NewToken(std::string_view prefix) {
  std::string material = "sandbox token ";
  material += std::to_string(seed_) + "/" + std::to_string(++last_token_);
  return std::string(prefix) + base::Base64UrlEncode(base::Sha256(material));
}

std::string Grants::IssueCode(Consent consent, base::Instant now) {
  std::string code = NewToken("sandbox-code-");
  codes_[code] = {std::move(consent), now + kCodeLifetime};
  return code;
}

Tokens Grants::IssueAccess(const Grant& grant, const TokenRules& rules, base::Instant now) {
  Tokens tokens;
  tokens.access_token = NewToken("sandbox-access-");
  tokens.lifetime = rules.access_lifetime;
  tokens.scopes = grant.scopes;
  access_tokens_[tokens.access_token] = {grant.id, now + rules.access_lifetime};
  return tokens;
}

base::Result<Tokens> Grants::Exchange(const TokenRequest& request, const TokenRules& rules,
                                      base::Instant now) {
  const auto found = codes_.find(request.code);
  if (found == codes_.end()) return base::Fail("invalid_grant", "The code is unknown or was used.");
  const PendingCode pending = std::move(found->second);
  codes_.erase(found);  // also a failed exchange spends it
  const Consent& consent = pending.consent;
  if (consent.provider != request.provider || consent.client_id != request.client_id) {
    return base::Fail("invalid_grant", "The code was issued to another client.");
  }
  if (now >= pending.expires) return base::Fail("invalid_grant", "The code has expired.");
  if (consent.redirect_uri != request.redirect_uri) {
    return base::Fail("invalid_grant", "redirect_uri differs from that of the authorisation.");
  }
  if (!consent.code_challenge.empty() &&
      base::Base64UrlEncode(base::Sha256(request.code_verifier)) != consent.code_challenge) {
    return base::Fail("invalid_grant", "code_verifier does not match the challenge.");
  }
  Grant grant{.id = ++last_grant_,
              .provider = consent.provider,
              .client_id = consent.client_id,
              .account = consent.account,
              .scopes = consent.scopes};
  Tokens tokens = IssueAccess(grant, rules, now);
  if (consent.offline) {
    tokens.refresh_token = NewToken("sandbox-refresh-");
    refresh_tokens_[tokens.refresh_token] = grant.id;
  }
  grants_[grant.id] = std::move(grant);
  return tokens;
}

base::Result<Tokens> Grants::Refresh(std::string_view provider, std::string_view client_id,
                                     const std::string& refresh_token, const TokenRules& rules,
                                     base::Instant now) {
  const auto found = refresh_tokens_.find(refresh_token);
  if (found == refresh_tokens_.end()) {
    return base::Fail("invalid_grant", "The refresh token is unknown, used or revoked.");
  }
  const Grant& grant = grants_.at(found->second);
  if (grant.revoked || grant.provider != provider || grant.client_id != client_id) {
    return base::Fail("invalid_grant", "The grant was revoked or belongs to another client.");
  }
  Tokens tokens = IssueAccess(grant, rules, now);
  if (rules.rotates) {
    refresh_tokens_.erase(found);
    tokens.refresh_token = NewToken("sandbox-refresh-");
    refresh_tokens_[tokens.refresh_token] = grant.id;
  }
  return tokens;
}

const Grant* Grants::FindByAccessToken(std::string_view provider, const std::string& token,
                                       base::Instant now) const {
  const auto found = access_tokens_.find(token);
  if (found == access_tokens_.end() || now >= found->second.expires) return nullptr;
  const Grant& grant = grants_.at(found->second.grant);
  return grant.revoked || grant.provider != provider ? nullptr : &grant;
}

bool Grants::RevokeToken(std::string_view provider, const std::string& token) {
  std::int64_t id = 0;
  if (const auto access = access_tokens_.find(token); access != access_tokens_.end()) {
    id = access->second.grant;
  } else if (const auto refresh = refresh_tokens_.find(token); refresh != refresh_tokens_.end()) {
    id = refresh->second;
  }
  if (id == 0 || grants_.at(id).provider != provider) return false;
  RevokeGrant(id);
  return true;
}

int Grants::RevokeAccount(std::string_view provider, std::string_view account) {
  int ended = 0;
  for (auto& [id, grant] : grants_) {
    if (grant.revoked || grant.account != account) continue;
    if (!provider.empty() && grant.provider != provider) continue;
    grant.revoked = true;
    ++ended;
  }
  return ended;
}

void Grants::RevokeGrant(std::int64_t id) { grants_.at(id).revoked = true; }

void Grants::Clear() {
  codes_.clear();
  grants_.clear();
  access_tokens_.clear();
  refresh_tokens_.clear();
}

}  // namespace coldpath::sandbox
