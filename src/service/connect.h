// Use case: connect a person's account at a provider (OAuth 2.0 authorisation code, RFC 6749, with
// PKCE, RFC 7636, where the provider has it). Connecting again heals a lost grant.
#ifndef COLDPATH_SERVICE_CONNECT_H_
#define COLDPATH_SERVICE_CONNECT_H_

#include <functional>
#include <string>

#include "service/context.h"

namespace coldpath::service {

struct BegunAuthorization {
  std::string url;  // where the person's browser goes
  base::Instant expires;
};

// `return_url` may be empty: the callback then ends on a page of its own. Errors: provider.unknown,
// oauth.return_url_refused (its origin is not on the list).
base::Result<BegunAuthorization> BeginConnect(const Context& context, const std::string& user_id,
                                              const std::string& provider,
                                              const std::string& return_url);

// What the provider sent the browser back with.
struct AuthorizationCallback {
  std::string state;
  std::string code;
  std::string error;  // RFC 6749 section 4.1.2.1; empty if it went well
};

struct ConnectResult {
  std::string return_url;  // known as soon as the state was; may be empty
  std::string provider_title;
  base::Result<domain::Connection> connection;
};

// Exchanges the code, asks who the person is, stores the connection and starts its first week
// (US-31). `done` is called once, on any thread. Errors: oauth.unknown_state (also used or
// expired), oauth.denied (the person said no), oauth.exchange_failed, oauth.unreachable, and the
// stores'.
using Connected = std::move_only_function<void(ConnectResult)>;
void FinishConnect(const Context& context, const AuthorizationCallback& callback, Connected done);

}  // namespace coldpath::service

#endif  // COLDPATH_SERVICE_CONNECT_H_
