// Port: what every provider budget has left, shared by all workers of all processes. The arithmetic
// is planner/quota.h; an adapter stores the states and changes them by conditional writes.
#ifndef COLDPATH_TASKS_QUOTA_LEDGER_H_
#define COLDPATH_TASKS_QUOTA_LEDGER_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "planner/quota.h"

namespace coldpath::tasks {

// Thread-safe; calls block. Errors: store.io, store.conflict (after many tries: try later).
class QuotaLedger {
 public:
  virtual ~QuotaLedger() = default;

  // Takes a place for `calls` calls under the name `reservation` (execution and chunk). Asked again
  // under the same name it answers with the same place, unless the place has passed unused for
  // longer than its window: then a new one. The result is the moment from which the calls may be
  // made; now or earlier means run.
  virtual base::Result<base::Instant> Reserve(const std::string& reservation,
                                              const std::vector<planner::Budget>& budgets,
                                              std::int64_t calls, base::Instant now) = 0;
  // One more call than was reserved, if there is room right now; else the moment from which there
  // is.
  virtual base::Result<base::Instant> TakeOne(const std::vector<planner::Budget>& budgets,
                                              base::Instant now) = 0;
  // The reservation is over; `used` calls were made of it, the rest goes back. Unknown names are
  // fine.
  virtual base::Status Settle(const std::string& reservation, std::int64_t used,
                              base::Instant now) = 0;

  // The provider answered 429: nobody calls before the result, which is the provider's time or the
  // end of the shortest budget's window, doubled on repetition.
  virtual base::Result<base::Instant> Block(const std::vector<planner::Budget>& budgets,
                                            std::optional<base::Instant> retry_at,
                                            base::Instant now) = 0;
  // What the response headers of a successful call said; also ends a series of blocks.
  virtual base::Status Observe(const std::vector<planner::Budget>& budgets,
                               const std::vector<planner::QuotaReading>& readings,
                               base::Instant now) = 0;

  virtual base::Result<std::map<std::string, planner::BudgetState>> Read(
      const std::vector<std::string>& keys) = 0;
};

}  // namespace coldpath::tasks

#endif  // COLDPATH_TASKS_QUOTA_LEDGER_H_
