#include "aws/dynamodb/dynamo_quota_ledger.h"

#include <algorithm>
#include <utility>

#include "aws/dynamodb/table_schema.h"
#include "base/crypto.h"

namespace coldpath::aws {
namespace {

using base::Instant;
using base::Result;
using base::Status;
using dynamodb::DeleteWrite;
using dynamodb::Holds;
using dynamodb::Item;
using dynamodb::ItemKey;
using dynamodb::Lane;
using dynamodb::LaneId;
using dynamodb::LanesOf;
using dynamodb::PutWrite;
using dynamodb::Reservation;
using dynamodb::Write;
using planner::Budget;
using planner::BudgetState;
using planner::Placement;

// How often an operation reads anew because others were faster.
constexpr int kMostTries = 40;
// Items are kept somewhat longer than they matter.
constexpr std::chrono::hours kKept{1};

base::Error Busy() {
  return {"store.conflict", "the quota ledger is changed by too many at once: try later"};
}

std::size_t Shortest(const std::vector<Budget>& budgets) {
  return *planner::FindBudget(budgets, "");
}

base::Duration LongestWindow(const std::vector<Budget>& budgets) {
  return std::ranges::max(budgets, {}, &Budget::window).window;
}

std::vector<Budget> LaneBudgets(const std::vector<Budget>& budgets) {
  std::vector<Budget> parts;
  for (const Budget& budget : budgets) parts.push_back(dynamodb::LaneBudget(budget));
  return parts;
}

// Two lanes, so that one that is full does not hold up its callers beside an empty one. The same
// for the same name.
std::vector<std::vector<int>> ChoicesFor(const std::vector<Budget>& budgets,
                                         const std::string& name) {
  const std::string hash = base::Sha256(name);
  std::vector<std::vector<int>> choices(2);
  for (const Budget& budget : budgets) {
    for (std::size_t i = 0; i < choices.size(); ++i) {
      choices[i].push_back(static_cast<unsigned char>(hash[i]) % LanesOf(budget));
    }
  }
  if (choices[0] == choices[1]) choices.pop_back();
  return choices;
}

std::int64_t ExpiresAt(Instant idle_after) { return base::UnixSeconds(idle_after + kKept); }

// The states of the chosen lanes as they are now, with the blocks of lane 0.
std::vector<BudgetState> StatesOf(const std::map<LaneId, Lane>& lanes,
                                  const std::vector<Budget>& parts, const std::vector<int>& choice,
                                  Instant now) {
  std::vector<BudgetState> states;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const BudgetState& first = lanes.at({parts[i].key, 0}).state;
    BudgetState state = lanes.at({parts[i].key, choice[i]}).state;
    state.blocked_until = first.blocked_until;
    state.consecutive_blocks = first.consecutive_blocks;
    planner::Forget(parts[i], state, now);
    states.push_back(std::move(state));
  }
  return states;
}

struct Placed {
  std::vector<int> choice;
  std::vector<BudgetState> states;  // with the placement entered
  Placement placement;
};

// The earliest place that one of the choices has.
Placed PlaceBest(const std::map<LaneId, Lane>& lanes, const std::vector<Budget>& budgets,
                 const std::vector<std::vector<int>>& choices, std::int64_t calls, Instant now) {
  const std::vector<Budget> parts = LaneBudgets(budgets);
  std::optional<Placed> best;
  for (const std::vector<int>& choice : choices) {
    std::vector<BudgetState> states = StatesOf(lanes, parts, choice, now);
    Placement placement = planner::Place(parts, states, calls, now);
    if (best && best->placement.at <= placement.at) continue;
    best = Placed{choice, std::move(states), std::move(placement)};
    if (best->placement.at <= now) break;
  }
  planner::Apply(best->states, best->placement);
  return *std::move(best);
}

// Enters what was placed into the lanes that are to be written.
void Enter(const std::vector<Budget>& budgets, const Placed& placed, Instant now,
           std::map<LaneId, Lane>& lanes, std::set<LaneId>& changed) {
  for (std::size_t i = 0; i < budgets.size(); ++i) {
    const LaneId id{budgets[i].key, placed.choice[i]};
    Lane& lane = lanes.at(id);
    lane.state.slots = placed.states[i].slots;
    if (placed.choice[i] == 0) lane.state.blocked_until = placed.states[i].blocked_until;
    lane.expires_at =
        std::max(lane.expires_at, ExpiresAt(planner::IdleAfter(budgets[i], lane.state, now)));
    changed.insert(id);
  }
}

}  // namespace

