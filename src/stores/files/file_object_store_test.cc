#include "stores/files/file_object_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "stores/memory/memory_object_store.h"
#include "tasks/object_store_contract.h"

namespace coldpath::stores {
namespace {

namespace fs = std::filesystem;

fs::path NewFolder() {
  static std::atomic<int> made = 0;
  return fs::path(::testing::TempDir()) /
         ("objects_" + std::to_string(::getpid()) + "_" + std::to_string(made++));
}

// Goes with its folder.
class TemporaryFileStore final : public tasks::ObjectStore {
 public:
  TemporaryFileStore() : folder_(NewFolder()), store_(*FileObjectStore::Open(folder_)) {}
  ~TemporaryFileStore() override { fs::remove_all(folder_); }
  base::Status Put(const std::string& key, std::string_view bytes) override {
    return store_->Put(key, bytes);
  }
  base::Result<std::string> Get(const std::string& key) override { return store_->Get(key); }
  base::Result<std::vector<std::string>> List(const std::string& prefix) override {
    return store_->List(prefix);
  }
  base::Status Delete(const std::string& key) override { return store_->Delete(key); }
  base::Status DeletePrefix(const std::string& prefix) override {
    return store_->DeletePrefix(prefix);
  }

 private:
  fs::path folder_;
  std::unique_ptr<FileObjectStore> store_;
};

// Fails one kind of call with an errno.
class BrokenOps final : public FileOps {
 public:
  int write_error = 0;
  int sync_error = 0;
  int rename_error = 0;
  int folder_error = 0;
  std::size_t write_at_most = SIZE_MAX;

  ssize_t Write(int file, const void* bytes, std::size_t size) override {
    if (write_error != 0 && size > write_at_most) return Broken(write_error);
    return FileOps::Write(file, bytes, std::min(size, write_at_most));
  }
  int Sync(int file) override { return sync_error != 0 ? Broken(sync_error) : FileOps::Sync(file); }
  int Rename(const char* from, const char* to) override {
    return rename_error != 0 ? Broken(rename_error) : FileOps::Rename(from, to);
  }
  int MakeFolder(const char* path, unsigned mode) override {
    return folder_error != 0 ? Broken(folder_error) : FileOps::MakeFolder(path, mode);
  }

 private:
  static int Broken(int error) {
    errno = error;
    return -1;
  }
};

class FileObjectStoreTest : public ::testing::Test {
 protected:
  ~FileObjectStoreTest() override { fs::remove_all(folder_); }
  std::unique_ptr<FileObjectStore> Open() { return *FileObjectStore::Open(folder_, ops_); }
  std::size_t Temporaries() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder_ / "~tmp"), fs::directory_iterator()));
  }
  std::string FileBytes(const std::string& key) const {
    std::ostringstream bytes;
    bytes << std::ifstream(folder_ / key, std::ios::binary).rdbuf();
    return bytes.str();
  }

  const fs::path folder_ = NewFolder();
  BrokenOps ops_;
};

TEST_F(FileObjectStoreTest, TheFileIsTheBytesAndATrailerThatZstdSkips) {
  auto store = Open();
  ASSERT_TRUE(store->Put("a/b", "hello"));
  const std::string file = FileBytes("a/b");
  ASSERT_EQ(file.size(), 5u + 48u);
  EXPECT_EQ(file.substr(0, 5), "hello");
  EXPECT_EQ(file.substr(5, 16), std::string("\x5c\x2a\x4d\x18\x28\0\0\0\x05\0\0\0\0\0\0\0", 16));
}

TEST_F(FileObjectStoreTest, AnotherProcessReadsWhatWasPut) {
  ASSERT_TRUE(Open()->Put("a/b/c", "kept"));
  EXPECT_EQ(Open()->Get("a/b/c"), "kept");
}

TEST_F(FileObjectStoreTest, RemovesWhatACrashLeft) {
  (void)Open();
  std::ofstream(folder_ / "~tmp" / "17") << "half an obj";
  ASSERT_EQ(Temporaries(), 1u);
  auto store = Open();
  EXPECT_EQ(Temporaries(), 0u);
  EXPECT_EQ(store->List(""), std::vector<std::string>{});
}

TEST_F(FileObjectStoreTest, NoticesDamage) {
  auto store = Open();
  ASSERT_TRUE(store->Put("a", std::string(1000, 'x')));
  const std::string whole = FileBytes("a");
  const auto rewrite = [&](const std::string& bytes) {
    std::ofstream(folder_ / "a", std::ios::binary | std::ios::trunc) << bytes;
    return store->Get("a").error().code;
  };
  std::string flipped = whole;
  flipped[500] ^= 1;
  EXPECT_EQ(rewrite(flipped), "object.corrupt");
  EXPECT_EQ(rewrite(whole.substr(0, 700)), "object.corrupt");
  EXPECT_EQ(rewrite(whole + "more"), "object.corrupt");
  EXPECT_EQ(rewrite(""), "object.corrupt");
  std::ofstream(folder_ / "a", std::ios::binary | std::ios::trunc) << whole;
  EXPECT_TRUE(store->Get("a"));
}

