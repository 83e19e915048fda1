// What a job costs on AWS, in words and as JSON.
#ifndef COLDPATH_CLI_COST_TEXT_H_
#define COLDPATH_CLI_COST_TEXT_H_

#include <string>

#include "base/json.h"
#include "cli/terminal.h"
#include "planner/cost.h"

namespace coldpath::cli {

// {"dollars", "chunks", "attempts", "billed_seconds", "lines": [{"item", "quantity",
// "dollars"}]...}
base::Json CostJson(const planner::JobMeter& meter, const planner::Cost& spot,
                    const planner::Cost& on_demand);
// The sum, what was counted, and the lines of the bill that make up 99 % of it.
std::string CostText(const Terminal& terminal, const planner::JobMeter& meter,
                     const planner::Cost& spot, const planner::Cost& on_demand);

std::string FormatDollars(double dollars);  // "$0.1234"

// Ways to run a year of one person, priced, as a table in Markdown: docs/aws/cost.md holds it.
// `google_year`, `oura_year` and `google_decade` are the plans of the providers' declarations.
struct VariantPlans {
  planner::ChunkPlan google_year;
  planner::ChunkPlan oura_year;
  planner::ChunkPlan google_decade;
};
std::string VariantsTable(const VariantPlans& plans);

// So many chunks of so many calls each.
planner::ChunkPlan EvenPlan(int chunks, std::int64_t calls);

}  // namespace coldpath::cli

#endif  // COLDPATH_CLI_COST_TEXT_H_
