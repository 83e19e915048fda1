// All that the workflow's tasks need from outside, in one place.
#ifndef COLDPATH_TASKS_TASK_PORTS_H_
#define COLDPATH_TASKS_TASK_PORTS_H_

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/random.h"
#include "tasks/connection_store.h"
#include "tasks/entitlements.h"
#include "tasks/job_store.h"
#include "tasks/key_vault.h"
#include "tasks/notifier.h"
#include "tasks/object_store.h"
#include "tasks/provider.h"
#include "tasks/quota_ledger.h"

namespace coldpath::tasks {

struct TaskSettings {
  // How long a chunk waits for quota, counted from its first wait, before it fails as
  // ProviderLimited.
  base::Duration patience = std::chrono::hours(24);
  // Multiplies every provider limit: 1 in production (see planner::BudgetsOf).
  double quota_scale = 1;
  // A job whose meter shows that many dollars (planner::MostDollars) is cancelled; 0: never. For
  // AWS, where workers cost.
  double job_budget_dollars = 0;
  // Workers that AdmitChunk lets start in a minute, of all jobs together; 0: any. For AWS, which
  // refuses launches above an account's quotas.
  std::int64_t launches_per_minute = 0;
};

// References to what outlives every task.
struct TaskPorts {
  JobStore& jobs;
  ConnectionStore& connections;
  ObjectStore& objects;
  QuotaLedger& quota;
  Notifier& notifier;
  Entitlements& entitlements;
  KeyVault& vault;
  const ProviderRegistry& providers;
  const base::Clock& clock;
  base::Random& random;
  base::Log& log;
  base::Metrics& metrics;
  TaskSettings settings;
};

}  // namespace coldpath::tasks

#endif  // COLDPATH_TASKS_TASK_PORTS_H_
