#include "tasks/access_tokens.h"

#include <utility>

namespace coldpath::tasks {
namespace {

using domain::Failure;
using domain::FailureKind;

constexpr base::Duration kLease = std::chrono::seconds(30);
// A token that expires sooner is refreshed before it is used.
constexpr base::Duration kMargin = std::chrono::seconds(60);
constexpr base::Duration kLookAgain = std::chrono::milliseconds(500);
constexpr int kMostTries = 20;
// Within the lease, in which nobody else refreshes.
constexpr base::Duration kStoreAgain = std::chrono::seconds(2);
constexpr int kMostStoreTries = 10;

Failure Reauth() {
  return {FailureKind::kNeedsReauth,
          "The provider no longer accepts this connection: connect it again.",
          {},
          {}};
}

Failure OwnFault(const base::Error& error) {
  return {
      FailureKind::kInterrupted, "The connection could not be read or written.", {}, error.code};
}

}  // namespace

base::Result<std::string> SealTokens(KeyVault& vault, const std::string& connection_id,
                                     const domain::TokenPair& tokens) {
  return vault.Seal(
      base::DumpJson({{"access", tokens.access_token}, {"refresh", tokens.refresh_token}}),
      connection_id);
}

base::Result<domain::TokenPair> OpenTokens(KeyVault& vault, const domain::Connection& connection) {
  COLDPATH_ASSIGN_OR_RETURN(const std::string text,
                            vault.Open(connection.sealed_tokens, connection.id));
  COLDPATH_ASSIGN_OR_RETURN(const base::Json json, base::ParseJson(text));
  return domain::TokenPair{.access_token = base::FindString(json, "access").value_or(""),
                           .refresh_token = base::FindString(json, "refresh").value_or("")};
}

AccessTokens::AccessTokens(TaskPorts ports, base::HttpClient& http, base::Executor& executor,
                           std::string owner)
    : ports_(std::move(ports)), http_(http), executor_(executor), owner_(std::move(owner)) {}

std::variant<AccessTokens::Known, Failure> AccessTokens::Read(const std::string& user_id,
                                                              const std::string& connection_id) {
  auto connection = ports_.connections.Get(user_id, connection_id);
  if (!connection) {
    if (connection.error().code == "store.not_found") return Reauth();
    return OwnFault(connection.error());
  }
  if (connection->status == domain::ConnectionStatus::kNeedsReauth) return Reauth();
  auto tokens = OpenTokens(ports_.vault, *connection);
  if (!tokens) return OwnFault(tokens.error());
  return Known{*std::move(connection), *std::move(tokens)};
}

void AccessTokens::Get(const std::string& user_id, const std::string& connection_id,
                       const std::optional<std::string>& rejected, Done done) {
  auto read = Read(user_id, connection_id);
  if (auto* failure = std::get_if<Failure>(&read)) return done(std::move(*failure));
  Known& known = std::get<Known>(read);
  const bool fresh = !known.connection.access_expires ||
                     *known.connection.access_expires > ports_.clock.Now() + kMargin;
  if (fresh && rejected != known.tokens.access_token) {
    return done(std::move(known.tokens.access_token));
  }
  {
    base::MutexLock lock(mutex_);
    std::vector<Done>& others = waiting_[connection_id];
    others.push_back(std::move(done));
    if (others.size() > 1) return;
  }
  Refresh({user_id, connection_id, std::move(known.tokens.access_token)});
}

void AccessTokens::Refresh(const Flight& flight) {
  auto read = Read(flight.user_id, flight.connection_id);
  if (auto* failure = std::get_if<Failure>(&read)) {
    return Deliver(flight.connection_id, std::move(*failure));
  }
  Known& known = std::get<Known>(read);
  if (known.tokens.access_token != flight.stale) {
    return Deliver(flight.connection_id, std::move(known.tokens.access_token));
  }
  const base::Instant now = ports_.clock.Now();
  domain::Connection& row = known.connection;
  const bool leased = row.refresh_until && *row.refresh_until > now && row.refresh_owner != owner_;
  if (leased) return LookAgain(flight, kLookAgain);
  const Provider* provider = ports_.providers.Find(row.provider);
  if (provider == nullptr) return Deliver(flight.connection_id, Reauth());
  row.refresh_owner = owner_;
  row.refresh_until = now + kLease;
  const auto leasing = ports_.connections.Put(row);
  if (!leasing) {
    if (leasing.error().code == "store.conflict") return LookAgain(flight, base::Duration(0));
    return Deliver(flight.connection_id, OwnFault(leasing.error()));
  }
  http_.Send(
      provider->RefreshRequest(known.tokens),
      [this, flight, provider, sent = known.tokens](base::Result<base::HttpResponse> response) {
        Receive(flight, *provider, sent, std::move(response));
      });
}

// What the answer means depends on what was sent alone: reading the row again could fail, and lose
// a pair that the provider has rotated.
void AccessTokens::Receive(const Flight& flight, const Provider& provider,
                           const domain::TokenPair& sent,
                           base::Result<base::HttpResponse> response) {
  if (!response) {
    return GiveUp(
        flight,
        {FailureKind::kTransient, "The provider could not be reached.", {}, response.error().code});
  }
  auto grant = provider.ReadTokens(*response, sent, ports_.clock.Now());
  if (const auto* failure = std::get_if<Failure>(&grant)) return GiveUp(flight, *failure);
  Store(flight, std::get<TokenGrant>(std::move(grant)), kMostStoreTries);
}

void AccessTokens::Store(const Flight& flight, const TokenGrant& grant, int tries) {
  auto token = StoreOnce(flight, grant);
  if (token) return Deliver(flight.connection_id, *std::move(token));
  const base::Error& error = token.error();
  if (tries <= 1 || error.code == "store.not_found") {
    ports_.log.Error("tokens_not_stored",
                     {{"connection", flight.connection_id}, {"code", error.code}});
    return Deliver(flight.connection_id, OwnFault(error));
  }
  // The old refresh token may be spent: the pair in hand is the only good one.
  executor_.PostAt(ports_.clock.Now() + kStoreAgain,
                   [this, flight, grant, tries] { Store(flight, grant, tries - 1); });
}

base::Result<std::string> AccessTokens::StoreOnce(const Flight& flight, const TokenGrant& grant) {
  COLDPATH_ASSIGN_OR_RETURN(const std::string sealed,
                            SealTokens(ports_.vault, flight.connection_id, grant.tokens));
  base::Error last;
  for (int i = 0; i < kMostTries; ++i) {
    COLDPATH_ASSIGN_OR_RETURN(domain::Connection row,
                              ports_.connections.Get(flight.user_id, flight.connection_id));
    COLDPATH_ASSIGN_OR_RETURN(const domain::TokenPair held, OpenTokens(ports_.vault, row));
    // The person has connected again meanwhile: that grant is the newer one.
    if (held.access_token != flight.stale && row.refresh_owner != owner_) return held.access_token;
    row.sealed_tokens = sealed;
    row.access_expires = ports_.clock.Now() + grant.access_lifetime;
    row.refresh_owner.clear();
    row.refresh_until.reset();
    const auto version = ports_.connections.Put(row);
    if (version) return grant.tokens.access_token;
    last = version.error();
    if (last.code != "store.conflict") break;
  }
  return base::Fail(last);
}

void AccessTokens::GiveUp(const Flight& flight, const Failure& failure) {
  for (int i = 0; i < kMostTries; ++i) {
    auto read = Read(flight.user_id, flight.connection_id);
    if (std::holds_alternative<Failure>(read)) break;
    auto& [row, tokens] = std::get<Known>(read);
    // Our lease has run out and another process was faster: its pair is good, and ours was refused
    // because of it.
    if (tokens.access_token != flight.stale) {
      return Deliver(flight.connection_id, std::move(tokens.access_token));
    }
    row.refresh_owner.clear();
    row.refresh_until.reset();
    if (failure.kind == FailureKind::kNeedsReauth) {
      row.status = domain::ConnectionStatus::kNeedsReauth;
    }
    const auto version = ports_.connections.Put(row);
    if (version || version.error().code != "store.conflict") break;
  }
  ports_.log.Warning("token_refresh_failed", {{"connection", flight.connection_id},
                                              {"kind", domain::FailureName(failure.kind)},
                                              {"where", failure.where}});
  Deliver(flight.connection_id, failure);
}

void AccessTokens::Deliver(const std::string& connection_id, const Answer& answer) {
  std::vector<Done> all;
  {
    base::MutexLock lock(mutex_);
    all = std::move(waiting_[connection_id]);
    waiting_.erase(connection_id);
  }
  for (Done& done : all) done(answer);
}

void AccessTokens::LookAgain(const Flight& flight, base::Duration after) {
  executor_.PostAt(ports_.clock.Now() + after, [this, flight] { Refresh(flight); });
}

}  // namespace coldpath::tasks
