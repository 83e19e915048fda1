// Lanes of quota budgets, and reservations, as items.
//
// A budget's state (planner/quota.h) is one item, changed by compare-and-swap on its version. Many
// workers may change it at once, and an item takes some tens of such changes a second: a budget of
// more calls than that is cut into lanes, each with an equal part of the limit in an item of its
// own. What the lanes allow together is never more than the budget. A block after a 429 is entered
// in lane 0, which is read whatever the lane.
#ifndef COLDPATH_AWS_DYNAMODB_QUOTA_LANES_H_
#define COLDPATH_AWS_DYNAMODB_QUOTA_LANES_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "aws/dynamodb/expressions.h"
#include "planner/quota.h"

namespace coldpath::aws::dynamodb {

inline constexpr int kMostLanes = 16;
// The number of lanes depends on the budget alone: a change of its limit changes it, and what was
// placed in lanes that are gone is forgotten with their windows.
int LanesOf(const planner::Budget& budget);
// A lane's part of the budget.
planner::Budget LaneBudget(const planner::Budget& budget);

using LaneId = std::pair<std::string, int>;  // budget's key, number

struct Lane {
  planner::BudgetState state;
  std::int64_t version = 0;     // 0: there is no item
  std::int64_t expires_at = 0;  // seconds since 1970
};
base::Result<Lane> LaneFromItem(const Item& item);
LaneId LaneIdOf(const ItemKey& key);
// Conditional on the version that the lane was read with.
Write LaneWrite(const std::string& table, const LaneId& id, const Lane& lane);

// The stored text of a state. Calls of neighbouring slots stand together: a queue of hours is a few
// kilobytes. {"blockedUntil": micros, "blocks": n, "runs": [[first slot, calls, calls, ...], ...]}
std::string EncodeState(const planner::BudgetState& state);
// Error: store.corrupt.
base::Result<planner::BudgetState> DecodeState(std::string_view text);

struct Reservation {
  base::Instant at;
  bool granted = false;  // its owner was told to run
  std::int64_t calls = 0;
  std::vector<LaneId> lanes;  // as placement.calls has them
  planner::Placement placement;
  std::string token;  // of this writing of the item
  std::int64_t expires_at = 0;
};
Item ReservationItem(const std::string& name, const Reservation& reservation);
base::Result<Reservation> ReservationFromItem(const Item& item);

}  // namespace coldpath::aws::dynamodb

#endif  // COLDPATH_AWS_DYNAMODB_QUOTA_LANES_H_
