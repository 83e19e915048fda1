#include "planner/prices.h"

namespace coldpath::planner {
namespace {

constexpr double kHour = 3600;
constexpr double kThousand = 1e3;
constexpr double kMillion = 1e6;

// AWS's own tables are drawn by scripts; where no page of AWS could be read the figure is one that
// two dated publications agree on. Compare with the pricing pages before you rely on a cent.
constexpr std::array<Price, kItems> kPrices{{
    {Item::kTransition, "state transition", 0.025, kThousand,
     "aws.amazon.com/step-functions/pricing", "2026-11"},
    {Item::kVcpuSecondArm, "vCPU second, ARM", 0.03238, kHour, "vantage.sh, fortem.dev", "2026-04"},
    {Item::kVcpuSecondX86, "vCPU second, x86", 0.04048, kHour, "wring.co, cloudburn.io", "2026-04"},
    {Item::kMemorySecondArm, "GB second, ARM", 0.00356, kHour, "vantage.sh, fortem.dev", "2026-04"},
    {Item::kMemorySecondX86, "GB second, x86", 0.004445, kHour, "wring.co, cloudburn.io",
     "2026-04"},
    {Item::kAddressSecond, "public IPv4 second", 0.005, kHour, "AWS networking blog", "2024-02"},
    {Item::kFunctionCall, "function call", 0.20, kMillion, "aws.amazon.com/lambda/pricing",
     "2026-11"},
    {Item::kFunctionGbSecond, "function GB second, ARM", 13.3334, kMillion,
     "aws.amazon.com/lambda/pricing", "2026-11"},
    {Item::kTableWrite, "table write unit", 0.625, kMillion, "airbyte.com", "2025-07"},
    {Item::kTableRead, "table read unit", 0.125, kMillion, "airbyte.com", "2025-07"},
    {Item::kObjectWrite, "object PUT or LIST", 0.005, kThousand, "aws.amazon.com/s3/pricing",
     "2026-06"},
    {Item::kObjectRead, "object GET", 0.0004, kThousand, "aws.amazon.com/s3/pricing", "2026-06"},
    {Item::kObjectGbMonth, "object GB month", 0.023, 1, "aws.amazon.com/s3/pricing", "2026-06"},
    {Item::kObjectMonitored, "monitored object month", 0.0025, kThousand,
     "aws.amazon.com/s3/pricing", "2026-06"},
    {Item::kApiRequest, "API request", 1.00, kMillion, "awsforengineers.com", "2025-05"},
    {Item::kPush, "mobile push", 1.00, kMillion, "factualminds.com", "2026-06"},
    {Item::kLogGb, "log GB", 0.50, 1, "signoz.io, c3x.dev", "2026-06"},
    {Item::kEvent, "custom event", 1.00, kMillion, "aws.amazon.com/eventbridge/pricing", "2026-11"},
    {Item::kKeyRequest, "key request", 0.03, 1e4, "aws.amazon.com/kms/pricing", "2026-11"},
}};

constexpr bool InOrder() {
  for (std::size_t i = 0; i < kItems; ++i) {
    if (static_cast<std::size_t>(kPrices[i].item) != i) return false;
  }
  return true;
}
static_assert(InOrder(), "PriceOf finds a row by its place");

}  // namespace

const std::array<Price, kItems>& Prices() { return kPrices; }

const Price& PriceOf(Item item) { return kPrices[static_cast<std::size_t>(item)]; }

}  // namespace coldpath::planner
