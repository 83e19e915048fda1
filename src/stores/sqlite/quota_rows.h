// Rows of the quota ledger: tables quota_budgets, quota_slots and quota_reservations. Each function
// is a step of a transaction that its caller holds. The placement of a reservation is stored as
// JSON, an on-disk format: [{"budget": key, "slots": [[slot, calls], ...]}, ...].
#ifndef COLDPATH_STORES_SQLITE_QUOTA_ROWS_H_
#define COLDPATH_STORES_SQLITE_QUOTA_ROWS_H_

#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "planner/quota.h"
#include "stores/sqlite/database.h"

namespace coldpath::stores {

base::Result<planner::BudgetState> ReadBudget(Database& database, const std::string& key);
// The budget's own row: blocks, and from when on nothing of it matters any more.
base::Status WriteBudget(Database& database, const planner::Budget& budget,
                         const planner::BudgetState& state, base::Instant now);
// The slot as `state` has it; deletes the row if it has none.
base::Status WriteSlot(Database& database, const std::string& key,
                       const planner::BudgetState& state, std::int64_t slot);
base::Status DeleteSlotsBefore(Database& database, const std::string& key, std::int64_t slot);

std::string EncodePlacement(const std::vector<planner::Budget>& budgets,
                            const planner::Placement& placement);
struct StoredPlacement {
  std::vector<std::string> keys;
  std::vector<std::map<std::int64_t, std::int64_t>> calls;
};
// Error: store.corrupt.
base::Result<StoredPlacement> DecodePlacement(std::string_view text);

base::Duration ShortestWindow(const std::vector<planner::Budget>& budgets);
base::Duration LongestWindow(const std::vector<planner::Budget>& budgets);

}  // namespace coldpath::stores

#endif  // COLDPATH_STORES_SQLITE_QUOTA_ROWS_H_
