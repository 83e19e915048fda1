// cost: what a job costs on AWS, before it runs or after.
#include "cli/commands.h"
#include "cli/cost_text.h"
#include "providers/providers.h"

namespace coldpath::cli {
namespace {

std::unique_ptr<tasks::Provider> MakeProvider(const std::string& id) {
  if (id == "google-health") return providers::MakeGoogleHealth({});
  if (id == "oura") return providers::MakeOura({});
  return nullptr;
}

CommandError Usage(std::string message) { return {kUsage, std::move(message), nullptr}; }

CommandResult<std::vector<domain::DataType>> TypesOf(const planner::ProviderInfo& provider,
                                                     const std::vector<std::string>& names) {
  std::vector<domain::DataType> types;
  for (const std::string& name : names) {
    const auto type = domain::FindDataType(name);
    if (!type) return std::unexpected(Usage("There is no data type \"" + name + "\"."));
    types.push_back(*type);
  }
  if (!names.empty()) return types;
  for (const planner::StreamInfo& stream : provider.streams) {
    types.insert(types.end(), stream.types.begin(), stream.types.end());
  }
  return types;
}

// The plan that a person with everything granted would get today.
CommandResult<planner::ChunkPlan> PlanOffline(const std::string& provider_id, RangeOptions range,
                                              const std::vector<std::string>& types) {
  if (!range.from.empty()) range.last.clear();  // the default's
  const auto provider = MakeProvider(provider_id);
  if (provider == nullptr) {
    return std::unexpected(
        Usage("There is no provider \"" + provider_id + "\"; known are google-health and oura."));
  }
  const base::Instant now = base::MakeSystemClock()->Now();
  const auto body = RangeBody(range, now);
  if (!body) return std::unexpected(body.error());
  const auto wanted = TypesOf(provider->info(), types);
  if (!wanted) return std::unexpected(wanted.error());
  const planner::PlanRequest request{
      .range = {*base::ParseDate((*body)["start"].get<std::string>()),
                *base::ParseDate((*body)["end"].get<std::string>())},
      .types = *wanted,
      .today = base::LocalDate(now, std::chrono::hours(14)),
      .scopes = {}};
  auto plan = planner::PlanChunks(provider->info(), request);
  if (!plan) return std::unexpected(Usage(plan.error().message));
  return *std::move(plan);
}

double SecondsPerCall(const std::string& provider_id) {
  return MakeProvider(provider_id)->info().seconds_per_call;
}

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
  return Print(command,
               planner::MeterOf(*plan, {.seconds_per_call = SecondsPerCall(options.provider),
                                        .tries = options.tries}),
               shape);
}

}  // namespace coldpath::cli
