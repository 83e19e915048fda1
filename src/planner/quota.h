// Quota arithmetic: when a number of provider calls may be made under the provider's budgets. Pure:
// the ledger (tasks/quota_ledger.h) stores BudgetState, this file says how it changes.
//
// A budget allows `limit` calls in any window of `window` length (sliding: nothing is assumed about
// where the provider's own windows begin). Backfill uses what `reserve` leaves to live sync. A
// reservation takes the earliest place at which all budgets have room; whoever has to wait is told
// its own place, so that nothing wakes in a herd.
#ifndef COLDPATH_PLANNER_QUOTA_H_
#define COLDPATH_PLANNER_QUOTA_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"

namespace coldpath::planner {

// A limit that a provider declares, for one owner of it.
struct Budget {
  // Names the budget wherever it is stored: "oura/app/300s", "google-health/user/<provider
  // user>/60s".
  std::string key;
  std::int64_t limit = 0;
  base::Duration window{};
  // The share of the limit left to live sync, in [0, 1).
  double reserve = 0;
};

// What is known about a budget: calls placed in slots of window/60, reservations not settled, a
// block after a 429.
struct BudgetState {
  std::map<std::int64_t, std::int64_t> slots;  // slot number -> calls placed there
  std::optional<base::Instant> blocked_until;  // the provider said so
  int consecutive_blocks = 0;                  // 429 without a time: the wait doubles
};
base::Json ToJson(const BudgetState& state);
// Error: quota.corrupt.
base::Result<BudgetState> BudgetStateFromJson(const base::Json& json);

// The calls that backfill may make in a window: limit * (1 - reserve), at least 1.
std::int64_t UsableLimit(const Budget& budget);
// The most calls that Place keeps together (a twentieth of the smallest budget, at least 1): their
// owner may make them one after the other from `at` on. Whoever expects more calls reserves that
// many and takes the rest one by one, since it would not know how a larger lot is spread.
std::int64_t WholeLot(const std::vector<Budget>& budgets);

struct Placement {
  base::Instant at;  // not before now
  // How many calls go into which slot, per budget in the order they were given.
  std::vector<std::map<std::int64_t, std::int64_t>> calls;
};

// The earliest moment from `now` on from which `calls` calls can be made: together if they are at
// most WholeLot, else spread as fast as the budgets let them, over several windows if need be. A
// moment in the future is the caller's own: those who share a slot are told one after the other.
Placement Place(const std::vector<Budget>& budgets, const std::vector<BudgetState>& states,
                std::int64_t calls, base::Instant now);
// Enters a placement, and takes it out again (unused calls are given back).
void Apply(std::vector<BudgetState>& states, const Placement& placement);
void Revert(std::vector<BudgetState>& states, const Placement& placement,
            std::int64_t unused_calls);
// Drops slots that no window reaches any more.
void Forget(const Budget& budget, BudgetState& state, base::Instant now);

// What the response of a call tells about a budget.
struct QuotaReading {
  std::string key;  // empty: of the provider's shortest budget
  std::optional<std::int64_t> remaining;
  std::optional<base::Instant> resets_at;
};

// Which of the budgets `key` names: empty means the shortest. Absent: none of them. REQUIRES: there
// are budgets.
std::optional<std::size_t> FindBudget(const std::vector<Budget>& budgets, const std::string& key);
// If the provider has less left than the state says, somebody else calls too: enters the difference
// as calls made. The result is the slot that took them, if any were entered. They leave the window
// when the provider's own window ends, if it said when.
std::optional<std::int64_t> EnterForeignCalls(const Budget& budget, BudgetState& state,
                                              const QuotaReading& reading, base::Instant now);
// From then on nothing of the state matters any more.
base::Instant IdleAfter(const Budget& budget, const BudgetState& state, base::Instant now);

// The end of a block after a 429: the provider's own time, or the end of the budget's window,
// doubled on repetition.
base::Instant BlockUntil(const Budget& shortest, const BudgetState& state,
                         std::optional<base::Instant> retry_at, base::Instant now);

}  // namespace coldpath::planner

#endif  // COLDPATH_PLANNER_QUOTA_H_
