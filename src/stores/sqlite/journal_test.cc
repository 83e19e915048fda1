#include "stores/sqlite/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>

#include "base/thread_pool.h"
#include "engine/journal_contract.h"
#include "stores/memory/memory_journal.h"
#include "stores/sqlite/journal_schema.h"

namespace coldpath::stores {
namespace {

using ::testing::HasSubstr;

std::string TestFolder() {
  static std::atomic<int> count = 0;
  const std::string folder =
      ::testing::TempDir() + "journal_" + std::to_string(getpid()) + "_" + std::to_string(++count);
  std::filesystem::create_directories(folder);
  return folder;
}

class SqliteFixture final : public engine::JournalFixture {
 public:
  SqliteFixture() { Reopen(); }
  ~SqliteFixture() override {
    journal_.reset();
    std::filesystem::remove_all(folder_);
  }
  engine::Journal& journal() override { return *journal_; }
  void Reopen() override {
    journal_.reset();
    auto opened = SqliteJournal::Open(folder_ + "/engine.db", *pool_);
    EXPECT_TRUE(opened) << opened.error().message;
    journal_ = *std::move(opened);
  }

 private:
  const std::string folder_ = TestFolder();
  std::unique_ptr<base::Clock> clock_ = base::MakeSystemClock();
  std::unique_ptr<base::ThreadPool> pool_ = base::MakeThreadPool(*clock_, 1);
  std::unique_ptr<SqliteJournal> journal_;
};

class MemoryFixture final : public engine::JournalFixture {
 public:
  engine::Journal& journal() override { return journal_; }
  void Reopen() override { journal_.CrashLosingUndurable(); }

 private:
  std::unique_ptr<base::Clock> clock_ = base::MakeSystemClock();
  std::unique_ptr<base::ThreadPool> pool_ = base::MakeThreadPool(*clock_, 1);
  MemoryJournal journal_{*pool_, *clock_};
};

}  // namespace
}  // namespace coldpath::stores

namespace coldpath::engine {

INSTANTIATE_TEST_SUITE_P(
    Stores, JournalContract,
    ::testing::Values(
        JournalUnderTest{"Sqlite", [] { return std::make_unique<stores::SqliteFixture>(); }},
        JournalUnderTest{"Memory", [] { return std::make_unique<stores::MemoryFixture>(); }}),
    [](const auto& info) { return info.param.name; });

}  // namespace coldpath::engine

namespace coldpath::stores {
namespace {

class SqliteJournalTest : public ::testing::Test {
 protected:
  ~SqliteJournalTest() override { std::filesystem::remove_all(folder_); }
  std::string Path() const { return folder_ + "/engine.db"; }

  static engine::JournalBatch Batch(engine::ExecutionKey key, std::size_t bytes = 10) {
    engine::JournalBatch batch;
    engine::ExecutionRecord record;
    record.key = key;
    record.arn = "arn:" + std::to_string(key);
    record.input = std::string(bytes, 'x');
    batch.created.push_back(record);
    batch.frames.push_back({key, {.id = 0, .removed = false, .control = "c", .payload = "p"}});
    return batch;
  }

  const std::string folder_ = TestFolder();
  std::unique_ptr<base::Clock> clock_ = base::MakeSystemClock();
  std::unique_ptr<base::ThreadPool> pool_ = base::MakeThreadPool(*clock_, 1);
};

TEST_F(SqliteJournalTest, WritesAllThatWaitInOneTransaction) {
  pool_->Stop();  // so that only Flush writes
  auto journal = SqliteJournal::Open(Path(), *pool_);
  ASSERT_TRUE(journal);
  for (int i = 1; i <= 100; ++i) (*journal)->Commit(Batch(i), nullptr);
  ASSERT_TRUE((*journal)->Flush());
  EXPECT_EQ((*journal)->transactions(), 1);
  EXPECT_EQ((*journal)->GreatestKey().value(), 100);
}

TEST_F(SqliteJournalTest, AfterALostBatchNothingMoreIsWritten) {
  auto journal = SqliteJournal::Open(Path(), *pool_);
  ASSERT_TRUE(journal);
  (*journal)->Commit(Batch(1), nullptr);
  ASSERT_TRUE((*journal)->Flush());
  base::Status second, third;
  (*journal)->Commit(Batch(1), [&](base::Status status) { second = status; });  // same key
  EXPECT_FALSE((*journal)->Flush());
  (*journal)->Commit(Batch(2), [&](base::Status status) { third = status; });
  EXPECT_FALSE((*journal)->Flush());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, "journal.io");
  EXPECT_THAT(second.error().message, HasSubstr("store.conflict"));
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, "journal.io");
  EXPECT_EQ((*journal)->GreatestKey().value(), 1) << "reads go on";
}

