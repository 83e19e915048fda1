// What every KeyVault promises, as tests. Include in one file of a test program, and instantiate
// KeyVaultContract with makers of harnesses.
#ifndef COLDPATH_TASKS_KEY_VAULT_CONTRACT_H_
#define COLDPATH_TASKS_KEY_VAULT_CONTRACT_H_

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tasks/key_vault.h"

namespace coldpath::tasks {

class KeyVaultHarness {
 public:
  virtual ~KeyVaultHarness() = default;
  // A vault over the same key as those before, as another process would open it. Lives as long as
  // the harness.
  virtual KeyVault& OpenVault() = 0;
};
struct KeyVaultMaker {
  std::function<std::unique_ptr<KeyVaultHarness>()> make;
};

class KeyVaultContract : public ::testing::TestWithParam<KeyVaultMaker> {
 protected:
  KeyVaultContract() : harness_(GetParam().make()) {}
  KeyVault& vault() { return harness_->OpenVault(); }
  std::unique_ptr<KeyVaultHarness> harness_;
};

TEST_P(KeyVaultContract, AnyVaultOverTheKeyOpensWhatOneSealed) {
  for (const std::string& plain : {std::string(), std::string("the token"),
                                   std::string("a\0b\xff", 4), std::string(100'000, 'x')}) {
    const auto sealed = vault().Seal(plain, "connection 1");
    ASSERT_TRUE(sealed) << sealed.error().message;
    EXPECT_EQ(vault().Open(*sealed, "connection 1"), plain);
  }
}

TEST_P(KeyVaultContract, HidesTheSecretAndThatTwoAreEqual) {
  KeyVault& same = vault();
  const auto one = same.Seal("the secret token", "connection 1");
  const auto two = same.Seal("the secret token", "connection 1");
  ASSERT_TRUE(one && two);
  EXPECT_EQ(one->find("secret"), std::string::npos);
  EXPECT_NE(*one, *two);
}

TEST_P(KeyVaultContract, ASecretBelongsToItsContext) {
  KeyVault& same = vault();
  const auto sealed = same.Seal("the token", "connection 1");
  ASSERT_TRUE(sealed);
  for (const char* context : {"connection 2", "", "connection 11"}) {
    for (KeyVault* const any : {&same, &vault()}) {
      const auto opened = any->Open(*sealed, context);
      ASSERT_FALSE(opened) << context;
      EXPECT_EQ(opened.error().code, "vault.not_authentic") << opened.error().message;
    }
  }
}

TEST_P(KeyVaultContract, RefusesWhatWasChanged) {
  KeyVault& same = vault();
  const auto sealed = same.Seal("the token", "connection 1");
  ASSERT_TRUE(sealed);
  std::string flipped = *sealed;
  flipped.back() = static_cast<char>(flipped.back() ^ 1);
  for (const std::string& text : {std::string(), std::string("x"), flipped, *sealed + "x",
                                  sealed->substr(0, sealed->size() - 1)}) {
    const auto opened = same.Open(text, "connection 1");
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, "vault.not_authentic") << opened.error().message;
  }
  // Where the name of a key may stand, a service may say that it has none such.
  for (std::size_t at = 0; at < sealed->size(); at += 1 + sealed->size() / 32) {
    flipped = *sealed;
    flipped[at] = static_cast<char>(flipped[at] ^ 1);
    const auto opened = same.Open(flipped, "connection 1");
    ASSERT_FALSE(opened);
    EXPECT_TRUE(opened.error().code == "vault.not_authentic" ||
                opened.error().code == "vault.unavailable")
        << opened.error().code;
  }
  EXPECT_EQ(same.Open(*sealed, "connection 1"), "the token");
}

TEST_P(KeyVaultContract, ManyThreadsMaySealAndOpen) {
  KeyVault& same = vault();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      const std::string context = "connection " + std::to_string(i % 2);
      for (int round = 0; round < 10; ++round) {
        const std::string plain = std::to_string(i) + "/" + std::to_string(round);
        const auto sealed = same.Seal(plain, context);
        ASSERT_TRUE(sealed);
        EXPECT_EQ(same.Open(*sealed, context), plain);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace coldpath::tasks

#endif  // COLDPATH_TASKS_KEY_VAULT_CONTRACT_H_
