// capacity: how many jobs at once an AWS account and a provider bear, simulated.
#include <array>
#include <cstdio>

#include "cli/commands.h"
#include "cli/cost_text.h"
#include "cli/plan_offline.h"
#include "planner/cloud_load.h"

namespace coldpath::cli {
namespace {

using planner::CloudLoad;
using planner::CloudQuotas;
using planner::CloudResult;

// The same for each number of jobs, so that tables can be repeated.
constexpr std::uint64_t kSeed = 1;

// What an account may have: as it is new, with functions raised alone, and with room for every
// worker at a time.
std::vector<CloudQuotas> QuotasFor(const CloudLoad& load) {
  const auto at_once = static_cast<double>(std::min<std::size_t>(
      static_cast<std::size_t>(load.max_concurrency), load.plan.chunks.size()));
  const double vcpu = load.jobs * at_once * load.task_vcpu;
  CloudQuotas fresh{.name = "new account"};
  fresh.functions = 10;
  const CloudQuotas few{.name = "6 vCPU"};
  CloudQuotas room{.name = "room for all"};
  room.spot_vcpu = vcpu;
  room.on_demand_vcpu = vcpu;
  CloudQuotas fast = room;
  fast.name = "and faster launches";
  fast.run_task = {100, 100};
  fast.launches = {500, 100};
  return {fresh, few, room, fast};
}

std::string Rate(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f", value);
  return text.data();
}

base::Json RowJson(const CloudLoad& load, const CloudQuotas& quotas, const CloudResult& result) {
  return {{"jobs", load.jobs},
          {"quotas", quotas.name},
          {"vcpu", quotas.spot_vcpu},
          {"median_seconds", result.median_seconds},
          {"slowest_seconds", result.slowest_seconds},
          {"chunks", result.chunks},
          {"failed_chunks", result.failed_chunks},
          {"failed_jobs", result.failed_jobs},
          {"refusals", result.refusals},
          {"most_tasks", result.most_tasks},
          {"launches_per_second", result.most_launches_per_second},
          {"transitions_per_second", result.most_transitions_per_second},
          {"writes_per_second", result.most_writes_per_second},
          {"bound_by", result.bound_by}};
}

std::string RowText(const CloudLoad& load, const CloudQuotas& quotas, const CloudResult& result) {
  const std::array<std::string, 11> cells{FormatCount(load.jobs),
                                          quotas.name,
                                          FormatSeconds(result.median_seconds),
                                          FormatSeconds(result.slowest_seconds),
                                          FormatCount(result.failed_chunks),
                                          FormatCount(result.failed_jobs),
                                          FormatCount(result.most_tasks),
                                          Rate(result.most_launches_per_second),
                                          Rate(result.most_transitions_per_second),
                                          Rate(result.most_writes_per_second),
                                          result.bound_by};
  std::string row = "|";
  for (const std::string& cell : cells) row += " " + cell + " |";
  return row + "\n";
}

constexpr const char* kHeading =
    "| jobs | quotas | median job | slowest job | failed chunks | failed jobs | tasks at most | "
    "launches/s | transitions/s | writes/s | bound by |\n"
    "| --: | --- | --: | --: | --: | --: | --: | --: | --: | --: | --- |\n";

}  // namespace

ExitCode RunCapacity(Command& command, const CapacityOptions& options) {
  const auto provider = FindProvider(options.provider);
  if (!provider) return command.Fail(provider.error());
  CloudLoad load{.provider = &(*provider)->info(), .start_within_seconds = options.within_seconds};
  load.max_concurrency = options.concurrency;
  load.launches_per_minute = options.launches_per_minute;
  if (options.chunks > 0) {
    load.plan = EvenPlan(options.chunks, 1);
    // Whichever stream: it draws on the provider's own budgets.
    for (auto& chunk : load.plan.chunks) chunk.stream = load.provider->streams.front().id;
  } else {
    auto plan = PlanOffline(options.provider, {.last = options.last}, {});
    if (!plan) return command.Fail(plan.error());
    load.plan = *std::move(plan);
  }
  base::Json rows = base::Json::array();
  std::string text = kHeading;
  for (const int jobs : options.jobs) {
    load.jobs = jobs;
    for (const CloudQuotas& quotas : QuotasFor(load)) {
      base::SeededRandom random(kSeed);
      const CloudResult result = planner::SimulateCloud(load, quotas, random);
      rows.push_back(RowJson(load, quotas, result));
      text += RowText(load, quotas, result);
    }
  }
  command.Print({{"chunks_per_job", load.plan.chunks.size()}, {"rows", std::move(rows)}}, text);
  return kOk;
}

}  // namespace coldpath::cli
