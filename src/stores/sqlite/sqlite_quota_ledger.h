// QuotaLedger on coldpath.db.
//
// The states of the budgets in use are kept in memory, written through in the same transaction as
// the reservation that changed them, a row per slot, so that an operation touches the slots of its
// own calls only, however long the queue is. After a restart they are read again on first use.
// A reservation that was answered with "now" counts as used until it is settled, even if its owner
// has died; one that nobody ever came back for gives its calls back when it expires.
#ifndef COLDPATH_STORES_SQLITE_SQLITE_QUOTA_LEDGER_H_
#define COLDPATH_STORES_SQLITE_SQLITE_QUOTA_LEDGER_H_

#include <map>
#include <string>
#include <vector>

#include "stores/sqlite/coldpath_db.h"
#include "tasks/quota_ledger.h"

namespace coldpath::stores {

// At most one of it per ColdpathDb.
class SqliteQuotaLedger final : public tasks::QuotaLedger {
 public:
  // `db` must outlive the ledger.
  explicit SqliteQuotaLedger(ColdpathDb& db) : db_(db) {}

  // If a budget was blocked to behind the place that was given, the reservation gets a new one.
  base::Result<base::Instant> Reserve(const std::string& reservation,
                                      const std::vector<planner::Budget>& budgets,
                                      std::int64_t calls, base::Instant now) override;
  base::Result<base::Instant> TakeOne(const std::vector<planner::Budget>& budgets,
                                      base::Instant now) override;
  base::Status Settle(const std::string& reservation, std::int64_t used,
                      base::Instant now) override;
  // The block is entered in the shortest budget. While it stands, further answers without a time
  // are taken for echoes of the same 429: they do not double it.
  base::Result<base::Instant> Block(const std::vector<planner::Budget>& budgets,
                                    std::optional<base::Instant> retry_at,
                                    base::Instant now) override;
  // If the provider has less left than the ledger believes, somebody else calls too: the difference
  // is entered as calls made.
  base::Status Observe(const std::vector<planner::Budget>& budgets,
                       const std::vector<planner::QuotaReading>& readings,
                       base::Instant now) override;
  base::Result<std::map<std::string, planner::BudgetState>> Read(
      const std::vector<std::string>& keys) override;

 private:
  struct Reservation {
    base::Instant at;
    bool granted = false;  // its owner was told to run
    std::int64_t calls = 0;
    std::vector<std::string> keys;  // of the budgets, as placement.calls has them
    planner::Placement placement;
  };
  using States = std::vector<planner::BudgetState>;

  static base::Result<std::optional<Reservation>> Find(Database& database, const std::string& name);
  static base::Status Insert(Database& database, const std::string& name,
                             const std::vector<planner::Budget>& budgets,
                             const planner::Placement& placement, std::int64_t calls,
                             base::Instant now);
  base::Result<std::optional<base::Instant>> PlaceStillHeld(
      Database& database, const std::string& name, const std::vector<planner::Budget>& budgets,
      base::Instant now);
  base::Status Sweep(Database& database, base::Instant now);
  base::Status Release(Database& database, const Reservation& reservation, std::int64_t unused);

  // States go out of the cache while they are worked on and come back by Return. What an error
  // leaves outside is read from the rows the next time.
  base::Result<planner::BudgetState> Take(Database& database, const std::string& key);
  base::Result<States> TakeAll(Database& database, const std::vector<planner::Budget>& budgets,
                               base::Instant now);
  void ReturnAll(const std::vector<planner::Budget>& budgets, States states);

  ColdpathDb& db_;
  // Used inside of ColdpathDb::Write only, which lets one in at a time.
  std::map<std::string, planner::BudgetState> cache_;
  std::uint64_t rollbacks_seen_ = 0;
};

}  // namespace coldpath::stores

#endif  // COLDPATH_STORES_SQLITE_SQLITE_QUOTA_LEDGER_H_
