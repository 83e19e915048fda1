#include "planner/quota.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/check.h"

namespace coldpath::planner {
namespace {

using base::Duration;
using base::Instant;

// A budget's window is cut into this many slots.
constexpr std::int64_t kSlotsPerWindow = 60;
// A call may be made anywhere within its slot, so that a window of 60 slots' length can touch 61 of
// them: no 61 slots in a row may hold more than the limit. That costs 1/61 of the rate.
constexpr std::int64_t kReach = kSlotsPerWindow;
// Up to this share of the limit a lot is kept together in one slot, so that whoever got it may make
// its calls one after the other. Larger lots are spread, or the slots' remainders would be wasted.
constexpr std::int64_t kWholeLotShare = 20;
// A block that doubles ends here, or a provider's hiccup would outlive its cause by days.
constexpr Duration kLongestBlock = std::chrono::hours(6);

std::int64_t SlotMicros(const Budget& budget) {
  return std::max<std::int64_t>(1, budget.window.count() / kSlotsPerWindow);
}

std::int64_t SlotOf(const Budget& budget, Instant at) {
  const std::int64_t micros = at.time_since_epoch().count();
  const std::int64_t length = SlotMicros(budget);
  return micros >= 0 ? micros / length : -((-micros + length - 1) / length);
}

Instant StartOf(const Budget& budget, std::int64_t slot) {
  return Instant(Duration(slot * SlotMicros(budget)));
}

// The first call that stands between `slot` and room for `calls` more in it, as the earliest
// occupied slot of a row of 61 that would be too full; absent if there is room.
std::optional<std::int64_t> Obstacle(const Budget& budget, const BudgetState& state,
                                     std::int64_t slot, std::int64_t calls) {
  const std::int64_t allowed = UsableLimit(budget) - calls;
  const auto begin = state.slots.lower_bound(slot - kReach);
  const auto end = state.slots.upper_bound(slot + kReach);
  std::int64_t sum = 0;
  auto oldest = begin;
  for (auto newest = begin; newest != end; ++newest) {
    sum += newest->second;
    while (std::max(newest->first, slot) - oldest->first > kReach) {
      sum -= oldest->second;
      ++oldest;
    }
    if (sum > allowed) return oldest->first;
  }
  return std::nullopt;
}

// How many calls `slot` can still take.
std::int64_t Room(const Budget& budget, const BudgetState& state, std::int64_t slot) {
  std::int64_t low = 0;
  std::int64_t high = UsableLimit(budget);
  while (low < high) {
    const std::int64_t middle = (low + high + 1) / 2;
    if (Obstacle(budget, state, slot, middle)) {
      high = middle - 1;
    } else {
      low = middle;
    }
  }
  return low;
}

// The earliest slot from `from` on with room for `calls`. Every slot up to 60 after the oldest call
// of a full row shares that row with it, so the search goes on right behind.
std::int64_t EarliestSlot(const Budget& budget, const BudgetState& state, std::int64_t from,
                          std::int64_t calls) {
  std::int64_t slot = from;
  while (const auto obstacle = Obstacle(budget, state, slot, calls)) {
    slot = std::max(slot, *obstacle + kReach) + 1;
  }
  return slot;
}

// The earliest instant from `from` on at which every budget has room for `calls`.
Instant EarliestInstant(const std::vector<Budget>& budgets, const std::vector<BudgetState>& states,
                        std::int64_t calls, Instant from) {
  Instant at = from;
  for (bool moved = true; moved;) {
    moved = false;
    for (std::size_t i = 0; i < budgets.size(); ++i) {
      const std::int64_t wanted = SlotOf(budgets[i], at);
      const std::int64_t found = EarliestSlot(budgets[i], states[i], wanted, calls);
      if (found == wanted) continue;
      at = StartOf(budgets[i], found);
      moved = true;
    }
  }
  return at;
}

std::int64_t SmallestLimit(const std::vector<Budget>& budgets) {
  std::int64_t smallest = UsableLimit(budgets.front());
  for (const Budget& budget : budgets) smallest = std::min(smallest, UsableLimit(budget));
  return smallest;
}

// Those who share a slot in the future are called one after the other, in the order in which they
// asked, rather than all at its beginning.
Instant WithinSlot(const std::vector<Budget>& budgets, const std::vector<BudgetState>& states,
                   Instant at) {
  std::size_t finest = 0;
  Instant end = StartOf(budgets[0], SlotOf(budgets[0], at) + 1);
  for (std::size_t i = 1; i < budgets.size(); ++i) {
    if (SlotMicros(budgets[i]) < SlotMicros(budgets[finest])) finest = i;
    end = std::min(end, StartOf(budgets[i], SlotOf(budgets[i], at) + 1));
  }
  const auto taken = states[finest].slots.find(SlotOf(budgets[finest], at));
  if (taken == states[finest].slots.end()) return at;
  const double share =
      static_cast<double>(taken->second) / static_cast<double>(UsableLimit(budgets[finest]) + 1);
  const double offset = static_cast<double>((end - at).count()) * std::min(share, 0.999);
  return at + Duration(static_cast<std::int64_t>(offset));
}

}  // namespace

std::int64_t UsableLimit(const Budget& budget) {
  // The small addend keeps 100 * (1 - 0.1) from becoming 89.
  const double usable = static_cast<double>(budget.limit) * (1.0 - budget.reserve) + 1e-9;
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(usable));
}