TEST_F(SqliteJournalTest, ReportsTheClosedJournalAndWritesWhatWaited) {
  base::Status last = base::Fail("test.unreported", "");
  {
    pool_->Stop();
    auto journal = SqliteJournal::Open(Path(), *pool_);
    ASSERT_TRUE(journal);
    (*journal)->Commit(Batch(7), [&](base::Status status) { last = status; });
  }
  EXPECT_TRUE(last);
  auto again = SqliteJournal::Open(Path(), *pool_);
  EXPECT_EQ((*again)->GreatestKey().value(), 7);
}

TEST_F(SqliteJournalTest, RefusesAFileOfANewerRelease) {
  {
    auto database = Database::Open(Path());
    ASSERT_TRUE(database->Execute("PRAGMA user_version=1000"));
  }
  const auto journal = SqliteJournal::Open(Path(), *pool_);
  ASSERT_FALSE(journal);
  EXPECT_EQ(journal.error().code, "store.newer_schema");
}

TEST_F(SqliteJournalTest, ReportsDamageOnReading) {
  auto journal = SqliteJournal::Open(Path(), *pool_);
  ASSERT_TRUE(journal);
  (*journal)->Commit(Batch(1), nullptr);
  ASSERT_TRUE((*journal)->Flush());
  auto database = Database::Open(Path());
  ASSERT_TRUE(
      database->Execute("UPDATE executions SET status=99; INSERT INTO history(execution,"
                        "last_id,events) VALUES(1,1,'[[1]]')"));
  const auto found = (*journal)->FindByArn("arn:1");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, "journal.io");
  EXPECT_THAT(found.error().message, HasSubstr("unknown status 99"));
  EXPECT_THAT((*journal)->ReadHistory(1, 0, 5).error().message, HasSubstr("store.corrupt"));
}

TEST(MemoryJournalTest, ACrashLosesWhatWasNotDurable) {
  auto clock = base::MakeSystemClock();
  auto pool = base::MakeThreadPool(*clock, 1);
  pool->Stop();
  MemoryJournal journal(*pool, *clock);
  engine::JournalBatch batch;
  batch.definitions.push_back({"a", "text"});
  journal.Commit(std::move(batch), nullptr);
  ASSERT_TRUE(journal.Flush());
  bool reported = false;
  engine::JournalBatch lost;
  lost.definitions.push_back({"b", "text"});
  journal.Commit(std::move(lost), [&](base::Status) { reported = true; });
  journal.CrashLosingUndurable();
  ASSERT_TRUE(journal.Flush());
  EXPECT_FALSE(reported);
  EXPECT_TRUE(journal.LoadDefinition("a").value());
  EXPECT_FALSE(journal.LoadDefinition("b").value());
}

TEST(MemoryJournalTest, FailsWhenToldTo) {
  auto clock = base::MakeSystemClock();
  auto pool = base::MakeThreadPool(*clock, 1);
  MemoryJournal journal(*pool, *clock);
  journal.FailCommits("the disk is full");
  base::Status reported;
  journal.Commit({}, [&](base::Status status) { reported = status; });
  EXPECT_EQ(journal.Flush().error().code, "journal.io");
  EXPECT_FALSE(reported);
}

}  // namespace
}  // namespace coldpath::stores