Status DynamoQuotaLedger::Load(Opened& opened, const std::vector<LaneId>& ids) {
  std::vector<ItemKey> keys;
  for (const LaneId& id : ids) {
    if (!opened.lanes.try_emplace(id).second) continue;
    keys.push_back(dynamodb::BudgetLaneKey(id.first, id.second));
  }
  COLDPATH_ASSIGN_OR_RETURN(const auto items, table_.GetMany(keys));
  for (const Item& item : items) {
    COLDPATH_ASSIGN_OR_RETURN(opened.lanes[dynamodb::LaneIdOf(dynamodb::KeyOf(item))],
                              dynamodb::LaneFromItem(item));
  }
  return {};
}

// Empty `reservation`: none is looked for.
Result<DynamoQuotaLedger::Opened> DynamoQuotaLedger::Open(const std::vector<Budget>& budgets,
                                                          const std::vector<Choice>& choices,
                                                          const std::string& reservation) {
  Opened opened;
  std::vector<ItemKey> keys;
  const auto want = [&](const LaneId& id) {
    if (!opened.lanes.try_emplace(id).second) return;
    keys.push_back(dynamodb::BudgetLaneKey(id.first, id.second));
  };
  for (std::size_t i = 0; i < budgets.size(); ++i) {
    want({budgets[i].key, 0});
    for (const Choice& choice : choices) want({budgets[i].key, choice[i]});
  }
  const ItemKey named = dynamodb::ReservationKey(reservation);
  if (!reservation.empty()) keys.push_back(named);
  COLDPATH_ASSIGN_OR_RETURN(const auto items, table_.GetMany(keys));
  for (const Item& item : items) {
    const ItemKey key = dynamodb::KeyOf(item);
    if (key == named) {
      COLDPATH_ASSIGN_OR_RETURN(opened.reservation, dynamodb::ReservationFromItem(item));
      continue;
    }
    COLDPATH_ASSIGN_OR_RETURN(opened.lanes[dynamodb::LaneIdOf(key)], dynamodb::LaneFromItem(item));
  }
  return opened;
}

Result<bool> DynamoQuotaLedger::Commit(const Opened& opened, std::vector<Write> others) {
  std::vector<Write> writes = std::move(others);
  for (const LaneId& id : opened.changed) {
    writes.push_back(LaneWrite(table_.name(), id, opened.lanes.at(id)));
  }
  COLDPATH_ASSIGN_OR_RETURN(const auto outcome, table_.Transact(writes));
  return outcome.committed;
}

Status DynamoQuotaLedger::Release(Opened& opened, const Reservation& reservation,
                                  std::int64_t unused) {
  COLDPATH_RETURN_IF_ERROR(Load(opened, reservation.lanes));
  std::vector<BudgetState> states;
  for (const LaneId& id : reservation.lanes) states.push_back(opened.lanes.at(id).state);
  planner::Revert(states, reservation.placement, unused);
  for (std::size_t i = 0; i < states.size(); ++i) {
    Lane& lane = opened.lanes.at(reservation.lanes[i]);
    // Slots that were forgotten meanwhile are not there: then nothing changes.
    if (lane.state.slots == states[i].slots) continue;
    lane.state.slots = std::move(states[i].slots);
    opened.changed.insert(reservation.lanes[i]);
  }
  return {};
}

// The place that the reservation holds, if it still does. Else what is left of it is given back.
Result<std::optional<Instant>> DynamoQuotaLedger::PlaceStillHeld(Opened& opened,
                                                                 const std::string& name,
                                                                 const std::vector<Budget>& budgets,
                                                                 Instant now) {
  if (!opened.reservation) return std::nullopt;
  Reservation& known = *opened.reservation;
  bool held = now <= known.at + budgets[Shortest(budgets)].window;
  for (const Budget& budget : budgets) {
    const auto& blocked_until = opened.lanes.at({budget.key, 0}).state.blocked_until;
    if (blocked_until && *blocked_until > now && *blocked_until > known.at) held = false;
  }
  if (!held) {
    if (!known.granted) COLDPATH_RETURN_IF_ERROR(Release(opened, known, known.calls));
    return std::nullopt;
  }
  if (!known.granted && known.at <= now) {
    known.granted = true;
    // If it was settled or moved meanwhile by another who has the same name, that stands.
    COLDPATH_RETURN_IF_ERROR(
        table_.WriteOne(PutWrite(table_.name(), dynamodb::ReservationItem(name, known),
                                 Holds("Token", dynamodb::Text(known.token)))));
  }
  return known.at;
}

