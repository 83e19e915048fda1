#include "stores/sqlite/sqlite_quota_ledger.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "documents/document.h"
#include "stores/sqlite/quota_rows.h"

namespace coldpath::stores {
namespace {

using documents::FromMicros;
using documents::ToMicros;

using base::Instant;
using base::Result;
using base::Status;
using planner::Budget;
using planner::BudgetState;
using planner::Placement;

// Budgets whose states stay in memory; beyond this the least that is right is done: read again.
constexpr std::size_t kLargestCache = 10'000;
// Leftovers that a reservation clears away on its way.
constexpr int kSweptAtOnce = 8;

Status WriteTouched(Database& database, const std::vector<Budget>& budgets,
                    const std::vector<BudgetState>& states, const Placement& placement,
                    Instant now) {
  for (std::size_t i = 0; i < budgets.size(); ++i) {
    COLDPATH_RETURN_IF_ERROR(WriteBudget(database, budgets[i], states[i], now));
    for (const auto& [slot, calls] : placement.calls[i]) {
      COLDPATH_RETURN_IF_ERROR(WriteSlot(database, budgets[i].key, states[i], slot));
    }
  }
  return {};
}

}  // namespace

Result<BudgetState> SqliteQuotaLedger::Take(Database& database, const std::string& key) {
  if (rollbacks_seen_ != db_.rollbacks() || cache_.size() > kLargestCache) {
    rollbacks_seen_ = db_.rollbacks();
    cache_.clear();
  }
  if (auto cached = cache_.extract(key)) return std::move(cached.mapped());
  return ReadBudget(database, key);
}

Result<SqliteQuotaLedger::States> SqliteQuotaLedger::TakeAll(Database& database,
                                                             const std::vector<Budget>& budgets,
                                                             Instant now) {
  States states;
  for (const Budget& budget : budgets) {
    COLDPATH_ASSIGN_OR_RETURN(BudgetState state, Take(database, budget.key));
    const std::size_t before = state.slots.size();
    planner::Forget(budget, state, now);
    if (state.slots.size() != before) {
      const std::int64_t first = state.slots.empty() ? std::numeric_limits<std::int64_t>::max()
                                                     : state.slots.begin()->first;
      COLDPATH_RETURN_IF_ERROR(DeleteSlotsBefore(database, budget.key, first));
    }
    states.push_back(std::move(state));
  }
  return states;
}

void SqliteQuotaLedger::ReturnAll(const std::vector<Budget>& budgets, States states) {
  for (std::size_t i = 0; i < budgets.size(); ++i) {
    cache_.insert_or_assign(budgets[i].key, std::move(states[i]));
  }
}

Result<std::optional<SqliteQuotaLedger::Reservation>> SqliteQuotaLedger::Find(
    Database& database, const std::string& name) {
  std::optional<Reservation> reservation;
  COLDPATH_RETURN_IF_ERROR(ForEachRow(
      database.Query("SELECT at, granted, calls, placement FROM quota_reservations WHERE name=?",
                     name),
      [&](Statement& row) -> Status {
        COLDPATH_ASSIGN_OR_RETURN(StoredPlacement stored, DecodePlacement(row.TextView(3)));
        const Instant at = FromMicros(row.Int64(0));
        reservation = Reservation{.at = at,
                                  .granted = row.Int64(1) != 0,
                                  .calls = row.Int64(2),
                                  .keys = std::move(stored.keys),
                                  .placement = {.at = at, .calls = std::move(stored.calls)}};
        return {};
      }));
  return reservation;
}

Status SqliteQuotaLedger::Insert(Database& database, const std::string& name,
                                 const std::vector<Budget>& budgets, const Placement& placement,
                                 std::int64_t calls, Instant now) {
  const bool granted = placement.at <= now;
  const Instant expires =
      placement.at + (granted ? LongestWindow(budgets) : ShortestWindow(budgets));
  return database.Run(
      "INSERT INTO quota_reservations(name, at, expires, granted, calls, placement) "
      "VALUES(?,?,?,?,?,?)",
      name, ToMicros(placement.at), ToMicros(expires), granted, calls,
      EncodePlacement(budgets, placement));
}

Status SqliteQuotaLedger::Release(Database& database, const Reservation& reservation,
                                  std::int64_t unused) {
  States states;
  for (const std::string& key : reservation.keys) {
    COLDPATH_ASSIGN_OR_RETURN(BudgetState state, Take(database, key));
    states.push_back(std::move(state));
  }
  planner::Revert(states, reservation.placement, unused);
  for (std::size_t i = 0; i < states.size(); ++i) {
    for (const auto& [slot, calls] : reservation.placement.calls[i]) {
      // A slot that was forgotten meanwhile is not there, as its row is not.
      COLDPATH_RETURN_IF_ERROR(WriteSlot(database, reservation.keys[i], states[i], slot));
    }
    cache_.insert_or_assign(reservation.keys[i], std::move(states[i]));
  }
  return {};
}

// The place that this name holds, if it still does. Else what is left of the old one is cleared
// away.
Result<std::optional<Instant>> SqliteQuotaLedger::PlaceStillHeld(Database& database,
                                                                 const std::string& name,
                                                                 const std::vector<Budget>& budgets,
                                                                 Instant now) {
  COLDPATH_ASSIGN_OR_RETURN(const std::optional<Reservation> known, Find(database, name));
  if (!known) return std::nullopt;
  COLDPATH_ASSIGN_OR_RETURN(States states, TakeAll(database, budgets, now));
  bool held = now <= known->at + ShortestWindow(budgets);
  for (const BudgetState& state : states) {
    if (state.blocked_until && *state.blocked_until > known->at) held = false;
  }
  ReturnAll(budgets, std::move(states));
  if (held) {
    if (!known->granted && known->at <= now) {
      COLDPATH_RETURN_IF_ERROR(
          database.Run("UPDATE quota_reservations SET granted=1, expires=? WHERE name=?",
                       ToMicros(known->at + LongestWindow(budgets)), name));
    }
    return known->at;
  }
  if (!known->granted) COLDPATH_RETURN_IF_ERROR(Release(database, *known, known->calls));
  COLDPATH_RETURN_IF_ERROR(database.Run("DELETE FROM quota_reservations WHERE name=?", name));
  return std::nullopt;
}

Status SqliteQuotaLedger::Sweep(Database& database, Instant now) {
  std::vector<std::string> names;
  COLDPATH_RETURN_IF_ERROR(ForEachRow(
      database.Query("SELECT name FROM quota_reservations WHERE expires<? ORDER BY expires LIMIT ?",
                     ToMicros(now), kSweptAtOnce),
      [&](Statement& row) -> Status {
        names.push_back(row.Text(0));
        return {};
      }));
  for (const std::string& name : names) {
    COLDPATH_ASSIGN_OR_RETURN(const std::optional<Reservation> stale, Find(database, name));
    if (stale && !stale->granted) {
      COLDPATH_RETURN_IF_ERROR(Release(database, *stale, stale->calls));
    }
    COLDPATH_RETURN_IF_ERROR(database.Run("DELETE FROM quota_reservations WHERE name=?", name));
  }
  return ForEachRow(database.Query("DELETE FROM quota_budgets WHERE key IN (SELECT key FROM "
                                   "quota_budgets WHERE idle_after<? LIMIT ?) RETURNING key",
                                   ToMicros(now), kSweptAtOnce),
                    [&](Statement& row) -> Status {
                      cache_.erase(row.Text(0));
                      return {};
                    });
}

Result<Instant> SqliteQuotaLedger::Reserve(const std::string& reservation,
                                           const std::vector<Budget>& budgets, std::int64_t calls,
                                           Instant now) {
  if (budgets.empty() || calls <= 0) return now;
  return db_.Write([&](Database& database) -> Result<Instant> {
    COLDPATH_ASSIGN_OR_RETURN(const std::optional<Instant> held,
                              PlaceStillHeld(database, reservation, budgets, now));
    if (held) return *held;
    COLDPATH_RETURN_IF_ERROR(Sweep(database, now));
    COLDPATH_ASSIGN_OR_RETURN(States states, TakeAll(database, budgets, now));
    const Placement placement = planner::Place(budgets, states, calls, now);
    planner::Apply(states, placement);
    COLDPATH_RETURN_IF_ERROR(WriteTouched(database, budgets, states, placement, now));
    COLDPATH_RETURN_IF_ERROR(Insert(database, reservation, budgets, placement, calls, now));
    ReturnAll(budgets, std::move(states));
    return placement.at;
  });
}

Result<Instant> SqliteQuotaLedger::TakeOne(const std::vector<Budget>& budgets, Instant now) {
  if (budgets.empty()) return now;
  return db_.Write([&](Database& database) -> Result<Instant> {
    COLDPATH_ASSIGN_OR_RETURN(States states, TakeAll(database, budgets, now));
    const Placement placement = planner::Place(budgets, states, 1, now);
    if (placement.at <= now) {
      planner::Apply(states, placement);
      COLDPATH_RETURN_IF_ERROR(WriteTouched(database, budgets, states, placement, now));
    }
    ReturnAll(budgets, std::move(states));
    return placement.at;
  });
}

Status SqliteQuotaLedger::Settle(const std::string& reservation, std::int64_t used, Instant) {
  return db_.Write([&](Database& database) -> Status {
    COLDPATH_ASSIGN_OR_RETURN(const std::optional<Reservation> known, Find(database, reservation));
    if (!known) return {};
    if (used < known->calls) {
      COLDPATH_RETURN_IF_ERROR(
          Release(database, *known, known->calls - std::max<std::int64_t>(0, used)));
    }
    return database.Run("DELETE FROM quota_reservations WHERE name=?", reservation);
  });
}

Result<Instant> SqliteQuotaLedger::Block(const std::vector<Budget>& budgets,
                                         std::optional<Instant> retry_at, Instant now) {
  if (budgets.empty()) return std::max(now, retry_at.value_or(now));
  const std::vector<Budget> shortest{budgets[*planner::FindBudget(budgets, "")]};
  return db_.Write([&](Database& database) -> Result<Instant> {
    COLDPATH_ASSIGN_OR_RETURN(States states, TakeAll(database, shortest, now));
    BudgetState& state = states.front();
    if (state.blocked_until) {
      state.blocked_until = std::max(*state.blocked_until, retry_at.value_or(now));
    } else {
      state.blocked_until = planner::BlockUntil(shortest.front(), state, retry_at, now);
      if (!retry_at || *retry_at <= now) ++state.consecutive_blocks;
    }
    const Instant until = *state.blocked_until;
    COLDPATH_RETURN_IF_ERROR(WriteBudget(database, shortest.front(), state, now));
    ReturnAll(shortest, std::move(states));
    return until;
  });
}

Status SqliteQuotaLedger::Observe(const std::vector<Budget>& budgets,
                                  const std::vector<planner::QuotaReading>& readings, Instant now) {
  if (budgets.empty()) return {};
  return db_.Write([&](Database& database) -> Status {
    COLDPATH_ASSIGN_OR_RETURN(States states, TakeAll(database, budgets, now));
    for (std::size_t i = 0; i < budgets.size(); ++i) {
      // While a block stands, a success is an answer to a call that was made before it.
      if (states[i].consecutive_blocks == 0 || states[i].blocked_until) continue;
      states[i].consecutive_blocks = 0;
      COLDPATH_RETURN_IF_ERROR(WriteBudget(database, budgets[i], states[i], now));
    }
    for (const planner::QuotaReading& reading : readings) {
      const std::optional<std::size_t> i = planner::FindBudget(budgets, reading.key);
      if (!i) continue;
      const auto slot = planner::EnterForeignCalls(budgets[*i], states[*i], reading, now);
      if (!slot) continue;
      COLDPATH_RETURN_IF_ERROR(WriteBudget(database, budgets[*i], states[*i], now));
      COLDPATH_RETURN_IF_ERROR(WriteSlot(database, budgets[*i].key, states[*i], *slot));
    }
    ReturnAll(budgets, std::move(states));
    return {};
  });
}

Result<std::map<std::string, BudgetState>> SqliteQuotaLedger::Read(
    const std::vector<std::string>& keys) {
  return db_.Read([&](Database& database) -> Result<std::map<std::string, BudgetState>> {
    std::map<std::string, BudgetState> states;
    for (const std::string& key : keys) {
      COLDPATH_ASSIGN_OR_RETURN(states[key], ReadBudget(database, key));
    }
    return states;
  });
}

}  // namespace coldpath::stores
