// Plans without a server: what a provider's connector would do for a person who has granted
// everything.
#ifndef COLDPATH_CLI_PLAN_OFFLINE_H_
#define COLDPATH_CLI_PLAN_OFFLINE_H_

#include <memory>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "planner/chunk_plan.h"
#include "tasks/provider.h"

namespace coldpath::cli {

// Error: kUsage, naming the providers that there are.
CommandResult<std::unique_ptr<tasks::Provider>> FindProvider(const std::string& id);
// Errors: kUsage (unknown provider or type, a range that cannot be planned).
CommandResult<planner::ChunkPlan> PlanOffline(const std::string& provider_id, RangeOptions range,
                                              const std::vector<std::string>& types);

}  // namespace coldpath::cli

#endif  // COLDPATH_CLI_PLAN_OFFLINE_H_
