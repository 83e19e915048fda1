// The contract suites over DynamoDB Local, each test in a table of its own. tests/aws/emulators.sh
// runs it; without its address in COLDPATH_TEST_DYNAMODB they are skipped.
#include <gtest/gtest.h>

#include "aws/dynamodb/dynamo_connection_store.h"
#include "aws/dynamodb/dynamo_entitlements.h"
#include "aws/dynamodb/dynamo_inbox_store.h"
#include "aws/dynamodb/dynamo_job_store.h"
#include "aws/dynamodb/dynamo_quota_ledger.h"
#include "aws/dynamodb/local_table_testing.h"
#include "tasks/chunk_store_contract.h"
#include "tasks/connection_store_contract.h"
#include "tasks/entitlements_contract.h"
#include "tasks/inbox_store_contract.h"
#include "tasks/job_store_contract.h"
#include "tasks/quota_ledger_contract.h"

namespace coldpath::aws {
namespace {

template <typename Base, typename Adapter>
class Harness final : public Base {
 public:
  Adapter& store() override { return store_; }

 private:
  dynamodb::LocalTable local_;
  Adapter store_{local_.table()};
};

class LedgerHarness final : public tasks::QuotaLedgerHarness {
 public:
  tasks::QuotaLedger& ledger() override { return *ledger_; }
  bool Restart() override {
    ledger_ = std::make_unique<DynamoQuotaLedger>(local_.table());
    return true;
  }

 private:
  dynamodb::LocalTable local_;
  std::unique_ptr<DynamoQuotaLedger> ledger_ = std::make_unique<DynamoQuotaLedger>(local_.table());
};

template <typename Maker, typename Harness>
auto OnDynamoDb() {
  return ::testing::ValuesIn(
      IfEmulated(dynamodb::kDynamoDbVariable, Maker{[] { return std::make_unique<Harness>(); }}));
}

template <typename Param>
std::string Name(const ::testing::TestParamInfo<Param>&) {
  return "Local";
}

TEST(DynamoDbTest, IsThere) {
  if (!EmulatorUrl(dynamodb::kDynamoDbVariable)) {
    GTEST_SKIP() << dynamodb::kDynamoDbVariable
                 << " names no DynamoDB: tests/aws/emulators.sh starts one";
  }
}

}  // namespace
}  // namespace coldpath::aws

namespace coldpath::tasks {

using aws::Harness;
using aws::OnDynamoDb;

// Without DynamoDB these are instantiated over nothing; DynamoDbTest says so.
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(JobStoreContract);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ChunkStoreContract);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ConnectionStoreContract);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(EntitlementsContract);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(InboxStoreContract);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(QuotaLedgerContract);

using DynamoJobs = Harness<JobStoreHarness, aws::DynamoJobStore>;
INSTANTIATE_TEST_SUITE_P(DynamoDb, JobStoreContract, (OnDynamoDb<JobStoreMaker, DynamoJobs>()),
                         aws::Name<JobStoreMaker>);
INSTANTIATE_TEST_SUITE_P(DynamoDb, ChunkStoreContract, (OnDynamoDb<JobStoreMaker, DynamoJobs>()),
                         aws::Name<JobStoreMaker>);
using DynamoConnections = Harness<ConnectionStoreHarness, aws::DynamoConnectionStore>;
INSTANTIATE_TEST_SUITE_P(DynamoDb, ConnectionStoreContract,
                         (OnDynamoDb<ConnectionStoreMaker, DynamoConnections>()),
                         aws::Name<ConnectionStoreMaker>);
using DynamoClaims = Harness<EntitlementsHarness, aws::DynamoEntitlements>;
INSTANTIATE_TEST_SUITE_P(DynamoDb, EntitlementsContract,
                         (OnDynamoDb<EntitlementsMaker, DynamoClaims>()),
                         aws::Name<EntitlementsMaker>);
using DynamoInbox = Harness<InboxStoreHarness, aws::DynamoInboxStore>;
INSTANTIATE_TEST_SUITE_P(DynamoDb, InboxStoreContract, (OnDynamoDb<InboxStoreMaker, DynamoInbox>()),
                         aws::Name<InboxStoreMaker>);
INSTANTIATE_TEST_SUITE_P(DynamoDb, QuotaLedgerContract,
                         (OnDynamoDb<QuotaLedgerMaker, aws::LedgerHarness>()),
                         aws::Name<QuotaLedgerMaker>);

}  // namespace coldpath::tasks
