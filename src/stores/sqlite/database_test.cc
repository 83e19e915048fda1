#include "stores/sqlite/database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace coldpath::stores {
namespace {

using ::testing::HasSubstr;

class DatabaseTest : public ::testing::Test {
 protected:
  DatabaseTest() {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~DatabaseTest() override { std::filesystem::remove_all(folder_); }
  std::string Path() const { return (folder_ / "test.db").string(); }

  const std::filesystem::path folder_ =
      std::filesystem::path(::testing::TempDir()) /
      (std::string("database_") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
};

constexpr Migration kMigrations[] = {
    {1, "CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT, c REAL, d BLOB)"},
    {2, "CREATE TABLE u(a INTEGER NOT NULL REFERENCES t(a), b TEXT UNIQUE)"},
};

TEST_F(DatabaseTest, KeepsEachTypeOfValue) {
  auto database = Database::Open(":memory:");
  ASSERT_TRUE(database) << database.error().message;
  ASSERT_TRUE(database->Migrate(kMigrations));
  const std::string bytes("a\0b", 3);
  ASSERT_TRUE(database->Run("INSERT INTO t VALUES(?,?,?,?)", 7, "text", 0.5, Blob{bytes}));
  ASSERT_TRUE(database->Run("INSERT INTO t VALUES(?,?,?,?)", 8, std::optional<std::string>(),
                            std::nullopt, std::string_view()));
  auto rows = database->Query("SELECT a, b, c, d FROM t WHERE a >= ? ORDER BY a", 7);
  ASSERT_TRUE(rows);
  ASSERT_TRUE(*(*rows)->Step());
  EXPECT_EQ((*rows)->Int64(0), 7);
  EXPECT_EQ((*rows)->Text(1), "text");
  EXPECT_EQ((*rows)->Double(2), 0.5);
  EXPECT_EQ((*rows)->Text(3), bytes);
  ASSERT_TRUE(*(*rows)->Step());
  EXPECT_EQ((*rows)->OptionalText(1), std::nullopt);
  EXPECT_TRUE((*rows)->IsNull(2));
  EXPECT_EQ((*rows)->OptionalText(3), "");
  EXPECT_FALSE(*(*rows)->Step());
}

TEST_F(DatabaseTest, IsDurableAndInWalMode) {
  auto database = Database::Open(Path());
  ASSERT_TRUE(database) << database.error().message;
  for (const auto& [pragma, value] : {std::pair{"PRAGMA journal_mode", "wal"},
                                      {"PRAGMA synchronous", "2"},
                                      {"PRAGMA foreign_keys", "1"}}) {
    auto read = database->Prepare(pragma);
    ASSERT_TRUE(read);
    ASSERT_TRUE(*read->Step());
    EXPECT_EQ(read->Text(0), value) << pragma;
  }
}

TEST_F(DatabaseTest, RollsBackWhatWasNotCommitted) {
  auto database = Database::Open(Path());
  ASSERT_TRUE(database && database->Migrate(kMigrations));
  {
    auto transaction = Transaction::Begin(*database);
    ASSERT_TRUE(transaction);
    ASSERT_TRUE(database->Run("INSERT INTO t(a) VALUES(1)"));
    EXPECT_TRUE(database->InTransaction());
  }
  {
    auto transaction = Transaction::Begin(*database);
    ASSERT_TRUE(database->Run("INSERT INTO t(a) VALUES(2)"));
    ASSERT_TRUE(transaction->Commit());
  }
  auto rows = database->Query("SELECT group_concat(a) FROM t");
  ASSERT_TRUE(*(*rows)->Step());
  EXPECT_EQ((*rows)->Text(0), "2");
}

TEST_F(DatabaseTest, MigratesFromWhereTheFileIs) {
  {
    auto database = Database::Open(Path());
    ASSERT_TRUE(database && database->Migrate(std::span(kMigrations).first(1)));
    ASSERT_TRUE(database->Run("INSERT INTO t(a) VALUES(1)"));
  }
  auto database = Database::Open(Path());
  ASSERT_TRUE(database && database->Migrate(kMigrations));
  EXPECT_TRUE(database->Run("INSERT INTO u(a, b) VALUES(1, 'x')"));
  EXPECT_TRUE(database->Migrate(kMigrations)) << "a second time changes nothing";
}

TEST_F(DatabaseTest, AFailedMigrationLeavesTheFileAsItWas) {
  auto database = Database::Open(Path());
  ASSERT_TRUE(database);
  const Migration broken[] = {kMigrations[0], {2, "CREATE TABLE t(a)"}};
  EXPECT_FALSE(database->Migrate(broken));
  EXPECT_TRUE(database->Migrate(kMigrations));
}

TEST_F(DatabaseTest, RefusesANewerSchema) {
  auto database = Database::Open(Path());
  ASSERT_TRUE(database && database->Migrate(kMigrations));
  const auto status = database->Migrate(std::span(kMigrations).first(1));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, "store.newer_schema");
  EXPECT_THAT(status.error().message, HasSubstr("test.db has schema version 2"));
  EXPECT_THAT(status.error().message, HasSubstr("up to 1"));
}

TEST_F(DatabaseTest, TellsConstraintsFromOtherErrors) {
  auto database = Database::Open(Path());
  ASSERT_TRUE(database && database->Migrate(kMigrations));
  ASSERT_TRUE(database->Run("INSERT INTO t(a) VALUES(1)"));
  EXPECT_EQ(database->Run("INSERT INTO t(a) VALUES(1)").error().code, "store.conflict");
  EXPECT_EQ(database->Run("INSERT INTO u(a) VALUES(9)").error().code, "store.conflict");
  EXPECT_EQ(database->Run("INSERT INTO nowhere VALUES(9)").error().code, "store.io");
  EXPECT_EQ(database->Run("INSERT INTO t(a) VALUES(?)", 2, 3).error().code, "store.io");
}

TEST_F(DatabaseTest, SaysThatItIsFull) {
  auto database = Database::Open(Path());
  ASSERT_TRUE(database && database->Migrate(kMigrations));
  ASSERT_TRUE(database->Execute("PRAGMA max_page_count=8"));
  const auto status = database->Run("INSERT INTO t(a, b) VALUES(1, ?)", std::string(1 << 20, 'x'));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, "store.full");
  EXPECT_THAT(status.error().message, HasSubstr("free some disk space"));
}

TEST_F(DatabaseTest, SaysThatItIsReadOnly) {
  {
    ASSERT_TRUE(Database::Open(Path())->Migrate(kMigrations));
  }
  auto database = Database::Open(Path(), {.read_only = true});
  ASSERT_TRUE(database);
  EXPECT_EQ(database->Run("INSERT INTO t(a) VALUES(1)").error().code, "store.read_only");
}

TEST_F(DatabaseTest, SaysThatItIsCorrupt) {
  std::ofstream(Path()) << std::string(4096, 'x');
  EXPECT_EQ(Database::Open(Path()).error().code, "store.corrupt");
}

TEST_F(DatabaseTest, SaysThatAnotherConnectionWrites) {
  auto one = Database::Open(Path());
  auto two = Database::Open(Path(), {.busy_timeout_ms = 1});
  ASSERT_TRUE(one && two);
  auto transaction = Transaction::Begin(*one);
  ASSERT_TRUE(transaction);
  EXPECT_EQ(Transaction::Begin(*two).error().code, "store.busy");
}

TEST_F(DatabaseTest, NamesTheFileThatItCannotOpen) {
  const auto database = Database::Open((folder_ / "missing" / "x.db").string());
  ASSERT_FALSE(database);
  EXPECT_EQ(database.error().code, "store.io");
  EXPECT_THAT(database.error().message, HasSubstr("missing/x.db"));
}

}  // namespace
}  // namespace coldpath::stores
