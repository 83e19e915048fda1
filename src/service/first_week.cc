#include "service/first_week.h"

#include "base/crypto.h"
#include "base/ids.h"
#include "service/connections.h"
#include "service/plan_request.h"
#include "service/provider_view.h"
#include "tasks/task_payload.h"

namespace coldpath::service {
namespace {

constexpr int kDays = 7;

// The row may have changed since, by a refresh: then the next pass of recovery finds the job there
// and unsets the flag.
base::Status UnsetDue(const Context& context, const domain::Connection& connection) {
  domain::Connection row = connection;
  row.first_week_due = false;
  const auto version = context.connections.Put(row);
  if (version || version.error().code == "store.conflict" ||
      version.error().code == "store.not_found") {
    return {};
  }
  return base::Fail(version.error());
}

base::Result<Accepted> StartFirstWeek(const Context& context,
                                      const domain::Connection& connection) {
  const std::string key = FirstWeekKey(connection);
  COLDPATH_ASSIGN_OR_RETURN(const auto known, context.jobs.FindKey(key));
  if (known) return AnswerKey(context, *known);

  const base::Instant now = context.clock.Now();
  const domain::Date end = base::LocalDate(now, std::chrono::seconds(0)) + std::chrono::days(1);
  COLDPATH_ASSIGN_OR_RETURN(const tasks::Provider* provider,
                            FindProvider(context, connection.provider));
  // What the person did not allow is no failure of a job that they did not ask for. Of nothing at
  // all the job tells, by failing.
  COLDPATH_ASSIGN_OR_RETURN(const PreparedSync prepared,
                            PrepareSync(context, connection.user_id,
                                        {connection.id,
                                         {end - std::chrono::days(kDays), end},
                                         GrantOf(provider->info(), connection).types,
                                         std::nullopt}));
  domain::Job job;
  job.created = now;
  job.id = base::MakeUuidV7(now, context.random);
  job.user_id = connection.user_id;
  job.connection_id = connection.id;
  job.provider = connection.provider;
  job.kind = domain::JobKind::kFirstWeek;
  job.range = {end - std::chrono::days(kDays), end};
  job.types = prepared.types;
  job.max_concurrency = prepared.max_concurrency;
  job.minimum_calls = prepared.plan.minimum_calls;
  domain::JobExecution execution;
  execution.name = key;
  execution.input = tasks::ExecutionInput(job.user_id, job.id);
  job.executions.push_back(std::move(execution));
  COLDPATH_ASSIGN_OR_RETURN(const tasks::IdempotencyRow holds,
                            context.jobs.CreateJob(job, {key, connection.user_id, "first_week",
                                                         base::Sha256Hex(connection.id), job.id,
                                                         job.latest().input, now}));
  return AnswerKey(context, holds);
}

}  // namespace

std::string FirstWeekKey(const domain::Connection& connection) {
  return base::MakeUuidV5(connection.id, "first_week " + base::FormatInstant(connection.created));
}

base::Status StartFirstWeekIfDue(const Context& context, const domain::Connection& connection) {
  if (!connection.first_week_due) return {};
  const auto started = StartFirstWeek(context, connection);
  const bool later = !started && started.error().code.starts_with("store.");
  if (!later) COLDPATH_RETURN_IF_ERROR(UnsetDue(context, connection));
  return started ? base::Status() : base::Fail(started.error());
}

}  // namespace coldpath::service
