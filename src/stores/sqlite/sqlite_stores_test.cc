// The contract suites over coldpath.db, in a file and in memory.
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>

#include "stores/sqlite/coldpath_db.h"
#include "stores/sqlite/sqlite_connection_store.h"
#include "stores/sqlite/sqlite_delivery_queue.h"
#include "stores/sqlite/sqlite_entitlements.h"
#include "stores/sqlite/sqlite_event_sink.h"
#include "stores/sqlite/sqlite_inbox_store.h"
#include "stores/sqlite/sqlite_job_store.h"
#include "stores/sqlite/sqlite_push_registry.h"
#include "stores/sqlite/sqlite_quota_ledger.h"
#include "tasks/chunk_store_contract.h"
#include "tasks/connection_store_contract.h"
#include "tasks/delivery_queue_contract.h"
#include "tasks/entitlements_contract.h"
#include "tasks/event_publisher_contract.h"
#include "tasks/inbox_store_contract.h"
#include "tasks/job_store_contract.h"
#include "tasks/push_registry_contract.h"
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

class QueueHarness final : public tasks::DeliveryQueueHarness {
 public:
  explicit QueueHarness(bool in_memory) : holder_(in_memory) { Make(); }
  tasks::DeliveryQueue& queue() override { return *queue_; }
  bool Restart() override {
    if (!holder_.Reopen()) return false;
    Make();
    return true;
  }

 private:
  void Make() { queue_ = std::make_unique<SqliteDeliveryQueue>(holder_.db()); }

  Holder holder_;
  std::unique_ptr<SqliteDeliveryQueue> queue_;
};

// Binds what it seals, and hides it.
class XorVault final : public tasks::KeyVault {
 public:
  base::Result<std::string> Seal(std::string_view plain, std::string_view context) override {
    return Turn(std::string(context) + "|" + std::string(plain));
  }
  base::Result<std::string> Open(std::string_view sealed, std::string_view context) override {
    const std::string text = Turn(std::string(sealed));
    const std::string prefix = std::string(context) + "|";
    if (!text.starts_with(prefix)) return base::Fail("vault.not_authentic", "Not sealed for it.");
    return text.substr(prefix.size());
  }

 private:
  static std::string Turn(std::string text) {
    for (char& c : text) c = static_cast<char>(c ^ 0x55);
    return text;
  }
};

class RegistryHarness final : public tasks::PushRegistryHarness {
 public:
  explicit RegistryHarness(bool in_memory) : holder_(in_memory) {}
  tasks::PushRegistry& registry() override { return registry_; }
  std::vector<tasks::PushKind> offered() const override {
    return {tasks::PushKind::kWebPush, tasks::PushKind::kFcm};
  }
  bool keeps_addresses() const override { return true; }

 private:
  Holder holder_;
  XorVault vault_;
  SqlitePushRegistry registry_{
      holder_.db(), vault_, {tasks::PushKind::kWebPush, tasks::PushKind::kFcm}};
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
INSTANTIATE_TEST_SUITE_P(Sqlite, DeliveryQueueContract,
                         (Both<DeliveryQueueMaker, stores::QueueHarness>()),
                         stores::KindName<DeliveryQueueMaker>);
INSTANTIATE_TEST_SUITE_P(Sqlite, PushRegistryContract,
                         (Both<PushRegistryMaker, stores::RegistryHarness>()),
                         stores::KindName<PushRegistryMaker>);
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

tasks::PushSubscription Phone(const std::string& token) {
  return {.id = "phone", .user_id = "ann", .kind = tasks::PushKind::kFcm, .address = token};
}

TEST(SqlitePushRegistryTest, AddressesLieSealed) {
  Holder holder(true);
  XorVault vault;
  SqlitePushRegistry registry(holder.db(), vault, {tasks::PushKind::kFcm});
  ASSERT_TRUE(registry.Put(Phone("a token that nobody may read")));
  const auto rows = holder.db().Read([](Database& database) {
    return FirstRow(database.Query("SELECT group_concat(id || user_id || kind || address_digest || "
                                   "label || sealed) FROM push_subscriptions"),
                    [](Statement& row) { return row.Text(0); });
  });
  ASSERT_TRUE(rows && *rows);
  EXPECT_NE((*rows)->find("phone"), std::string::npos);
  EXPECT_EQ((*rows)->find("token"), std::string::npos);
}

TEST(SqlitePushRegistryTest, WhatALostKeySealedIsLeftOutUntilItIsEnteredAgain) {
  Holder holder(true);
  XorVault vault;
  SqlitePushRegistry registry(holder.db(), vault, {tasks::PushKind::kFcm});
  ASSERT_TRUE(registry.Put(Phone("token")));
  ASSERT_TRUE(holder.db().Write([](Database& database) {
    return database.Run("UPDATE push_subscriptions SET sealed=x'00'");
  }));
  EXPECT_TRUE(registry.List("ann")->empty()) << "and no sync fails for it";
  ASSERT_TRUE(registry.Put(Phone("token")));
  EXPECT_EQ(registry.List("ann")->size(), 1u);
}

TEST(SqlitePushRegistryTest, RowsThatCannotBeReadAreErrors) {
  Holder holder(true);
  XorVault vault;
  SqlitePushRegistry registry(holder.db(), vault, {tasks::PushKind::kFcm});
  ASSERT_TRUE(registry.Put(Phone("token")));
  const auto change = [&](const char* sql) {
    ASSERT_TRUE(holder.db().Write([&](Database& database) { return database.Run(sql); }));
  };
  const auto sealed = vault.Seal("{}", "push phone");
  ASSERT_TRUE(holder.db().Write([&](Database& database) {
    return database.Run("UPDATE push_subscriptions SET sealed=?", Blob{*sealed});
  }));
  EXPECT_EQ(registry.List("ann").error().code, "store.corrupt");
  change("UPDATE push_subscriptions SET kind='pigeon'");
  EXPECT_EQ(registry.List("ann").error().code, "store.corrupt");
  for (const char* off : {"'{}'", "'[\"N-99\"]'", "'[1]'", "'no'"}) {
    change((std::string("INSERT OR REPLACE INTO push_switches(user_id, off) VALUES('ann',") + off +
            ")")
               .c_str());
    EXPECT_EQ(registry.ReadSwitches("ann").error().code, "store.corrupt") << off;
  }
}

TEST(SqliteDeliveryQueueTest, AnIdleQueueIsNotWrittenTo) {
  Holder holder(false);
  SqliteDeliveryQueue queue(holder.db());
  const std::uint64_t before = holder.db().commits();
  EXPECT_TRUE(queue.TakeDue(base::FromUnixSeconds(5), {.lease = std::chrono::seconds(1)})->empty());
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
