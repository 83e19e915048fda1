#include "stores/files/file_key_vault.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/crypto.h"
#include "tasks/key_vault_contract.h"

namespace coldpath::stores {
namespace {

namespace fs = std::filesystem;

class FileKeyVaultTest : public ::testing::Test {
 protected:
  FileKeyVaultTest() { fs::create_directories(folder_); }
  ~FileKeyVaultTest() override { fs::remove_all(folder_); }
  base::Result<std::unique_ptr<FileKeyVault>> Open() { return FileKeyVault::Open(path_, random_); }

  const fs::path folder_ = fs::path(::testing::TempDir()) / ("vault_" + std::to_string(::getpid()));
  const std::string path_ = (folder_ / "vault.key").string();
  base::SeededRandom random_{1};
};

TEST_F(FileKeyVaultTest, OpensWhatItSealedAlsoAfterARestart) {
  std::string sealed;
  {
    auto vault = Open();
    ASSERT_TRUE(vault) << vault.error().message;
    sealed = *(*vault)->Seal("the token", "connection 1");
    EXPECT_EQ(sealed.find("the token"), std::string::npos);
    EXPECT_NE(*(*vault)->Seal("the token", "connection 1"), sealed) << "a nonce of its own";
  }
  EXPECT_EQ((*Open())->Open(sealed, "connection 1"), "the token");
}

TEST_F(FileKeyVaultTest, RefusesAnotherContextAnotherKeyAndDamage) {
  auto vault = Open();
  ASSERT_TRUE(vault);
  const std::string sealed = *(*vault)->Seal("the token", "connection 1");
  EXPECT_EQ((*vault)->Open(sealed, "connection 2").error().code, "vault.not_authentic");
  std::string damaged = sealed;
  damaged.back() ^= 1;
  EXPECT_EQ((*vault)->Open(damaged, "connection 1").error().code, "vault.not_authentic");
  EXPECT_EQ((*vault)->Open("", "connection 1").error().code, "vault.not_authentic");
  fs::remove(path_);
  EXPECT_EQ((*Open())->Open(sealed, "connection 1").error().code, "vault.not_authentic");
}

TEST_F(FileKeyVaultTest, TheKeyFileIsForItsOwnerAlone) {
  ASSERT_TRUE(Open());
  EXPECT_EQ(fs::file_size(path_), 32u);
  EXPECT_EQ(fs::status(path_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
  fs::permissions(path_, fs::perms::others_read, fs::perm_options::add);
  EXPECT_EQ(Open().error().code, "vault.insecure_key_file");
}

TEST_F(FileKeyVaultTest, SaysThatTheKeyIsNotThere) {
  std::ofstream(path_) << "too short";
  fs::permissions(path_, fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(Open().error().code, "vault.unavailable");
  EXPECT_EQ(FileKeyVault::Open((folder_ / "no/such/key").string(), random_).error().code,
            "vault.unavailable");
}

// Vaults over one key file.
class KeyFile final : public tasks::KeyVaultHarness {
 public:
  KeyFile() { fs::create_directories(folder_); }
  ~KeyFile() override { fs::remove_all(folder_); }
  tasks::KeyVault& OpenVault() override {
    vaults_.push_back(*FileKeyVault::Open((folder_ / "vault.key").string(), *random_));
    return *vaults_.back();
  }

 private:
  const std::unique_ptr<base::Random> random_ = base::MakeSystemRandom();
  const fs::path folder_ =
      fs::path(::testing::TempDir()) / ("vault_" + base::HexEncode(random_->NextBytes(8)));
  std::vector<std::unique_ptr<FileKeyVault>> vaults_;
};

using ::coldpath::tasks::KeyVaultContract;
INSTANTIATE_TEST_SUITE_P(File, KeyVaultContract, ::testing::Values(tasks::KeyVaultMaker{[] {
                           return std::make_unique<KeyFile>();
                         }}));

}  // namespace
}  // namespace coldpath::stores