TEST_F(FileObjectStoreTest, AFullDiskLeavesTheOldObject) {
  auto store = Open();
  ASSERT_TRUE(store->Put("a", "old"));
  ops_.write_error = ENOSPC;
  ops_.write_at_most = 10;
  const auto put = store->Put("a", std::string(100, 'x'));
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code, "store.full");
  EXPECT_EQ(store->Get("a"), "old");
  EXPECT_EQ(Temporaries(), 0u);
}

TEST_F(FileObjectStoreTest, WritesInPiecesIfTheSystemDoes) {
  auto store = Open();
  ops_.write_at_most = 7;
  ASSERT_TRUE(store->Put("a", std::string(100, 'x')));
  EXPECT_EQ(store->Get("a"), std::string(100, 'x'));
}

TEST_F(FileObjectStoreTest, TellsReadOnlyAndOtherFailures) {
  auto store = Open();
  ops_.folder_error = EROFS;
  EXPECT_EQ(store->Put("new/a", "x").error().code, "store.read_only");
  EXPECT_EQ(FileObjectStore::Open(folder_ / "other", ops_).error().code, "store.read_only");
  ops_.folder_error = 0;
  ops_.rename_error = EACCES;
  EXPECT_EQ(store->Put("a", "x").error().code, "store.read_only");
  ops_.rename_error = 0;
  ops_.sync_error = EIO;
  EXPECT_EQ(store->Put("a", "x").error().code, "store.io");
  EXPECT_EQ(Temporaries(), 0u);
  ops_.sync_error = 0;
  EXPECT_TRUE(store->Put("new/a", "x"));
}

TEST_F(FileObjectStoreTest, AFileCannotBeAFolderToo) {
  auto store = Open();
  ASSERT_TRUE(store->Put("a/b", "x"));
  EXPECT_EQ(store->Put("a/b/c", "x").error().code, "object.invalid_key");
  EXPECT_EQ(store->Put("a", "x").error().code, "object.invalid_key");
  EXPECT_EQ(store->Get("a/b"), "x");
}

TEST_F(FileObjectStoreTest, EmptyFoldersGoWithTheirObjects) {
  auto store = Open();
  ASSERT_TRUE(store->Put("users/a/jobs/1/x", "x"));
  ASSERT_TRUE(store->Put("users/b/x", "x"));
  ASSERT_TRUE(store->DeletePrefix("users/a/"));
  EXPECT_FALSE(fs::exists(folder_ / "users/a"));
  EXPECT_TRUE(fs::exists(folder_ / "users/b/x"));
}

TEST(ObjectKeysTest, AreSpelledInOnePlace) {
  const std::string user = tasks::UserPrefix("ann");
  // SHA-256 of "ann" begins so: printf ann | sha256sum.
  EXPECT_EQ(user, "users/" + user.substr(6, 32) + "/");
  EXPECT_THAT(user, ::testing::MatchesRegex("users/[0-9a-f]+/"));
  EXPECT_EQ(tasks::JobPrefix("ann", "j1"), user + "jobs/j1/");
  EXPECT_EQ(tasks::ChunkArrayKey("ann", "j1", "e1"), user + "jobs/j1/chunks/e1.json");
  EXPECT_EQ(tasks::FrozenListKey("ann", "j1", "e1"), user + "jobs/j1/frozen/e1.json");
  EXPECT_EQ(tasks::RecordsKey("ann", "j1", "sleep-0001", "sleep", "00ff"),
            user + "jobs/j1/records/sleep-0001.sleep.00ff.ndjson.zst");
  EXPECT_EQ(tasks::RawKey("ann", "j1", "sleep-0001", 2, 13),
            user + "jobs/j1/raw/sleep-0001.a02.p0013.zst");
  EXPECT_EQ(tasks::ManifestKey("ann", "j1", "e1"), user + "jobs/j1/manifests/e1.json");
  EXPECT_TRUE(tasks::ValidateKey(tasks::RawKey("ann/../x y", "j1", "c", 100, 10'000)));
  EXPECT_NE(tasks::UserPrefix("ann"), tasks::UserPrefix("Ann"));
}

}  // namespace
}  // namespace coldpath::stores

namespace coldpath::tasks {
INSTANTIATE_TEST_SUITE_P(Files, ObjectStoreContract, ::testing::Values(ObjectStoreMaker{[] {
                           return std::make_unique<stores::TemporaryFileStore>();
                         }}));
INSTANTIATE_TEST_SUITE_P(Memory, ObjectStoreContract, ::testing::Values(ObjectStoreMaker{[] {
                           return std::make_unique<stores::MemoryObjectStore>();
                         }}));
}  // namespace coldpath::tasks