Result<Instant> DynamoQuotaLedger::Reserve(const std::string& reservation,
                                           const std::vector<Budget>& budgets, std::int64_t calls,
                                           Instant now) {
  if (budgets.empty() || calls <= 0) return now;
  const std::vector<Choice> choices = ChoicesFor(budgets, reservation);
  for (int tries = 1; tries <= kMostTries; ++tries) {
    COLDPATH_ASSIGN_OR_RETURN(Opened opened, Open(budgets, choices, reservation));
    COLDPATH_ASSIGN_OR_RETURN(const std::optional<Instant> held,
                              PlaceStillHeld(opened, reservation, budgets, now));
    if (held) return *held;
    const Placed placed = PlaceBest(opened.lanes, budgets, choices, calls, now);
    Enter(budgets, placed, now, opened.lanes, opened.changed);
    Reservation made{.at = placed.placement.at,
                     .granted = placed.placement.at <= now,
                     .calls = calls,
                     .lanes = {},
                     .placement = placed.placement,
                     .token = table_.NewToken(),
                     .expires_at = ExpiresAt(placed.placement.at + LongestWindow(budgets))};
    for (std::size_t i = 0; i < budgets.size(); ++i) {
      made.lanes.emplace_back(budgets[i].key, placed.choice[i]);
    }
    const dynamodb::Condition condition =
        opened.reservation ? Holds("Token", dynamodb::Text(opened.reservation->token))
                           : dynamodb::IsAbsent();
    COLDPATH_ASSIGN_OR_RETURN(
        const bool committed,
        Commit(opened,
               {PutWrite(table_.name(), dynamodb::ReservationItem(reservation, made), condition)}));
    if (committed) return made.at;
    table_.PauseBriefly(tries);
  }
  return base::Fail(Busy());
}

Result<Instant> DynamoQuotaLedger::TakeOne(const std::vector<Budget>& budgets, Instant now) {
  if (budgets.empty()) return now;
  // No name: lanes by lot.
  const std::vector<Choice> choices = ChoicesFor(budgets, table_.NewToken());
  for (int tries = 1; tries <= kMostTries; ++tries) {
    COLDPATH_ASSIGN_OR_RETURN(Opened opened, Open(budgets, choices, ""));
    const Placed placed = PlaceBest(opened.lanes, budgets, choices, 1, now);
    if (placed.placement.at > now) return placed.placement.at;
    Enter(budgets, placed, now, opened.lanes, opened.changed);
    COLDPATH_ASSIGN_OR_RETURN(const bool committed, Commit(opened, {}));
    if (committed) return placed.placement.at;
    table_.PauseBriefly(tries);
  }
  return base::Fail(Busy());
}

Status DynamoQuotaLedger::Settle(const std::string& reservation, std::int64_t used, Instant) {
  const ItemKey key = dynamodb::ReservationKey(reservation);
  for (int tries = 1; tries <= kMostTries; ++tries) {
    COLDPATH_ASSIGN_OR_RETURN(const auto item, table_.Get(key));
    if (!item) return {};
    COLDPATH_ASSIGN_OR_RETURN(const Reservation known, dynamodb::ReservationFromItem(*item));
    Opened opened;
    if (used < known.calls) {
      COLDPATH_RETURN_IF_ERROR(
          Release(opened, known, known.calls - std::max<std::int64_t>(0, used)));
    }
    COLDPATH_ASSIGN_OR_RETURN(
        const bool committed,
        Commit(opened,
               {DeleteWrite(table_.name(), key, Holds("Token", dynamodb::Text(known.token)))}));
    if (committed) return {};
    table_.PauseBriefly(tries);
  }
  return base::Fail(Busy());
}

Result<Instant> DynamoQuotaLedger::Block(const std::vector<Budget>& budgets,
                                         std::optional<Instant> retry_at, Instant now) {
  if (budgets.empty()) return std::max(now, retry_at.value_or(now));
  const Budget& shortest = budgets[Shortest(budgets)];
  const LaneId id{shortest.key, 0};
  for (int tries = 1; tries <= kMostTries; ++tries) {
    Opened opened;
    COLDPATH_RETURN_IF_ERROR(Load(opened, {id}));
    Lane& lane = opened.lanes.at(id);
    BudgetState& state = lane.state;
    planner::Forget(shortest, state, now);
    if (state.blocked_until) {
      const Instant until = std::max(*state.blocked_until, retry_at.value_or(now));
      if (until == *state.blocked_until) return until;
      state.blocked_until = until;
    } else {
      state.blocked_until = planner::BlockUntil(shortest, state, retry_at, now);
      if (!retry_at || *retry_at <= now) ++state.consecutive_blocks;
    }
    lane.expires_at =
        std::max(lane.expires_at, ExpiresAt(planner::IdleAfter(shortest, state, now)));
    opened.changed.insert(id);
    COLDPATH_ASSIGN_OR_RETURN(const bool committed, Commit(opened, {}));
    if (committed) return *state.blocked_until;
    table_.PauseBriefly(tries);
  }
  return base::Fail(Busy());
}

