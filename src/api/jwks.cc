#include "api/jwks.h"

namespace coldpath::api {

base::SigningKeyPtr JwksCache::Find(const std::string& kid) {
  const base::MutexLock lock(mutex_);
  const base::Instant now = clock_.Now();
  if (!read_at_ || *read_at_ + kLifetime <= now) ReadAgain(now);
  if (base::SigningKeyPtr key = Lookup(kid)) return key;
  if (*read_at_ + kRereadInterval > now) return nullptr;
  ReadAgain(now);
  return Lookup(kid);
}

base::SigningKeyPtr JwksCache::Lookup(const std::string& kid) {
  if (kid.empty() && keys_.size() == 1) return keys_.begin()->second;
  const auto found = keys_.find(kid);
  return found == keys_.end() ? nullptr : found->second;
}

void JwksCache::ReadAgain(base::Instant now) {
  read_at_ = now;
  const auto text = source_.Read();
  const auto set = text ? base::ParseJson(*text, {1u << 20, 16})
                        : base::Result<base::Json>(base::Fail(text.error()));
  const base::Json* list = set ? base::FindMember(*set, "keys") : nullptr;
  if (list == nullptr || !list->is_array()) {
    // The keys known so far stay: an issuer's bad minute must not lock everybody out.
    log_.Error("jwks_unreadable",
               {{"reason", set ? std::string("no array \"keys\"") : set.error().message}});
    return;
  }
  std::map<std::string, base::SigningKeyPtr> keys;
  for (const base::Json& jwk : *list) {
    const auto key = base::SigningKeyFromJwk(base::DumpJson(jwk));
    if (!key) continue;  // of a kind that we do not use
    const auto own = base::ParseJson(base::PublicJwk(**key));
    keys[base::FindString(jwk, "kid").value_or(base::FindString(*own, "kid").value_or(""))] = *key;
  }
  keys_ = std::move(keys);
}

}  // namespace coldpath::api
