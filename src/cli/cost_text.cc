#include "cli/cost_text.h"

#include <array>
#include <cstdio>
#include <vector>

namespace coldpath::cli {
namespace {

using planner::ChunkPlan;
using planner::Cost;
using planner::JobMeter;
using planner::PlannedWork;
using planner::WorkerShape;

base::Json LinesJson(const Cost& cost) {
  base::Json lines = base::Json::array();
  for (const planner::CostLine& line : cost.lines) {
    lines.push_back({{"item", planner::PriceOf(line.item).name},
                     {"quantity", line.quantity},
                     {"dollars", line.dollars}});
  }
  return lines;
}

std::string Fixed(const char* format, double value) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

struct Variant {
  std::string what;
  ChunkPlan plan;
  PlannedWork work;
  WorkerShape shape;
};

// A year of eight streams in weekly chunks: what the design calls typical, at its dearest.
constexpr int kWeeklyChunks = 416;

std::vector<Variant> Variants(const VariantPlans& plans) {
  const ChunkPlan year = EvenPlan(kWeeklyChunks, 1);
  const PlannedWork minute{.seconds_per_call = 60};
  const PlannedWork failing{.tries = 4, .all_fail = true};
  const PlannedWork slow_failing{.seconds_per_call = 60, .tries = 4, .all_fail = true};
  // Each of both retriers used up on Spot (1 + 8 + 3 tries), then 1 + 3 on demand.
  const PlannedWork everything{.tries = 16, .all_fail = true};
  return {
      {"A year as Google Health's connector plans it", plans.google_year, {}, {}},
      {"A year as Oura's connector plans it", plans.oura_year, {}, {}},
      {"Ten years as Google Health's connector plans it", plans.google_decade, {}, {}},
      {"**Typical bound**: a year, 8 streams, weekly chunks", year, {}, {}},
      {"the same on x86", year, {}, {.arm = false}},
      {"the same with 1 vCPU and 2 GB", year, {}, {.vcpu = 1, .memory_gb = 2}},
      {"the same with a minute of work per chunk", year, minute, {}},
      {"the same for ten years", EvenPlan(10 * kWeeklyChunks, 1), {}, {}},
      {"**Worst case**: the year, and every chunk exhausts its tries", year, failing, {}},
      {"the same with a minute of work per try", year, slow_failing, {}},
      {"the same with 1 vCPU and 2 GB", year, slow_failing, {.vcpu = 1, .memory_gb = 2}},
      {"Every retrier of every chunk used up, on demand too", year, everything, {}},
  };
}

}  // namespace

std::string FormatDollars(double dollars) { return Fixed("$%.4f", dollars); }

ChunkPlan EvenPlan(int chunks, std::int64_t calls) {
  ChunkPlan plan;
  for (int i = 0; i < chunks; ++i) {
    plan.chunks.push_back({.id = std::to_string(i), .expected_calls = calls});
  }
  plan.expected_calls = chunks * calls;
  return plan;
}

base::Json CostJson(const JobMeter& meter, const Cost& spot, const Cost& on_demand) {
  return {{"dollars", spot.dollars},
          {"dollars_on_demand", on_demand.dollars},
          {"chunks", meter.chunks},
          {"attempts", meter.attempts},
          {"billed_seconds", meter.billed_seconds},
          {"waits", meter.waits},
          {"provider_calls", meter.provider_calls},
          {"bytes", meter.bytes},
          {"lines", LinesJson(spot)},
          {"lines_on_demand", LinesJson(on_demand)}};
}

std::string CostText(const Terminal& terminal, const JobMeter& meter, const Cost& spot,
                     const Cost& on_demand) {
  std::string text = terminal.Paint(Style::kBold, FormatDollars(spot.dollars)) +
                     " on Fargate Spot, " + FormatDollars(on_demand.dollars) + " on demand\n";
  text += "  " + Plural(meter.chunks, "chunk", "chunks") + ", " +
          Plural(meter.attempts, "worker", "workers") + ", " +
          FormatSeconds(static_cast<double>(meter.billed_seconds)) + " billed, " +
          Plural(meter.provider_calls, "provider call", "provider calls") + ", " +
          FormatBytes(meter.bytes) + "\n\n";
  std::vector<std::vector<std::string>> rows{{"item", "quantity", "dollars"}};
  double shown = 0;
  for (const planner::CostLine& line : spot.lines) {
    if (shown > 0.99 * spot.dollars) break;
    shown += line.dollars;
    rows.push_back({std::string(planner::PriceOf(line.item).name), Fixed("%.4g", line.quantity),
                    FormatDollars(line.dollars)});
  }
  rows.push_back({"the rest", "", FormatDollars(spot.dollars - shown)});
  return text + RenderTable(terminal, rows, {1, 2});
}

std::string VariantsTable(const VariantPlans& plans) {
  std::string table =
      "| job | chunks | workers | Spot | on demand |\n| --- | --: | --: | --: | --: |\n";
  for (const Variant& variant : Variants(plans)) {
    const JobMeter meter = planner::MeterOf(variant.plan, variant.work);
    WorkerShape on_demand = variant.shape;
    on_demand.spot = false;
    table += "| " + variant.what + " | " + FormatCount(meter.chunks) + " | " +
             FormatCount(meter.attempts) + " | " +
             FormatDollars(planner::CostOf(meter, variant.shape).dollars) + " | " +
             FormatDollars(planner::CostOf(meter, on_demand).dollars) + " |\n";
  }
  return table;
}

}  // namespace coldpath::cli
