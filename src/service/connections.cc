#include "service/connections.h"

#include <memory>

#include "base/ids.h"
#include "service/chunk_scan.h"
#include "service/erase.h"
#include "service/stop_sync.h"
#include "tasks/access_tokens.h"

namespace coldpath::service {
namespace {

// Syncs of a connection that goes away would only fail on its missing tokens: stop them as if the
// person had cancelled.
base::Status StopSyncsOf(const Context& context, const domain::Connection& connection) {
  std::vector<std::string> jobs;
  COLDPATH_RETURN_IF_ERROR(ForEachJob(context, connection.user_id, [&](const domain::Job& job) {
    const bool ended =
        job.status == domain::JobStatus::kSucceeded || job.status == domain::JobStatus::kFailed;
    if (!ended && job.connection_id == connection.id) jobs.push_back(job.id);
  }));
  for (const std::string& job : jobs) {
    const auto cancelled = CancelSync(context, connection.user_id, job);
    // It may have ended in between; anything else that is wrong must not keep the tokens here.
    if (!cancelled && cancelled.error().code != "sync.ended") {
      context.log.Warning("cancel_failed", {{"job", job}, {"code", cancelled.error().code}});
    }
  }
  return {};
}

// Absent if the provider cannot revoke, or if the tokens cannot be opened (a lost key): there is
// nothing to send then.
std::optional<base::HttpRequest> RevokeRequestOf(const Context& context,
                                                 const domain::Connection& connection) {
  const tasks::Provider* provider = context.providers.Find(connection.provider);
  if (provider == nullptr) return std::nullopt;
  const auto tokens = tasks::OpenTokens(context.vault, connection);
  if (!tokens) {
    context.log.Warning("tokens_unreadable",
                        {{"connection", connection.id}, {"code", tokens.error().code}});
    return std::nullopt;
  }
  return provider->RevokeRequest(*tokens);
}

void SendRevoke(const Context& context, const domain::Connection& connection,
                std::move_only_function<void()> then) {
  std::optional<base::HttpRequest> request = RevokeRequestOf(context, connection);
  if (!request) {
    then();
    return;
  }
  context.http.Send(
      *std::move(request), [&log = context.log, id = connection.id, then = std::move(then)](
                               base::Result<base::HttpResponse> answer) mutable {
        if (!answer) {
          log.Warning("revoke_failed", {{"connection", id}, {"code", answer.error().code}});
        } else if (answer->status >= 400) {
          log.Warning("revoke_refused", {{"connection", id}, {"status", answer->status}});
        }
        then();
      });
}

base::Status MarkErasing(const Context& context, const domain::Connection& connection) {
  for (int attempt = 0; attempt < 16; ++attempt) {
    auto row = context.connections.Get(connection.user_id, connection.id);
    if (!row) return base::Fail(row.error());
    if (row->erasing) return {};
    row->erasing = true;
    row->first_week_due = false;
    const auto written = context.connections.Put(*row);
    if (written || written.error().code != "store.conflict") {
      return written ? base::Status() : base::Fail(written.error());
    }
  }
  return base::Fail("store.conflict", "The connection is being changed by too many; try again.");
}

base::Status Forget(const Context& context, const domain::Connection& connection,
                    ConnectionData data) {
  if (data == ConnectionData::kDelete) return EraseConnection(context, connection);
  const base::Status deleted = context.connections.Delete(connection.user_id, connection.id);
  // Deleted twice at the same time is deleted.
  if (!deleted && deleted.error().code != "store.not_found") return deleted;
  context.log.Info("connection_deleted", {{"connection", connection.id}});
  return {};
}

}  // namespace

std::string ConnectionId(const std::string& user_id, const std::string& provider,
                         const std::string& provider_user_id) {
  // An array in JSON keeps the three apart, whatever characters they hold.
  return base::MakeUuidV5(
      base::kColdpathNamespace,
      base::DumpJson(base::Json::array({"connection", user_id, provider, provider_user_id})));
}

base::Result<domain::Connection> FindConnection(const Context& context, const std::string& user_id,
                                                const std::string& connection_id) {
  auto connection = context.connections.Get(user_id, connection_id);
  const bool missing =
      connection ? connection->erasing : connection.error().code == "store.not_found";
  if (missing) {
    return base::Fail("connection.not_found", "There is no connection " + connection_id + ".");
  }
  return connection;
}

base::Result<const tasks::Provider*> FindProvider(const Context& context, const std::string& id) {
  if (const tasks::Provider* provider = context.providers.Find(id)) return provider;
  std::string known;
  for (const auto& provider : context.providers.all()) {
    known += (known.empty() ? "" : ", ") + provider->info().id;
  }
  return base::Fail("provider.unknown", "There is no such provider; there are: " + known + ".");
}

void Revoke(const Context& context, const domain::Connection& connection) {
  SendRevoke(context, connection, [] {});
}

void DeleteConnection(const Context& context, const std::string& user_id,
                      const std::string& connection_id, ConnectionData data, Deleted done) {
  const auto connection = FindConnection(context, user_id, connection_id);
  if (!connection) {
    done(base::Fail(connection.error()));
    return;
  }
  base::Status begun;
  if (data == ConnectionData::kDelete) begun = MarkErasing(context, *connection);
  if (begun) begun = StopSyncsOf(context, *connection);
  if (!begun) {
    done(std::move(begun));
    return;
  }
  // Revoked first: once the tokens are forgotten nobody can.
  SendRevoke(context, *connection,
             [&context, connection = *connection, data, done = std::move(done)]() mutable {
               context.executor.Post(
                   [&context, connection = std::move(connection), data,
                    done = std::move(done)]() mutable { done(Forget(context, connection, data)); });
             });
}

}  // namespace coldpath::service
