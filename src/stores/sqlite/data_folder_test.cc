#include "stores/sqlite/data_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

namespace coldpath::stores {
namespace {

using ::testing::HasSubstr;

class DataFolderTest : public ::testing::Test {
 protected:
  DataFolderTest() { std::filesystem::remove_all(folder_); }
  ~DataFolderTest() override { std::filesystem::remove_all(folder_); }

  const std::string folder_ = ::testing::TempDir() + "data_folder_" +
                              ::testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(DataFolderTest, MakesTheFolderForItsOwnerAlone) {
  const auto lock = DataFolderLock::Take(folder_ + "/a/b");
  ASSERT_TRUE(lock) << lock.error().message;
  EXPECT_EQ(lock->folder(), folder_ + "/a/b");
  struct stat information;
  ASSERT_EQ(stat(lock->folder().c_str(), &information), 0);
  EXPECT_EQ(information.st_mode & 0777, 0700u);
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/a/b/.write-probe"));
}

TEST_F(DataFolderTest, LetsOneHolderInAtATime) {
  {
    auto first = DataFolderLock::Take(folder_);
    ASSERT_TRUE(first);
    const auto second = DataFolderLock::Take(folder_);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, "store.in_use");
    EXPECT_THAT(second.error().message, HasSubstr(folder_));
    const DataFolderLock moved = *std::move(first);
    EXPECT_FALSE(DataFolderLock::Take(folder_)) << "moving keeps the lock";
  }
  EXPECT_TRUE(DataFolderLock::Take(folder_));
}

TEST_F(DataFolderTest, RefusesAFile) {
  std::ofstream(folder_) << "x";
  const auto lock = DataFolderLock::Take(folder_);
  ASSERT_FALSE(lock);
  EXPECT_EQ(lock.error().code, "store.io");
  EXPECT_THAT(lock.error().message, HasSubstr("Not a directory"));
}

TEST_F(DataFolderTest, RefusesAFolderThatCannotBeMade) {
  const auto lock = DataFolderLock::Take("/proc/coldpath");
  ASSERT_FALSE(lock);
  EXPECT_THAT(lock.error().message, HasSubstr("cannot create the data folder /proc/coldpath"));
}

TEST(FolderErrorTest, TellsFullFromReadOnly) {
  EXPECT_EQ(FolderError(ENOSPC, "/data", "write to").code, "store.full");
  EXPECT_EQ(FolderError(EDQUOT, "/data", "write to").code, "store.full");
  EXPECT_EQ(FolderError(EROFS, "/data", "write to").code, "store.read_only");
  EXPECT_EQ(FolderError(EACCES, "/data", "write to").code, "store.read_only");
  EXPECT_EQ(FolderError(EIO, "/data", "write to").code, "store.io");
  EXPECT_THAT(FolderError(EROFS, "/data", "write to").message,
              HasSubstr("cannot write to the data folder /data"));
}

}  // namespace
}  // namespace coldpath::stores
