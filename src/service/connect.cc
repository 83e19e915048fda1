#include "service/connect.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/crypto.h"
#include "base/loopback.h"
#include "service/connections.h"
#include "service/erase.h"
#include "service/first_week.h"
#include "tasks/access_tokens.h"

namespace coldpath::service {
namespace {

constexpr int kStateBytes = 32;     // 256 bits: the callback's only credential
constexpr int kVerifierBytes = 32;  // RFC 7636 section 4.1 asks for at least 32

std::string RedirectUri(const Context& context) {
  return context.settings.public_url + std::string(kCallbackPath);
}

base::Status CheckReturnUrl(const Context& context, const std::string& return_url) {
  if (return_url.empty()) return {};
  const auto refused = [] {
    return base::Fail("oauth.return_url_refused",
                      "return_url must begin with an origin that this installation allows.");
  };
  const auto url = base::ParseUrl(return_url);
  if (!url || url->host.empty() || url->host.find('@') != std::string::npos ||
      (url->scheme != "https" && url->scheme != "http")) {
    return refused();
  }
  // A line break in a Location header would end it.
  if (std::ranges::any_of(return_url, [](unsigned char c) { return c <= ' ' || c == 0x7f; })) {
    return refused();
  }
  if (context.settings.allow_loopback_returns && base::IsLoopbackHost(url->host)) return {};
  const std::string origin = url->scheme + "://" + url->host;
  // The app that we serve ourselves.
  const auto own = base::ParseUrl(context.settings.public_url);
  if (own && origin == own->scheme + "://" + own->host) return {};
  const auto& allowed = context.settings.return_origins;
  return std::ranges::find(allowed, origin) != allowed.end() ? base::Status() : refused();
}

// One person on the way from the provider's consent page to a stored connection.
struct Exchange : std::enable_shared_from_this<Exchange> {
  Exchange(const Context& given, tasks::PendingAuthorization authorization, Connected callback)
      : context(given), pending(std::move(authorization)), done(std::move(callback)) {}

  void Begin(const std::string& code);
  void OnTokens(base::Result<base::HttpResponse> answer);
  void OnIdentity(base::Result<base::HttpResponse> answer);
  base::Result<domain::Connection> Store(const std::string& provider_user_id);
  void Fail(const base::Error& error) { End(base::Fail(error)); }
  void Fail(const domain::Failure& failure) {
    const bool later = failure.kind == domain::FailureKind::kTransient ||
                       failure.kind == domain::FailureKind::kRateLimited;
    Fail({later ? "oauth.unreachable" : "oauth.exchange_failed", failure.message});
  }
  void End(base::Result<domain::Connection> result) {
    done({pending.return_url, provider == nullptr ? pending.provider : provider->info().title,
          std::move(result)});
  }
  // Answers come on any thread; what they lead to writes to stores, so it goes to the executor.
  void Send(base::HttpRequest request, void (Exchange::*then)(base::Result<base::HttpResponse>)) {
    context.http.Send(std::move(request), [self = shared_from_this(),
                                           then](base::Result<base::HttpResponse> answer) mutable {
      Exchange* exchange = self.get();
      exchange->context.executor.Post(
          [self = std::move(self), then, answer = std::move(answer)]() mutable {
            if (!answer) {
              self->Fail({"oauth.unreachable", "The provider could not be reached."});
              return;
            }
            (*self.*then)(std::move(answer));
          });
    });
  }

