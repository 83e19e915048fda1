#include "stores/sqlite/coldpath_db.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "stores/sqlite/coldpath_schema.h"
#include "stores/sqlite/sqlite_job_store.h"

namespace coldpath::stores {
namespace {

class ColdpathDbTest : public ::testing::Test {
 protected:
  ColdpathDbTest() { std::filesystem::create_directories(folder_); }
  ~ColdpathDbTest() override { std::filesystem::remove_all(folder_); }
  std::string Path() const { return (folder_ / "coldpath.db").string(); }
  static base::Status Add(Database& database, const std::string& user) {
    return database.Run("INSERT INTO entitlements(user_id, pro, issued) VALUES(?,1,1)", user);
  }
  static base::Result<std::int64_t> Count(ColdpathDb& db) {
    return db.Read([](Database& database) -> base::Result<std::int64_t> {
      COLDPATH_ASSIGN_OR_RETURN(const auto count,
                                FirstRow(database.Query("SELECT count(*) FROM entitlements"),
                                         [](Statement& row) { return row.Int64(0); }));
      return *count;
    });
  }

  const std::filesystem::path folder_ =
      std::filesystem::path(::testing::TempDir()) / ("coldpath_db_" + std::to_string(::getpid()));
};

TEST_F(ColdpathDbTest, WhatFailsLeavesNothing) {
  for (const std::string& path : {Path(), std::string(":memory:")}) {
    auto db = ColdpathDb::Open(path);
    ASSERT_TRUE(db) << db.error().message;
    const auto failed = (*db)->Write([](Database& database) -> base::Result<int> {
      COLDPATH_RETURN_IF_ERROR(Add(database, "ann"));
      return base::Fail("store.conflict", "after all");
    });
    EXPECT_EQ(failed.error().code, "store.conflict");
    EXPECT_EQ(Count(**db), 0);
    EXPECT_EQ((*db)->Write([](Database& database) -> base::Result<int> {
      COLDPATH_RETURN_IF_ERROR(Add(database, "ann"));
      return 7;
    }),
              7);
    EXPECT_EQ(Count(**db), 1);
  }
}

TEST_F(ColdpathDbTest, CallersWhoWaitAreCommittedTogetherAndConflictsHurtNobodyElse) {
  auto db = *ColdpathDb::Open(Path());
  constexpr int kCallers = 8;
  std::atomic<bool> holding = false;
  std::atomic<int> waiting = 0;
  std::atomic<int> refused = 0;
  const std::uint64_t before = db->commits();
  std::vector<std::thread> threads;
  // The first holds its transaction until the others stand at the door.
  threads.emplace_back([&] {
    EXPECT_TRUE(db->Write([&](Database& database) {
      holding = true;
      while (waiting < kCallers) std::this_thread::yield();
      return Add(database, "first");
    }));
  });
  for (int i = 0; i < kCallers; ++i) {
    threads.emplace_back([&, i] {
      while (!holding) std::this_thread::yield();
      for (int round = 0; round < 50; ++round) {
        ++waiting;
        // Every other one is refused: "first" exists.
        const std::string user =
            i % 2 == 0 ? "first" : std::to_string(i) + "/" + std::to_string(round);
        const auto added = db->Write([&](Database& database) { return Add(database, user); });
        if (!added) {
          EXPECT_EQ(added.error().code, "store.conflict");
          ++refused;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_GE(refused, kCallers / 2 * 50 - 1);
  EXPECT_EQ(*Count(*db), 1 + kCallers * 50 - refused);
  EXPECT_LT(db->commits() - before, 1u + kCallers * 50u) << "some were grouped";
}

TEST_F(ColdpathDbTest, ReadersSeeWhatWasWrittenBefore) {
  auto db = *ColdpathDb::Open(Path());
  std::vector<std::thread> threads;
  for (int i = 0; i < 12; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < 20; ++round) {
        const std::string user = std::to_string(i) + "/" + std::to_string(round);
        ASSERT_TRUE(db->Write([&](Database& database) { return Add(database, user); }));
        const auto found = db->Read([&](Database& database) {
          return FirstRow(database.Query("SELECT pro FROM entitlements WHERE user_id=?", user),
                          [](Statement& row) { return row.Int64(0); });
        });
        ASSERT_TRUE(found);
        EXPECT_EQ(*found, 1);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_F(ColdpathDbTest, AFullDiskIsToldAndPasses) {
  auto db = *ColdpathDb::Open(Path());
  const auto limit = [&](int pages) {
    return db->Write([&](Database& database) {
      return ForEachRow(database.Query("PRAGMA max_page_count=" + std::to_string(pages)),
                        [](Statement&) { return base::Status(); });
    });
  };
  ASSERT_TRUE(limit(1));  // as small as the file is by now
  SqliteJobStore store(*db);
  domain::Job job;
  job.id = "1";
  job.user_id = "ann";
  job.failure_message = std::string(1 << 20, 'x');
  const auto full = store.CreateJob(job, {.key = "k", .user_id = "ann", .job_id = "1"});
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, "store.full");
  EXPECT_EQ(store.GetJob("ann", "1").error().code, "store.not_found");
  EXPECT_FALSE(store.FindKey("k")->has_value());
  ASSERT_TRUE(limit(1'000'000));
  EXPECT_TRUE(store.CreateJob(job, {.key = "k", .user_id = "ann", .job_id = "1"}));
}

TEST_F(ColdpathDbTest, AFileOfTheFirstReleaseGetsTheMeter) {
  {
    auto database = Database::Open(Path());
    ASSERT_TRUE(database && database->Migrate(ColdpathMigrations().first(1)));
    ASSERT_TRUE(database->Run("INSERT INTO jobs VALUES(1, 'j', 'ann', 1, 1, '{}')"));
    ASSERT_TRUE(database->Run("INSERT INTO job_progress(job, bytes) VALUES(1, 5)"));
    ASSERT_TRUE(
        database->Run("INSERT INTO chunks VALUES(1, 1, 'c', 'running', 1, '{\"bytes\":5}')"));
  }
  auto db = ColdpathDb::Open(Path());
  ASSERT_TRUE(db) << db.error().message;
  SqliteJobStore store(**db);
  const auto progress = store.GetProgress("j");
  ASSERT_TRUE(progress) << progress.error().message;
  EXPECT_EQ(progress->bytes, 5);
  EXPECT_EQ(progress->billed_seconds, 0);
  const auto document = (*db)->Read([](Database& database) -> base::Result<std::string> {
    COLDPATH_ASSIGN_OR_RETURN(const auto found,
                              FirstRow(database.Query("SELECT document FROM chunks"),
                                       [](Statement& row) { return std::string(row.Text(0)); }));
    return *found;
  });
  EXPECT_EQ(*document, R"({"bytes":5,"billed_seconds":0})");
}

TEST_F(ColdpathDbTest, RefusesAFileOfANewerRelease) {
  {
    auto db = *ColdpathDb::Open(Path());
    ASSERT_TRUE(
        db->Write([](Database& database) { return database.Execute("PRAGMA user_version=99"); }));
  }
  const auto db = ColdpathDb::Open(Path());
  ASSERT_FALSE(db);
  EXPECT_EQ(db.error().code, "store.newer_schema");
}

TEST_F(ColdpathDbTest, AFileThatCannotBeWrittenIsRefused) {
  {
    ASSERT_TRUE(ColdpathDb::Open(Path()));
  }
  // Permissions do not bind root: the file is opened for reading only instead.
  const auto db = ColdpathDb::Open(Path(), {.read_only = true});
  ASSERT_FALSE(db);
  EXPECT_EQ(db.error().code, "store.read_only");
}

TEST_F(ColdpathDbTest, ADamagedRowIsToldByItsName) {
  auto db = *ColdpathDb::Open(Path());
  SqliteJobStore store(*db);
  domain::Job job;
  job.id = "job-1";
  job.user_id = "ann";
  ASSERT_TRUE(store.CreateJob(job, {.key = "k", .user_id = "ann", .job_id = "job-1"}));
  ASSERT_TRUE(
      db->Write([](Database& database) { return database.Run("UPDATE jobs SET document='{}'"); }));
  const auto read = store.GetJob("ann", "job-1");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, "store.corrupt");
  EXPECT_THAT(read.error().message, ::testing::HasSubstr("job-1"));
}

TEST_F(ColdpathDbTest, TheQueriesOfEveryStepUseAnIndex) {
  auto db = *ColdpathDb::Open(Path());
  for (const auto& [sql, index] :
       {std::pair{"SELECT document FROM jobs WHERE user_id='a' AND job_id<'z' "
                  "ORDER BY job_id DESC LIMIT 2",
                  "jobs_by_user"},
        {"SELECT job_id FROM jobs WHERE unsettled=1 ORDER BY job_id", "jobs_unsettled"},
        {"SELECT document FROM chunks WHERE job=1 AND status='failed' AND chunk_id>'a' "
         "ORDER BY chunk_id LIMIT 2",
         "chunks_by_status"},
        {"SELECT document FROM chunks WHERE job=1 AND chunk_id>'a' ORDER BY chunk_id LIMIT 2",
         "chunks_by_id"},
        {"SELECT data FROM events WHERE job=1 AND number>1 ORDER BY number LIMIT 2",
         "events_by_number"},
        {"SELECT name FROM quota_reservations WHERE expires<1 ORDER BY expires LIMIT 8",
         "quota_reservations_by_end"}}) {
    std::string plan;
    ASSERT_TRUE(db->Read([&](Database& database) {
      return ForEachRow(database.Query(std::string("EXPLAIN QUERY PLAN ") + sql),
                        [&](Statement& row) -> base::Status {
                          plan += row.Text(3) + "; ";
                          return {};
                        });
    }));
    EXPECT_THAT(plan, ::testing::HasSubstr(index)) << sql;
    EXPECT_THAT(plan, ::testing::Not(::testing::HasSubstr("TEMP B-TREE"))) << sql;
  }
}

}  // namespace
}  // namespace coldpath::stores
