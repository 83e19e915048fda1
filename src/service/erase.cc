#include "service/erase.h"

#include "service/chunk_scan.h"
#include "service/connections.h"
#include "service/stop_sync.h"

namespace coldpath::service {
namespace {

// Longer than a page takes to fetch and store, time-outs included.
constexpr std::chrono::minutes kSweepDelay{5};

base::Status StopEverything(const Context& context, const std::string& user_id) {
  std::vector<domain::Job> running;
  COLDPATH_RETURN_IF_ERROR(ForEachJob(context, user_id, [&](const domain::Job& job) {
    if (!job.latest().settled) running.push_back(job);
  }));
  for (const domain::Job& job : running) {
    // First what workers read between pages, then the execution itself: with its job gone it has
    // nothing left to settle.
    const auto cancelled = CancelSync(context, user_id, job.id, domain::StopReason::kErased);
    if (!cancelled && cancelled.error().code != "sync.ended") {
      return base::Fail(cancelled.error());
    }
    const base::Status stopped =
        context.engine.Stop(job.latest().name, "Erased", "The person asked for deletion.");
    if (!stopped && stopped.error().code != "engine.no_such_execution") return stopped;
  }
  return {};
}

}  // namespace

base::Status EraseUser(const Context& context, const std::string& user_id) {
  COLDPATH_RETURN_IF_ERROR(StopEverything(context, user_id));
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
    const auto jobs = context.jobs.ListJobs(user_id, std::nullopt, 1);
    if (!jobs || !jobs->jobs.empty()) return;
    if (const auto swept = context.objects.DeletePrefix(prefix); !swept) {
      context.log.Error("erase_sweep_failed", {{"code", swept.error().code}});
    }
  });
  context.log.Info("user_erased", {{"connections", connections.size()}});
  return {};
}

}  // namespace coldpath::service
