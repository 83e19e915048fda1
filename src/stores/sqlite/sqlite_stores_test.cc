// The contract suites over coldpath.db, in a file and in memory.
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>

#include "stores/sqlite/coldpath_db.h"
#include "stores/sqlite/sqlite_connection_store.h"
#include "stores/sqlite/sqlite_entitlements.h"
#include "stores/sqlite/sqlite_event_sink.h"
#include "stores/sqlite/sqlite_inbox_store.h"
#include "stores/sqlite/sqlite_job_store.h"
#include "stores/sqlite/sqlite_quota_ledger.h"
#include "tasks/chunk_store_contract.h"
#include "tasks/connection_store_contract.h"
#include "tasks/entitlements_contract.h"
#include "tasks/event_publisher_contract.h"
#include "tasks/inbox_store_contract.h"
#include "tasks/job_store_contract.h"
#include "tasks/quota_ledger_contract.h"

namespace coldpath::stores {
namespace {

// A database of its own, gone with it.
class Holder {
 public:
  explicit Holder(bool in_memory) : in_memory_(in_memory) {
    static std::atomic<int> made = 0;
    folder_ = std::filesystem::path(::testing::TempDir()) /
              ("sqlite_stores_" + std::to_string(::getpid()) + "_" + std::to_string(made++));
    if (!in_memory_) std::filesystem::create_directories(folder_);
    Open();
  }
  ~Holder() {
    db_.reset();
    std::filesystem::remove_all(folder_);
  }
  ColdpathDb& db() { return *db_; }
  bool Reopen() {
    if (in_memory_) return false;
    db_.reset();
    Open();
    return true;
  }

 private:
  void Open() {
    auto db = ColdpathDb::Open(in_memory_ ? ":memory:" : (folder_ / "coldpath.db").string());
    EXPECT_TRUE(db) << db.error().message;
    db_ = std::move(*db);
  }

  const bool in_memory_;
  std::filesystem::path folder_;
  std::unique_ptr<ColdpathDb> db_;
};

template <typename Base, typename Adapter>
class Harness final : public Base {
 public:
  explicit Harness(bool in_memory) : holder_(in_memory), store_(holder_.db()) {}
  Adapter& store() override { return store_; }

 private:
  Holder holder_;
  Adapter store_;
};

class LedgerHarness final : public tasks::QuotaLedgerHarness {
 public:
  explicit LedgerHarness(bool in_memory) : holder_(in_memory) { Make(); }
  tasks::QuotaLedger& ledger() override { return *ledger_; }
  bool Restart() override {
    if (!holder_.Reopen()) return false;
    Make();
    return true;
  }

 private:
  void Make() { ledger_ = std::make_unique<SqliteQuotaLedger>(holder_.db()); }

  Holder holder_;
  std::unique_ptr<SqliteQuotaLedger> ledger_;
};

class SinkHarness final : public tasks::EventPublisherHarness {
 public:
  explicit SinkHarness(bool in_memory) : holder_(in_memory) {}
  tasks::EventPublisher& publisher() override { return sink_; }
  std::vector<tasks::OutboxEvent> Received(std::size_t) override { return *sink_.List(100); }

 private:
  Holder holder_;
  SqliteEventSink sink_{holder_.db()};
};

template <typename Maker, typename Harness>
auto Both() {
  return ::testing::Values(Maker{[] { return std::make_unique<Harness>(false); }},
                           Maker{[] { return std::make_unique<Harness>(true); }});
}

template <typename Param>
std::string KindName(const ::testing::TestParamInfo<Param>& info) {
  return info.index == 0 ? "File" : "Memory";
}

}  // namespace
}  // namespace coldpath::stores

