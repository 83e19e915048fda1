// What AWS charges, in one dated table (prices.cc). Pure.
#ifndef COLDPATH_PLANNER_PRICES_H_
#define COLDPATH_PLANNER_PRICES_H_

#include <array>
#include <cstddef>
#include <string_view>

namespace coldpath::planner {

// What a bill counts. prices.cc has a row for each, in this order.
enum class Item {
  kTransition,        // Step Functions, Standard workflow
  kVcpuSecondArm,     // Fargate on demand
  kVcpuSecondX86,     //
  kMemorySecondArm,   // a GB for a second
  kMemorySecondX86,   //
  kAddressSecond,     // a public IPv4 address
  kFunctionCall,      // Lambda
  kFunctionGbSecond,  // Lambda on ARM
  kTableWrite,        // DynamoDB on demand: a write request unit
  kTableRead,         // a read request unit
  kObjectWrite,       // S3: PUT, COPY, POST, LIST
  kObjectRead,        // S3: GET
  kObjectGbMonth,     // S3, the frequent-access tier
  kObjectMonitored,   // Intelligent-Tiering, an object of 128 KB or more for a month
  kApiRequest,        // API Gateway, HTTP API
  kPush,              // SNS mobile push: publish and delivery
  kLogGb,             // CloudWatch Logs, taken in
  kEvent,             // EventBridge, custom event
  kKeyRequest,        // KMS
  kCount,
};
inline constexpr std::size_t kItems = static_cast<std::size_t>(Item::kCount);

struct Price {
  Item item;
  std::string_view name;  // "transition"
  double dollars;         // for `units`
  double units;
  std::string_view source;  // where the figure was read
  std::string_view read;    // when: 2026-05
};

// us-east-1, without free tiers and taxes.
const std::array<Price, kItems>& Prices();
const Price& PriceOf(Item item);
inline double UnitPrice(Item item) { return PriceOf(item).dollars / PriceOf(item).units; }

// What Spot is charged of the on-demand price. AWS changes it daily, between 0.3 and 0.5 in the
// sources of the table; the dearer end is taken.
inline constexpr double kSpotShare = 0.5;

}  // namespace coldpath::planner

#endif  // COLDPATH_PLANNER_PRICES_H_