  const Context& context;
  tasks::PendingAuthorization pending;
  Connected done;
  const tasks::Provider* provider = nullptr;
  tasks::TokenGrant grant;
};

void Exchange::Begin(const std::string& code) {
  provider = context.providers.Find(pending.provider);
  if (provider == nullptr) {
    Fail({"provider.unknown", "This provider is no longer offered."});
    return;
  }
  Send(provider->TokenRequest(code, RedirectUri(context), pending.code_verifier),
       &Exchange::OnTokens);
}

void Exchange::OnTokens(base::Result<base::HttpResponse> answer) {
  auto tokens = provider->ReadTokens(*answer, {}, context.clock.Now());
  if (const auto* failure = std::get_if<domain::Failure>(&tokens)) {
    Fail(*failure);
    return;
  }
  grant = std::get<tasks::TokenGrant>(std::move(tokens));
  base::HttpRequest request = provider->IdentityRequest();
  request.headers.Set("Authorization", "Bearer " + grant.tokens.access_token);
  Send(std::move(request), &Exchange::OnIdentity);
}

void Exchange::OnIdentity(base::Result<base::HttpResponse> answer) {
  const auto identity = provider->ReadIdentity(*answer, context.clock.Now());
  if (const auto* failure = std::get_if<domain::Failure>(&identity)) {
    Fail(*failure);
    return;
  }
  auto connection = Store(std::get<std::string>(identity));
  if (connection) {
    context.metrics.Count("coldpath_connections_made_total", {{"provider", pending.provider}});
    context.log.Info("connected",
                     {{"connection", connection->id}, {"provider", connection->provider}});
    // The connection stands whatever becomes of its first week; recovery tries again.
    if (const auto week = StartFirstWeekIfDue(context, *connection); !week) {
      context.log.Error("first_week_not_started",
                        {{"connection", connection->id}, {"code", week.error().code}});
    }
  }
  End(std::move(connection));
}

base::Result<domain::Connection> Exchange::Store(const std::string& provider_user_id) {
  const std::string id = ConnectionId(pending.user_id, pending.provider, provider_user_id);
  const base::Instant now = context.clock.Now();
  for (int attempt = 0; attempt < 16; ++attempt) {
    auto known = context.connections.Get(pending.user_id, id);
    if (!known && known.error().code != "store.not_found") return known;
    if (known && known->erasing) {
      // Connected again before the old data have gone: they go first.
      COLDPATH_RETURN_IF_ERROR(EraseConnection(context, *known));
      continue;
    }
    domain::Connection connection = known ? *std::move(known) : domain::Connection{};
    if (connection.version == 0) {
      connection.id = id;
      connection.user_id = pending.user_id;
      connection.provider = pending.provider;
      connection.provider_user_id = provider_user_id;
      connection.created = now;
      connection.first_week_due = true;
    }
    connection.scopes = grant.scopes;
    connection.status = domain::ConnectionStatus::kActive;
    connection.access_expires = now + grant.access_lifetime;
    // A refresh of the old pair that is under way loses: its result belongs to the old grant.
    connection.refresh_owner.clear();
    connection.refresh_until.reset();
    COLDPATH_ASSIGN_OR_RETURN(connection.sealed_tokens,
                              tasks::SealTokens(context.vault, id, grant.tokens));
    const auto version = context.connections.Put(connection);
    if (version) {
      connection.version = *version;
      return connection;
    }
    if (version.error().code != "store.conflict") return base::Fail(version.error());
  }
  return base::Fail("store.conflict", "The connection is being changed by too many; try again.");
}

}  // namespace

base::Result<BegunAuthorization> BeginConnect(const Context& context, const std::string& user_id,
                                              const std::string& provider_id,
                                              const std::string& return_url) {
  COLDPATH_ASSIGN_OR_RETURN(const tasks::Provider* provider, FindProvider(context, provider_id));
  COLDPATH_RETURN_IF_ERROR(CheckReturnUrl(context, return_url));
  tasks::PendingAuthorization pending;
  pending.state = base::Base64UrlEncode(context.random.NextBytes(kStateBytes));
  pending.user_id = user_id;
  pending.provider = provider_id;
  pending.return_url = return_url;
  pending.expires = context.clock.Now() + context.settings.authorization_lifetime;
  std::string challenge;
  if (provider->uses_pkce()) {
    pending.code_verifier = base::Base64UrlEncode(context.random.NextBytes(kVerifierBytes));
    challenge = base::Base64UrlEncode(base::Sha256(pending.code_verifier));
  }
  COLDPATH_RETURN_IF_ERROR(context.connections.PutPending(pending));
  return BegunAuthorization{provider->AuthorizeUrl(pending.state, RedirectUri(context), challenge),
                            pending.expires};
}

void FinishConnect(const Context& context, const AuthorizationCallback& callback, Connected done) {
  auto pending = context.connections.TakePending(callback.state);
  if (!pending || pending->expires <= context.clock.Now()) {
    const bool unknown = pending || pending.error().code == "store.not_found";
    done({"", "",
          unknown ? base::Fail("oauth.unknown_state",
                               "This link was used before or is too old; connect again.")
                  : base::Fail(pending.error())});
    return;
  }
  auto exchange = std::make_shared<Exchange>(context, *std::move(pending), std::move(done));
  if (!callback.error.empty() || callback.code.empty()) {
    exchange->Fail(base::Error{"oauth.denied", "The connection was not allowed at the provider."});
    return;
  }
  exchange->Begin(callback.code);
}

}  // namespace coldpath::service
