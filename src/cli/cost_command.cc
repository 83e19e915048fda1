// cost: what a job costs on AWS, before it runs or after.
#include "cli/commands.h"
#include "cli/cost_text.h"
#include "cli/plan_offline.h"

namespace coldpath::cli {
namespace {

ExitCode Print(const Command& command, const planner::JobMeter& meter, planner::WorkerShape shape) {
  shape.spot = true;
  const planner::Cost spot = planner::CostOf(meter, shape);
  shape.spot = false;
  const planner::Cost on_demand = planner::CostOf(meter, shape);
  command.Print(CostJson(meter, spot, on_demand),
                CostText(command.terminal(), meter, spot, on_demand));
  return kOk;
}

ExitCode PrintJob(Command& command, const std::string& name, const planner::WorkerShape& shape) {
  const auto job = command.FindJob(name);
  if (!job) return command.Fail(job.error());
  const base::Json* progress = base::FindMember(*job, "progress");
  if (progress == nullptr || base::FindMember(*progress, "billed_seconds") == nullptr) {
    return command.Fail({kRefused, "The server keeps no meter; it is older than this.", nullptr});
  }
  const auto read = [&](std::string_view member) {
    return base::FindInteger(*progress, member).value_or(0);
  };
  const domain::JobProgress counted{.chunks_total = read("chunks_total"),
                                    .chunks_done = read("chunks_done"),
                                    .chunks_failed = read("chunks_failed"),
                                    .records = read("records"),
                                    .provider_calls = read("provider_calls"),
                                    .bytes = read("bytes"),
                                    .attempts = read("attempts"),
                                    .billed_seconds = read("billed_seconds"),
                                    .waits = read("waits")};
  return Print(command, planner::MeterOf(counted), shape);
}

ExitCode PrintVariants(const Command& command) {
  const auto google_year = PlanOffline("google-health", {.last = "1y"}, {});
  const auto oura_year = PlanOffline("oura", {.last = "1y"}, {});
  const auto google_decade = PlanOffline("google-health", {.last = "10y"}, {});
  for (const auto* plan : {&google_year, &oura_year, &google_decade}) {
    if (!*plan) return command.Fail(plan->error());
  }
  const std::string table = VariantsTable({*google_year, *oura_year, *google_decade});
  command.Print({{"table", table}}, table);
  return kOk;
}

}  // namespace

ExitCode RunCost(Command& command, const CostOptions& options) {
  const planner::WorkerShape shape{
      .vcpu = options.vcpu, .memory_gb = options.memory_gb, .arm = !options.x86};
  if (options.variants) return PrintVariants(command);
  if (!options.job.empty()) return PrintJob(command, options.job, shape);
  const auto plan = PlanOffline(options.provider, options.range, options.types);
  if (!plan) return command.Fail(plan.error());
  const auto provider = FindProvider(options.provider);
  if (!provider) return command.Fail(provider.error());
  const planner::PlannedWork work{.seconds_per_call = (*provider)->info().seconds_per_call,
                                  .tries = options.tries};
  return Print(command, planner::MeterOf(*plan, work), shape);
}

}  // namespace coldpath::cli
