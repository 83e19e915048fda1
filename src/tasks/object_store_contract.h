// What every ObjectStore promises, as tests. Include in one file of a test program, and:
//   INSTANTIATE_TEST_SUITE_P(Memory, ObjectStoreContract, ::testing::Values(
//       ObjectStoreMaker{[] { return std::make_unique<MemoryObjectStore>(); }}));
#ifndef COLDPATH_TASKS_OBJECT_STORE_CONTRACT_H_
#define COLDPATH_TASKS_OBJECT_STORE_CONTRACT_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tasks/object_store.h"

namespace coldpath::tasks {

// Makes a store without objects.
struct ObjectStoreMaker {
  std::function<std::unique_ptr<ObjectStore>()> make;
};

class ObjectStoreContract : public ::testing::TestWithParam<ObjectStoreMaker> {
 protected:
  ObjectStoreContract() : store_(GetParam().make()) {}
  std::unique_ptr<ObjectStore> store_;
};

TEST_P(ObjectStoreContract, KeepsAnyBytes) {
  for (const std::string& bytes :
       {std::string(), std::string("a\0\xff\n", 4), std::string(3 << 20, 'x')}) {
    ASSERT_TRUE(store_->Put("users/a/x.bin", bytes));
    EXPECT_EQ(store_->Get("users/a/x.bin"), bytes);
  }
}

TEST_P(ObjectStoreContract, APutReplaces) {
  ASSERT_TRUE(store_->Put("k", "a longer text"));
  ASSERT_TRUE(store_->Put("k", "short"));
  EXPECT_EQ(store_->Get("k"), "short");
}

TEST_P(ObjectStoreContract, SaysThatThereIsNone) {
  ASSERT_TRUE(store_->Put("a/b", "x"));
  for (const char* key : {"none", "a", "a/b/c", "a/c"}) {
    const auto got = store_->Get(key);
    ASSERT_FALSE(got) << key;
    EXPECT_EQ(got.error().code, "object.not_found") << key;
  }
}

TEST_P(ObjectStoreContract, ListsByPrefixInByteOrder) {
  for (const char* key : {"b/2", "b/10", "b-c/1", "a", "b/1/x", "c"}) {
    ASSERT_TRUE(store_->Put(key, key));
  }
  using Keys = std::vector<std::string>;
  EXPECT_EQ(store_->List(""), (Keys{"a", "b-c/1", "b/1/x", "b/10", "b/2", "c"}));
  EXPECT_EQ(store_->List("b"), (Keys{"b-c/1", "b/1/x", "b/10", "b/2"}));
  EXPECT_EQ(store_->List("b/"), (Keys{"b/1/x", "b/10", "b/2"}));
  EXPECT_EQ(store_->List("b/1"), (Keys{"b/1/x", "b/10"}));
  EXPECT_EQ(store_->List("b/1/"), (Keys{"b/1/x"}));
  EXPECT_EQ(store_->List("none/at/all"), Keys{});
}

TEST_P(ObjectStoreContract, DeletesOneAndTwice) {
  ASSERT_TRUE(store_->Put("a/b", "x"));
  ASSERT_TRUE(store_->Put("a/c", "y"));
  EXPECT_TRUE(store_->Delete("a/b"));
  EXPECT_TRUE(store_->Delete("a/b"));
  EXPECT_EQ(store_->List(""), std::vector<std::string>{"a/c"});
}

TEST_P(ObjectStoreContract, DeletesByPrefix) {
  for (const char* key : {"users/a/1", "users/a/jobs/2", "users/ab/1"}) {
    ASSERT_TRUE(store_->Put(key, key));
  }
  EXPECT_TRUE(store_->DeletePrefix("users/a/"));
  EXPECT_TRUE(store_->DeletePrefix("users/a/"));
  EXPECT_EQ(store_->List(""), std::vector<std::string>{"users/ab/1"});
  ASSERT_TRUE(store_->Put("users/a/1", "again"));
  EXPECT_EQ(store_->Get("users/a/1"), "again");
}

TEST_P(ObjectStoreContract, RefusesKeysThatAreNone) {
  for (const std::string& key :
       {std::string(), std::string("/a"), std::string("a/"), std::string("a//b"),
        std::string("../a"), std::string("a/../b"), std::string("a/.."), std::string("."),
        std::string("a b"), std::string("a~"), std::string("\xc3\xa4"), std::string("a\0b", 3),
        std::string(513, 'a'), std::string(201, 'a')}) {
    for (const auto& code : {store_->Put(key, "x").error().code, store_->Get(key).error().code,
                             store_->Delete(key).error().code}) {
      EXPECT_EQ(code, "object.invalid_key") << key;
    }
  }
  EXPECT_EQ(store_->List("../").error().code, "object.invalid_key");
  EXPECT_EQ(store_->DeletePrefix("a/../").error().code, "object.invalid_key");
  EXPECT_EQ(store_->List(""), std::vector<std::string>{});
}

TEST_P(ObjectStoreContract, ReadersSeeTheOldOrTheNew) {
  const std::string one(100'000, '1');
  const std::string two(50'000, '2');
  ASSERT_TRUE(store_->Put("shared/k", one));
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < 20; ++round) {
        if (i % 2 == 0) {
          EXPECT_TRUE(store_->Put("shared/k", round % 2 == 0 ? two : one));
        } else {
          const auto got = store_->Get("shared/k");
          ASSERT_TRUE(got) << got.error().message;
          EXPECT_TRUE(*got == one || *got == two);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_P(ObjectStoreContract, PutsAndPrefixDeletionsMayMeet) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      const std::string mine = "users/" + std::to_string(i) + "/jobs/";
      for (int round = 0; round < 10; ++round) {
        for (int k = 0; k < 3; ++k) {
          const auto put = store_->Put(mine + std::to_string(k) + "/o", "x");
          EXPECT_TRUE(put) << put.error().message;
        }
        EXPECT_TRUE(store_->DeletePrefix("users/" + std::to_string(i) + "/"));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(store_->List(""), std::vector<std::string>{});
}

}  // namespace coldpath::tasks

#endif  // COLDPATH_TASKS_OBJECT_STORE_CONTRACT_H_