std::int64_t WholeLot(const std::vector<Budget>& budgets) {
  if (budgets.empty()) return std::numeric_limits<std::int64_t>::max();
  return std::max<std::int64_t>(1, SmallestLimit(budgets) / kWholeLotShare);
}

base::Json ToJson(const BudgetState& state) {
  base::Json slots = base::Json::array();
  for (const auto& [slot, calls] : state.slots) slots.push_back({slot, calls});
  base::Json json{{"slots", std::move(slots)}, {"blocks", state.consecutive_blocks}};
  if (state.blocked_until) json["blockedUntil"] = state.blocked_until->time_since_epoch().count();
  return json;
}

base::Result<BudgetState> BudgetStateFromJson(const base::Json& json) {
  const auto corrupt = [] {
    return base::Fail("quota.corrupt", "The stored state of a quota budget cannot be read.");
  };
  BudgetState state;
  const base::Json* slots = base::FindMember(json, "slots");
  const auto blocks = base::FindInteger(json, "blocks");
  if (slots == nullptr || !slots->is_array() || !blocks) return corrupt();
  for (const base::Json& slot : *slots) {
    if (!slot.is_array() || slot.size() != 2 || !slot[0].is_number_integer() ||
        !slot[1].is_number_integer()) {
      return corrupt();
    }
    state.slots[slot[0].get<std::int64_t>()] = slot[1].get<std::int64_t>();
  }
  state.consecutive_blocks = static_cast<int>(*blocks);
  if (json.contains("blockedUntil")) {
    const auto micros = base::FindInteger(json, "blockedUntil");
    if (!micros) return corrupt();
    state.blocked_until = Instant(Duration(*micros));
  }
  return state;
}

Placement Place(const std::vector<Budget>& budgets, const std::vector<BudgetState>& states,
                std::int64_t calls, Instant now) {
  COLDPATH_CHECK(budgets.size() == states.size());
  Placement placement{.at = now, .calls = {}};
  placement.calls.resize(budgets.size());
  if (budgets.empty() || calls <= 0) return placement;
  Instant from = now;
  for (const BudgetState& state : states) {
    if (state.blocked_until) from = std::max(from, *state.blocked_until);
  }
  std::vector<BudgetState> filled = states;
  const std::int64_t lot = calls <= WholeLot(budgets) ? calls : 1;
  for (std::int64_t left = calls; left > 0;) {
    from = EarliestInstant(budgets, filled, lot, from);
    if (left == calls) {
      placement.at = from > now ? std::max(now, WithinSlot(budgets, filled, from)) : now;
    }
    std::int64_t here = left;
    for (std::size_t i = 0; i < budgets.size(); ++i) {
      here = std::min(here, Room(budgets[i], filled[i], SlotOf(budgets[i], from)));
    }
    for (std::size_t i = 0; i < budgets.size(); ++i) {
      const std::int64_t slot = SlotOf(budgets[i], from);
      placement.calls[i][slot] += here;
      filled[i].slots[slot] += here;
    }
    left -= here;
  }
  return placement;
}

