#include "stores/sqlite/quota_rows.h"

#include <algorithm>
#include <utility>

#include "documents/document.h"
#include "stores/sqlite/coldpath_db.h"

namespace coldpath::stores {

using documents::CorruptDocument;
using documents::FromMicros;
using documents::ToMicros;

base::Result<planner::BudgetState> ReadBudget(Database& database, const std::string& key) {
  planner::BudgetState state;
  COLDPATH_RETURN_IF_ERROR(ForEachRow(
      database.Query("SELECT blocked_until, consecutive_blocks FROM quota_budgets WHERE key=?",
                     key),
      [&](Statement& row) -> base::Status {
        if (const auto until = row.OptionalInt64(0)) state.blocked_until = FromMicros(*until);
        state.consecutive_blocks = row.Int(1);
        return {};
      }));
  COLDPATH_RETURN_IF_ERROR(
      ForEachRow(database.Query("SELECT slot, calls FROM quota_slots WHERE budget=?", key),
                 [&](Statement& row) -> base::Status {
                   state.slots[row.Int64(0)] = row.Int64(1);
                   return {};
                 }));
  return state;
}

base::Status WriteBudget(Database& database, const planner::Budget& budget,
                         const planner::BudgetState& state, base::Instant now) {
  std::optional<std::int64_t> blocked_until;
  if (state.blocked_until) blocked_until = ToMicros(*state.blocked_until);
  return database.Run(
      "INSERT INTO quota_budgets(key, blocked_until, consecutive_blocks, idle_after) "
      "VALUES(?,?,?,?) ON CONFLICT DO UPDATE SET blocked_until=excluded.blocked_until, "
      "consecutive_blocks=excluded.consecutive_blocks, idle_after=excluded.idle_after",
      budget.key, blocked_until, state.consecutive_blocks,
      ToMicros(planner::IdleAfter(budget, state, now)));
}

base::Status WriteSlot(Database& database, const std::string& key,
                       const planner::BudgetState& state, std::int64_t slot) {
  const auto calls = state.slots.find(slot);
  if (calls == state.slots.end()) {
    return database.Run("DELETE FROM quota_slots WHERE budget=? AND slot=?", key, slot);
  }
  return database.Run(
      "INSERT INTO quota_slots(budget, slot, calls) VALUES(?,?,?) "
      "ON CONFLICT DO UPDATE SET calls=excluded.calls",
      key, slot, calls->second);
}

base::Status DeleteSlotsBefore(Database& database, const std::string& key, std::int64_t slot) {
  return database.Run("DELETE FROM quota_slots WHERE budget=? AND slot<?", key, slot);
}

std::string EncodePlacement(const std::vector<planner::Budget>& budgets,
                            const planner::Placement& placement) {
  base::Json json = base::Json::array();
  for (std::size_t i = 0; i < budgets.size(); ++i) {
    base::Json slots = base::Json::array();
    for (const auto& [slot, calls] : placement.calls[i]) {
      slots.push_back(base::Json::array({slot, calls}));
    }
    json.push_back({{"budget", budgets[i].key}, {"slots", std::move(slots)}});
  }
  return base::DumpJson(json);
}

base::Result<StoredPlacement> DecodePlacement(std::string_view text) {
  const auto corrupt = [] {
    return base::Fail(CorruptDocument("the place of a quota reservation", "not as it was written"));
  };
  const base::Result<base::Json> json = base::ParseJson(text);
  if (!json || !json->is_array()) return corrupt();
  StoredPlacement placement;
  for (const base::Json& part : *json) {
    const std::optional<std::string> key = base::FindString(part, "budget");
    const base::Json* slots = base::FindMember(part, "slots");
    if (!key || slots == nullptr || !slots->is_array()) return corrupt();
    placement.keys.push_back(*key);
    auto& calls = placement.calls.emplace_back();
    for (const base::Json& slot : *slots) {
      if (!slot.is_array() || slot.size() != 2 || !slot[0].is_number_integer() ||
          !slot[1].is_number_integer()) {
        return corrupt();
      }
      calls[slot[0].get<std::int64_t>()] = slot[1].get<std::int64_t>();
    }
  }
  return placement;
}

base::Duration ShortestWindow(const std::vector<planner::Budget>& budgets) {
  base::Duration shortest = base::Duration::max();
  for (const planner::Budget& budget : budgets) shortest = std::min(shortest, budget.window);
  return shortest;
}

base::Duration LongestWindow(const std::vector<planner::Budget>& budgets) {
  base::Duration longest{};
  for (const planner::Budget& budget : budgets) longest = std::max(longest, budget.window);
  return longest;
}

}  // namespace coldpath::stores