namespace coldpath::tasks {

using stores::Both;
using stores::Harness;

using JobHarness = Harness<JobStoreHarness, stores::SqliteJobStore>;
INSTANTIATE_TEST_SUITE_P(Sqlite, JobStoreContract, (Both<JobStoreMaker, JobHarness>()),
                         stores::KindName<JobStoreMaker>);
INSTANTIATE_TEST_SUITE_P(Sqlite, ChunkStoreContract, (Both<JobStoreMaker, JobHarness>()),
                         stores::KindName<JobStoreMaker>);
using ConnectionHarness = Harness<ConnectionStoreHarness, stores::SqliteConnectionStore>;
INSTANTIATE_TEST_SUITE_P(Sqlite, ConnectionStoreContract,
                         (Both<ConnectionStoreMaker, ConnectionHarness>()),
                         stores::KindName<ConnectionStoreMaker>);
using SqliteEntitlementsHarness = Harness<EntitlementsHarness, stores::SqliteEntitlements>;
INSTANTIATE_TEST_SUITE_P(Sqlite, EntitlementsContract,
                         (Both<EntitlementsMaker, SqliteEntitlementsHarness>()),
                         stores::KindName<EntitlementsMaker>);
using InboxHarness = Harness<InboxStoreHarness, stores::SqliteInboxStore>;
INSTANTIATE_TEST_SUITE_P(Sqlite, InboxStoreContract, (Both<InboxStoreMaker, InboxHarness>()),
                         stores::KindName<InboxStoreMaker>);
INSTANTIATE_TEST_SUITE_P(Sqlite, QuotaLedgerContract,
                         (Both<QuotaLedgerMaker, stores::LedgerHarness>()),
                         stores::KindName<QuotaLedgerMaker>);
INSTANTIATE_TEST_SUITE_P(Sqlite, EventPublisherContract,
                         (Both<EventPublisherMaker, stores::SinkHarness>()),
                         stores::KindName<EventPublisherMaker>);

}  // namespace coldpath::tasks

namespace coldpath::stores {
namespace {

TEST(SqliteEventSinkTest, KeepsAnEventOnce) {
  Holder holder(true);
  SqliteEventSink sink(holder.db());
  const base::Instant time = base::FromUnixSeconds(1);
  ASSERT_TRUE(sink.Publish({.id = "1", .type = "Completed", .data = {{"a", 1}}, .time = time}));
  ASSERT_TRUE(sink.Publish({.id = "1", .type = "Completed", .data = {{"a", 2}}, .time = time}));
  ASSERT_TRUE(sink.Publish({.id = "2", .type = "Completed", .data = {}, .time = time}));
  const auto events = sink.List(10);
  ASSERT_TRUE(events);
  ASSERT_EQ(events->size(), 2u);
  EXPECT_EQ(events->at(0).data, (base::Json{{"a", 1}}));
  EXPECT_EQ(events->at(1).id, "2");
  EXPECT_EQ(sink.List(1)->size(), 1u);
}

TEST(SqliteEntitlementsTest, KnownClaimsAreNotWrittenAgain) {
  Holder holder(false);
  SqliteEntitlements entitlements(holder.db());
  ASSERT_TRUE(entitlements.Record("ann", true, base::FromUnixSeconds(5)));
  const std::uint64_t before = holder.db().commits();
  ASSERT_TRUE(entitlements.Record("ann", true, base::FromUnixSeconds(5)));
  ASSERT_TRUE(entitlements.Record("ann", false, base::FromUnixSeconds(4)));
  EXPECT_EQ(holder.db().commits(), before);
}

TEST(SqliteQuotaLedgerTest, ForgetsReservationsThatNobodyCameBackFor) {
  Holder holder(false);
  SqliteQuotaLedger ledger(holder.db());
  const std::vector<planner::Budget> budgets{
      {.key = "b/60s", .limit = 10, .window = std::chrono::seconds(60)},
      {.key = "b/1d", .limit = 1000, .window = std::chrono::hours(24)}};
  const base::Instant start = base::FromUnixSeconds(1'800'000'000);
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(ledger.Reserve("lost-" + std::to_string(i), budgets, 5, start));
  }
  const base::Instant later = start + std::chrono::hours(2);
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(ledger.Reserve("new", budgets, 1, later));
    ASSERT_TRUE(ledger.Settle("new", 1, later));
  }
  std::int64_t calls = 0;
  const auto states = ledger.Read({"b/1d"});
  ASSERT_TRUE(states);
  for (const auto& [slot, count] : states->at("b/1d").slots) calls += count;
  EXPECT_EQ(calls, 10 + 5) << "the two that were told to run count as used, and the new ones";
}

}  // namespace
}  // namespace coldpath::stores
