#include "base/key_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

namespace coldpath::base {
namespace {

namespace fs = std::filesystem;

class KeyFileTest : public ::testing::Test {
 protected:
  KeyFileTest() {
    std::string name = (fs::temp_directory_path() / "coldpath-key-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~KeyFileTest() override { fs::remove_all(folder_); }

  fs::path folder_;
};

TEST_F(KeyFileTest, MakesOneKeyAndKeepsIt) {
  const std::string path = folder_ / "deep/key.pem";
  const auto first = LoadOrMakeEs256Key(path);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(PublicJwk(*LoadOrMakeEs256Key(path).value()), PublicJwk(**first));
  struct stat status{};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_ / "deep"), {}), 1) << "nothing aside";
}

TEST_F(KeyFileTest, AllWhoMakeItAtOnceGetTheSame) {
  const std::string path = folder_ / "key.pem";
  std::vector<std::string> seen(8);
  {
    std::vector<std::jthread> threads;
    for (std::string& jwk : seen) {
      threads.emplace_back([&] { jwk = PublicJwk(*LoadOrMakeEs256Key(path).value()); });
    }
  }
  for (const std::string& jwk : seen) EXPECT_EQ(jwk, seen.front());
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 1) << "nothing aside";
}

TEST_F(KeyFileTest, RefusesWhatIsNoKey) {
  const std::string path = folder_ / "key.pem";
  std::ofstream(path) << "no key";
  const auto read = LoadOrMakeEs256Key(path);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, "crypto.malformed");
  std::ofstream(path) << std::string(17 * 1024, '-');
  EXPECT_EQ(LoadOrMakeEs256Key(path).error().code, "config.unreadable");
}

TEST_F(KeyFileTest, SaysWhereItCannotWrite) {
  const auto made = LoadOrMakeEs256Key("/proc/nowhere/key.pem");
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, "config.unreadable");
  EXPECT_NE(made.error().message.find("/proc/nowhere"), std::string::npos);
  EXPECT_EQ(LoadOrMakeEs256Key(folder_).error().code, "config.unreadable");  // a folder
}

}  // namespace
}  // namespace coldpath::base
