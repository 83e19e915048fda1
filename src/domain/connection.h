// A connection: one user's authorised link to a provider.
#ifndef COLDPATH_DOMAIN_CONNECTION_H_
#define COLDPATH_DOMAIN_CONNECTION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace coldpath::domain {

enum class ConnectionStatus { kActive, kNeedsReauth };

struct Connection {
  std::string id;  // UUIDv5(user, provider, provider user): connecting again finds the same one
  std::string user_id;
  std::string provider;
  std::string provider_user_id;
  std::vector<std::string> scopes;  // granted: people untick some
  ConnectionStatus status = ConnectionStatus::kActive;
  base::Instant created;
  // Set when the connection is made, until its first_week job is persisted: what recovery looks
  // for.
  bool first_week_due = false;
  // The person wants it and all its data gone: nothing may use it any more, and recovery goes on
  // with the deletion until it is done.
  bool erasing = false;

  // The token pair, sealed by the KeyVault. Never leaves the service.
  std::string sealed_tokens;
  std::optional<base::Instant> access_expires;
  // Single-flight refresh across processes: who refreshes now, and until when it is believed.
  std::string refresh_owner;
  std::optional<base::Instant> refresh_until;

  std::int64_t version = 0;
};

// What the KeyVault seals.
struct TokenPair {
  std::string access_token;
  std::string refresh_token;
};

}  // namespace coldpath::domain

#endif  // COLDPATH_DOMAIN_CONNECTION_H_
