#include "service/entitlement_event.h"

#include <algorithm>
#include <utility>

#include "service/chunk_scan.h"
#include "service/job_update.h"
#include "service/stop_sync.h"
#include "tasks/job_update.h"
#include "tasks/webhook_signature.h"

namespace coldpath::service {
namespace {

constexpr std::string_view kType = "entitlement.changed";
constexpr std::size_t kUserIdBytesMax = 256;  // as tokens name users

bool IsUserId(const std::string& id) {
  return !id.empty() && id.size() <= kUserIdBytesMax &&
         std::ranges::all_of(id, [](unsigned char c) { return c > ' ' && c != 0x7f; });
}

bool Runs(const domain::Job& job) {
  return job.kind == domain::JobKind::kHistorical && !job.paused &&
         (job.status == domain::JobStatus::kPending || job.status == domain::JobStatus::kRunning);
}

// A paused job stays: it can be resumed once there is Pro again. One that ends in this moment just
// has ended.
base::Status Stop(const Context& context, const domain::Job& running) {
  const auto change = [&](domain::Job& job, JobSideEffects& effects) -> base::Result<bool> {
    if (!Runs(job) || job.desired == domain::Desired::kCancel) return false;
    tasks::StopForDowngrade(job);
    effects.events.push_back(tasks::JobEvent(job, context.clock.Now()));
    return true;
  };
  COLDPATH_ASSIGN_OR_RETURN(const domain::Job job,
                            ChangeJob(context, running.user_id, running.id, change));
  // One that was never launched ends by itself once it is, in the one way in which jobs end.
  if (!Runs(job) || job.latest().launched) return {};
  return Launch(context, job.user_id, job.id, job.latest().name, job.latest().input);
}

}  // namespace

base::Result<EntitlementEvent> ReadEntitlementEvent(const base::Json& body, base::Instant now,
                                                    std::string& where) {
  const auto invalid = [&](std::string pointer, std::string what) {
    where = std::move(pointer);
    return base::Fail("entitlement.invalid", std::move(what));
  };
  if (base::FindString(body, "type") != kType) {
    return invalid("/type",
                   "type has to be \"entitlement.changed\"; no other event is taken here.");
  }
  const auto stated = base::ParseRfc3339(base::FindString(body, "timestamp").value_or(""));
  if (!stated) {
    return invalid("/timestamp",
                   "timestamp has to say when the entitlement changed, such as "
                   "\"2025-05-01T07:12:00Z\".");
  }
  if (stated->instant > now + tasks::kWebhookTolerance) {
    return invalid("/timestamp", "timestamp lies in the future; check the sender's clock.");
  }
  const base::Json* data = base::FindMember(body, "data");
  const base::Json empty = base::Json::object();
  const base::Json& members = data != nullptr && data->is_object() ? *data : empty;
  const auto user = base::FindString(members, "user_id");
  if (!user || !IsUserId(*user)) {
    return invalid("/data/user_id",
                   "data.user_id has to be the user's id as in the sub of their tokens: 1 to 256 "
                   "visible characters.");
  }
  const auto pro = base::FindBool(members, "pro");
  if (!pro) return invalid("/data/pro", "data.pro has to be true or false.");
  return EntitlementEvent{*user, *pro, stated->instant};
}

base::Status ApplyEntitlementEvent(const Context& context, const EntitlementEvent& event) {
  COLDPATH_ASSIGN_OR_RETURN(const bool has_pro,
                            context.entitlements.Record(event.user_id, event.pro, event.stated));
  if (has_pro) return {};
  std::vector<domain::Job> running;
  COLDPATH_RETURN_IF_ERROR(ForEachJob(context, event.user_id, [&](const domain::Job& job) {
    if (Runs(job)) running.push_back(job);
  }));
  for (const domain::Job& job : running) {
    COLDPATH_RETURN_IF_ERROR(Stop(context, job));
    context.log.Info("job_stopped_for_downgrade", {{"job", job.id}});
  }
  return {};
}

}  // namespace coldpath::service
