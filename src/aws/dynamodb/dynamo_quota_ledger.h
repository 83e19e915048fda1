// QuotaLedger on the DynamoDB table: a budget's state is an item (or a few lanes of it), a
// reservation another; both change in one transaction on the versions that were read. Calls are
// reserved by the chunk, so that a budget's item is written twice a chunk and not once a call.
//
// A reservation that was answered with "now" counts as used until it is settled, even if its owner
// has died. One that nobody came back for passes with its slots.
#ifndef COLDPATH_AWS_DYNAMODB_DYNAMO_QUOTA_LEDGER_H_
#define COLDPATH_AWS_DYNAMODB_DYNAMO_QUOTA_LEDGER_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "aws/dynamodb/dynamo_table.h"
#include "aws/dynamodb/quota_lanes.h"
#include "tasks/quota_ledger.h"

namespace coldpath::aws {

// Thread-safe, and right with any number of processes beside it.
class DynamoQuotaLedger final : public tasks::QuotaLedger {
 public:
  // `table` must outlive the ledger.
  explicit DynamoQuotaLedger(dynamodb::DynamoTable& table) : table_(table) {}

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
  base::Status Observe(const std::vector<planner::Budget>& budgets,
                       const std::vector<planner::QuotaReading>& readings,
                       base::Instant now) override;
  base::Result<std::map<std::string, planner::BudgetState>> Read(
      const std::vector<std::string>& keys) override;

 private:
  // What was read for one operation, and which lanes of it the operation changes.
  struct Opened {
    std::map<dynamodb::LaneId, dynamodb::Lane> lanes;
    std::set<dynamodb::LaneId> changed;
    std::optional<dynamodb::Reservation> reservation;
  };
  // A lane of each budget.
  using Choice = std::vector<int>;

  base::Status Load(Opened& opened, const std::vector<dynamodb::LaneId>& ids);
  base::Result<Opened> Open(const std::vector<planner::Budget>& budgets,
                            const std::vector<Choice>& choices, const std::string& reservation);
  base::Result<std::optional<base::Instant>> PlaceStillHeld(
      Opened& opened, const std::string& name, const std::vector<planner::Budget>& budgets,
      base::Instant now);
  base::Status Release(Opened& opened, const dynamodb::Reservation& reservation,
                       std::int64_t unused);
  // Writes the changed lanes and `others`. False: somebody else was faster; nothing is written.
  base::Result<bool> Commit(const Opened& opened, std::vector<dynamodb::Write> others);
  static void EnterReading(Opened& opened, const planner::Budget& budget,
                           const planner::QuotaReading& reading, base::Instant now);

  dynamodb::DynamoTable& table_;
};

}  // namespace coldpath::aws

#endif  // COLDPATH_AWS_DYNAMODB_DYNAMO_QUOTA_LEDGER_H_