// Over all lanes together; each takes its part of what others have called.
void DynamoQuotaLedger::EnterReading(Opened& opened, const Budget& budget,
                                     const planner::QuotaReading& reading, Instant now) {
  const int lanes = LanesOf(budget);
  BudgetState all;
  for (int i = 0; i < lanes; ++i) {
    for (const auto& [slot, calls] : opened.lanes.at({budget.key, i}).state.slots) {
      all.slots[slot] += calls;
    }
  }
  const BudgetState before = all;
  const auto slot = planner::EnterForeignCalls(budget, all, reading, now);
  if (!slot) return;
  const auto known = before.slots.find(*slot);
  std::int64_t foreign = all.slots.at(*slot) - (known == before.slots.end() ? 0 : known->second);
  for (int i = lanes; i > 0; --i) {
    const std::int64_t part = foreign / i;
    foreign -= part;
    if (part == 0) continue;
    const LaneId id{budget.key, i - 1};
    Lane& lane = opened.lanes.at(id);
    lane.state.slots[*slot] += part;
    lane.expires_at =
        std::max(lane.expires_at, ExpiresAt(planner::IdleAfter(budget, lane.state, now)));
    opened.changed.insert(id);
  }
}

Status DynamoQuotaLedger::Observe(const std::vector<Budget>& budgets,
                                  const std::vector<planner::QuotaReading>& readings, Instant now) {
  if (budgets.empty()) return {};
  std::vector<LaneId> ids;
  for (const Budget& budget : budgets) ids.emplace_back(budget.key, 0);
  for (const planner::QuotaReading& reading : readings) {
    const auto i = planner::FindBudget(budgets, reading.key);
    if (!i) continue;
    for (int lane = 1; lane < LanesOf(budgets[*i]); ++lane) ids.emplace_back(budgets[*i].key, lane);
  }
  for (int tries = 1; tries <= kMostTries; ++tries) {
    Opened opened;
    COLDPATH_RETURN_IF_ERROR(Load(opened, ids));
    for (const Budget& budget : budgets) {
      const LaneId id{budget.key, 0};
      BudgetState& state = opened.lanes.at(id).state;
      planner::Forget(budget, state, now);
      // While a block stands, a success is an answer to a call that was made before it.
      if (state.consecutive_blocks == 0 || state.blocked_until) continue;
      state.consecutive_blocks = 0;
      opened.changed.insert(id);
    }
    for (const planner::QuotaReading& reading : readings) {
      if (const auto i = planner::FindBudget(budgets, reading.key)) {
        EnterReading(opened, budgets[*i], reading, now);
      }
    }
    if (opened.changed.empty()) return {};
    COLDPATH_ASSIGN_OR_RETURN(const bool committed, Commit(opened, {}));
    if (committed) return {};
    table_.PauseBriefly(tries);
  }
  return base::Fail(Busy());
}

Result<std::map<std::string, BudgetState>> DynamoQuotaLedger::Read(
    const std::vector<std::string>& keys) {
  // Without the budgets the number of their lanes is not known: all that there may be are asked
  // for.
  std::vector<LaneId> ids;
  for (const std::string& key : keys) {
    for (int lane = 0; lane < dynamodb::kMostLanes; ++lane) ids.emplace_back(key, lane);
  }
  Opened opened;
  COLDPATH_RETURN_IF_ERROR(Load(opened, ids));
  std::map<std::string, BudgetState> states;
  for (const auto& [id, lane] : opened.lanes) {
    BudgetState& state = states[id.first];
    for (const auto& [slot, calls] : lane.state.slots) state.slots[slot] += calls;
    if (id.second != 0) continue;
    state.blocked_until = lane.state.blocked_until;
    state.consecutive_blocks = lane.state.consecutive_blocks;
  }
  return states;
}

}  // namespace coldpath::aws