void Apply(std::vector<BudgetState>& states, const Placement& placement) {
  COLDPATH_CHECK(states.size() == placement.calls.size());
  for (std::size_t i = 0; i < states.size(); ++i) {
    for (const auto& [slot, calls] : placement.calls[i]) states[i].slots[slot] += calls;
  }
}

void Revert(std::vector<BudgetState>& states, const Placement& placement,
            std::int64_t unused_calls) {
  COLDPATH_CHECK(states.size() == placement.calls.size());
  for (std::size_t i = 0; i < states.size(); ++i) {
    std::int64_t left = unused_calls;
    // The last ones were not made.
    for (auto place = placement.calls[i].rbegin(); place != placement.calls[i].rend() && left > 0;
         ++place) {
      const auto slot = states[i].slots.find(place->first);
      const std::int64_t back = std::min(left, place->second);
      left -= back;
      if (slot == states[i].slots.end()) continue;  // forgotten already
      slot->second -= back;
      if (slot->second <= 0) states[i].slots.erase(slot);
    }
  }
}

void Forget(const Budget& budget, BudgetState& state, Instant now) {
  state.slots.erase(state.slots.begin(), state.slots.lower_bound(SlotOf(budget, now) - kReach));
  if (state.blocked_until && *state.blocked_until <= now) state.blocked_until.reset();
}

std::optional<std::size_t> FindBudget(const std::vector<Budget>& budgets, const std::string& key) {
  const auto found = key.empty() ? std::ranges::min_element(budgets, {}, &Budget::window)
                                 : std::ranges::find(budgets, key, &Budget::key);
  if (found == budgets.end()) return std::nullopt;
  return static_cast<std::size_t>(found - budgets.begin());
}

std::optional<std::int64_t> EnterForeignCalls(const Budget& budget, BudgetState& state,
                                              const QuotaReading& reading, Instant now) {
  if (!reading.remaining) return std::nullopt;
  const std::int64_t present = SlotOf(budget, now);
  std::int64_t used = 0;
  for (const auto& [slot, calls] : state.slots) {
    if (present - kReach <= slot && slot <= present) used += calls;
  }
  const std::int64_t foreign =
      UsableLimit(budget) - std::max<std::int64_t>(0, *reading.remaining) - used;
  if (foreign <= 0) return std::nullopt;
  std::int64_t slot = present;
  if (reading.resets_at) {
    slot = std::clamp(SlotOf(budget, *reading.resets_at) - kReach - 1, present - kReach, present);
  }
  state.slots[slot] += foreign;
  return slot;
}

Instant IdleAfter(const Budget& budget, const BudgetState& state, Instant now) {
  Instant last = std::max(now, state.blocked_until.value_or(now));
  if (!state.slots.empty()) last = std::max(last, StartOf(budget, state.slots.rbegin()->first));
  return last + 2 * budget.window;
}

Instant BlockUntil(const Budget& shortest, const BudgetState& state,
                   std::optional<Instant> retry_at, Instant now) {
  // A time in the past would have us call again at once, for ever.
  if (retry_at && *retry_at > now) return *retry_at;
  Duration wait = shortest.window;
  for (int i = 0; i < state.consecutive_blocks && wait < kLongestBlock; ++i) wait *= 2;
  return now + std::max(shortest.window, std::min(wait, kLongestBlock));
}

}  // namespace coldpath::planner
