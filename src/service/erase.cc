#include "service/erase.h"

#include "service/chunk_scan.h"
#include "service/connections.h"
#include "service/stop_sync.h"

namespace coldpath::service {
namespace {

// Longer than a page takes to fetch and store, time-outs included.
constexpr std::chrono::minutes kSweepDelay{5};

base::Status StopJobs(const Context& context, const std::vector<domain::Job>& jobs) {
  for (const domain::Job& job : jobs) {
    if (job.latest().settled) continue;
    // First what workers read between pages, then the execution itself: with its job gone it has
    // nothing left to settle.
    const auto cancelled = CancelSync(context, job.user_id, job.id, domain::StopReason::kErased);
    if (!cancelled && cancelled.error().code != "sync.ended") {
      return base::Fail(cancelled.error());
    }
    const base::Status stopped =
        context.engine.Stop(job.latest().name, "Erased", "The person asked for deletion.");
    if (!stopped && stopped.error().code != "engine.no_such_execution") return stopped;
  }
  return {};
}

base::Result<std::vector<domain::Job>> JobsOf(const Context& context, const std::string& user_id,
                                              const std::string* connection_id) {
  std::vector<domain::Job> jobs;
  COLDPATH_RETURN_IF_ERROR(ForEachJob(context, user_id, [&](const domain::Job& job) {
    if (connection_id == nullptr || job.connection_id == *connection_id) jobs.push_back(job);
  }));
  return jobs;
}

base::Status EraseJob(const Context& context, const domain::Job& job) {
  // The row last: while it is there, an interrupted deletion finds it.
  COLDPATH_RETURN_IF_ERROR(context.objects.DeletePrefix(tasks::JobPrefix(job.user_id, job.id)));
  COLDPATH_RETURN_IF_ERROR(context.inbox.EraseJob(job.user_id, job.id));
  return context.jobs.EraseJob(job.user_id, job.id);
}

void SweepLater(const Context& context, std::vector<std::string> prefixes) {
  if (prefixes.empty()) return;
  context.executor.PostAt(
      context.clock.Now() + kSweepDelay, [&context, prefixes = std::move(prefixes)] {
        for (const std::string& prefix : prefixes) {
          if (const auto swept = context.objects.DeletePrefix(prefix); !swept) {
            context.log.Error("erase_sweep_failed", {{"code", swept.error().code}});
          }
        }
      });
}

}  // namespace

base::Status EraseConnection(const Context& context, const domain::Connection& connection) {
  const std::string& user_id = connection.user_id;
  COLDPATH_ASSIGN_OR_RETURN(const std::vector<domain::Job> jobs,
                            JobsOf(context, user_id, &connection.id));
  COLDPATH_RETURN_IF_ERROR(StopJobs(context, jobs));
  std::vector<std::string> prefixes;
  for (const domain::Job& job : jobs) {
    COLDPATH_RETURN_IF_ERROR(EraseJob(context, job));
    prefixes.push_back(tasks::JobPrefix(user_id, job.id));
  }
  const base::Status deleted = context.connections.Delete(user_id, connection.id);
  if (!deleted && deleted.error().code != "store.not_found") return deleted;
  // What a worker in the middle of a page may still have written.
  SweepLater(context, std::move(prefixes));
  context.log.Info("connection_erased", {{"connection", connection.id}, {"jobs", jobs.size()}});
  return {};
}

base::Status EraseUser(const Context& context, const std::string& user_id) {
  COLDPATH_ASSIGN_OR_RETURN(const std::vector<domain::Job> jobs, JobsOf(context, user_id, nullptr));
  COLDPATH_RETURN_IF_ERROR(StopJobs(context, jobs));
  COLDPATH_ASSIGN_OR_RETURN(const auto connections, context.connections.List(user_id));
  for (const domain::Connection& connection : connections) Revoke(context, connection);
  // Jobs last: while they are there, an interrupted deletion can be asked for again and finds them.
  const std::string prefix = tasks::UserPrefix(user_id);
  COLDPATH_RETURN_IF_ERROR(context.connections.EraseUser(user_id));
  COLDPATH_RETURN_IF_ERROR(context.objects.DeletePrefix(prefix));
  COLDPATH_RETURN_IF_ERROR(context.push.EraseUser(user_id));
  if (context.deliveries != nullptr) {
    COLDPATH_RETURN_IF_ERROR(context.deliveries->EraseUser(user_id));
  }
  COLDPATH_RETURN_IF_ERROR(context.inbox.EraseUser(user_id));
  COLDPATH_RETURN_IF_ERROR(context.entitlements.EraseUser(user_id));
  COLDPATH_RETURN_IF_ERROR(context.jobs.EraseUser(user_id));
  context.executor.PostAt(context.clock.Now() + kSweepDelay, [&context, prefix, user_id] {
    // Unless the person has come back since: their new objects are theirs.
    const auto later = context.jobs.ListJobs(user_id, std::nullopt, 1);
    if (!later || !later->jobs.empty()) return;
    if (const auto swept = context.objects.DeletePrefix(prefix); !swept) {
      context.log.Error("erase_sweep_failed", {{"code", swept.error().code}});
    }
  });
  context.log.Info("user_erased", {{"connections", connections.size()}});
  return {};
}

}  // namespace coldpath::service
