#include "cli/plan_offline.h"

#include <utility>

#include "providers/providers.h"

namespace coldpath::cli {
namespace {

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

}  // namespace

CommandResult<std::unique_ptr<tasks::Provider>> FindProvider(const std::string& id) {
  if (id == "google-health") return providers::MakeGoogleHealth({});
  if (id == "oura") return providers::MakeOura({});
  return std::unexpected(
      Usage("There is no provider \"" + id + "\"; known are google-health and oura."));
}

CommandResult<planner::ChunkPlan> PlanOffline(const std::string& provider_id, RangeOptions range,
                                              const std::vector<std::string>& types) {
  if (!range.from.empty()) range.last.clear();  // the default's
  const auto provider = FindProvider(provider_id);
  if (!provider) return std::unexpected(provider.error());
  const base::Instant now = base::MakeSystemClock()->Now();
  const auto body = RangeBody(range, now);
  if (!body) return std::unexpected(body.error());
  const auto wanted = TypesOf((*provider)->info(), types);
  if (!wanted) return std::unexpected(wanted.error());
  const planner::PlanRequest request{
      .range = {*base::ParseDate((*body)["start"].get<std::string>()),
                *base::ParseDate((*body)["end"].get<std::string>())},
      .types = *wanted,
      .today = base::LocalDate(now, std::chrono::hours(14)),
      .scopes = {}};
  auto plan = planner::PlanChunks((*provider)->info(), request);
  if (!plan) return std::unexpected(Usage(plan.error().message));
  return *std::move(plan);
}

}  // namespace coldpath::cli
