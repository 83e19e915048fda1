// What every ConnectionStore promises, as tests. Include in one file of a test program, and
// instantiate ConnectionStoreContract with makers of harnesses of empty stores.
#ifndef COLDPATH_TASKS_CONNECTION_STORE_CONTRACT_H_
#define COLDPATH_TASKS_CONNECTION_STORE_CONTRACT_H_

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tasks/connection_store.h"

namespace coldpath::tasks {

class ConnectionStoreHarness {
 public:
  virtual ~ConnectionStoreHarness() = default;
  virtual ConnectionStore& store() = 0;
};
struct ConnectionStoreMaker {
  std::function<std::unique_ptr<ConnectionStoreHarness>()> make;
};

class ConnectionStoreContract : public ::testing::TestWithParam<ConnectionStoreMaker> {
 protected:
  ConnectionStoreContract() : harness_(GetParam().make()) {}
  ConnectionStore& store() { return harness_->store(); }
  static base::Instant At(int seconds) { return base::FromUnixSeconds(1'800'000'000 + seconds); }
  static domain::Connection Sample(const std::string& user, const std::string& id) {
    domain::Connection connection;
    connection.id = id;
    connection.user_id = user;
    connection.provider = "oura";
    connection.provider_user_id = "p-1";
    connection.scopes = {"daily", "heartrate"};
    connection.created = At(0);
    connection.sealed_tokens = std::string("\0\xff\x80 sealed", 10);
    connection.access_expires = At(3600);
    return connection;
  }
  static PendingAuthorization Pending(const std::string& state) {
    return {.state = state,
            .user_id = "ann",
            .provider = "oura",
            .code_verifier = "verifier",
            .return_url = "https://app.example/done",
            .expires = At(600)};
  }

  std::unique_ptr<ConnectionStoreHarness> harness_;
};

TEST_P(ConnectionStoreContract, APendingAuthorizationIsTakenOnce) {
  ASSERT_TRUE(store().PutPending(Pending("s1")));
  ASSERT_TRUE(store().PutPending(Pending("s2")));
  const auto taken = store().TakePending("s1");
  ASSERT_TRUE(taken) << taken.error().message;
  EXPECT_EQ(taken->state, "s1");
  EXPECT_EQ(taken->user_id, "ann");
  EXPECT_EQ(taken->provider, "oura");
  EXPECT_EQ(taken->code_verifier, "verifier");
  EXPECT_EQ(taken->return_url, "https://app.example/done");
  EXPECT_EQ(taken->expires, At(600));
  EXPECT_EQ(store().TakePending("s1").error().code, "store.not_found");
  EXPECT_EQ(store().TakePending("never").error().code, "store.not_found");
  EXPECT_TRUE(store().TakePending("s2"));
}

TEST_P(ConnectionStoreContract, OneOfManyCallbacksTakesIt) {
  ASSERT_TRUE(store().PutPending(Pending("s1")));
  std::atomic<int> won = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] { won += store().TakePending("s1").has_value() ? 1 : 0; });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(won, 1);
}

TEST_P(ConnectionStoreContract, KeepsAllThatAConnectionHolds) {
  domain::Connection written = Sample("ann", "c1");
  written.status = domain::ConnectionStatus::kNeedsReauth;
  written.refresh_owner = "worker 7";
  written.refresh_until = At(30);
  const auto version = store().Put(written);
  ASSERT_TRUE(version) << version.error().message;
  const auto read = store().Get("ann", "c1");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->version, *version);
  EXPECT_EQ(read->id, "c1");
  EXPECT_EQ(read->user_id, "ann");
  EXPECT_EQ(read->provider, "oura");
  EXPECT_EQ(read->provider_user_id, "p-1");
  EXPECT_EQ(read->scopes, written.scopes);
  EXPECT_EQ(read->status, written.status);
  EXPECT_EQ(read->created, written.created);
  EXPECT_EQ(read->sealed_tokens, written.sealed_tokens);
  EXPECT_EQ(read->access_expires, written.access_expires);
  EXPECT_EQ(read->refresh_owner, "worker 7");
  EXPECT_EQ(read->refresh_until, At(30));
}

TEST_P(ConnectionStoreContract, AWriteNamesTheVersionThatItRead) {
  domain::Connection connection = Sample("ann", "c1");
  connection.version = 3;
  EXPECT_EQ(store().Put(connection).error().code, "store.not_found");
  connection.version = 0;
  const auto first = store().Put(connection);
  ASSERT_TRUE(first);
  EXPECT_EQ(store().Put(connection).error().code, "store.conflict") << "it exists";
  connection.version = *first;
  const auto second = store().Put(connection);
  ASSERT_TRUE(second);
  EXPECT_GT(*second, *first);
  EXPECT_EQ(store().Put(connection).error().code, "store.conflict") << "it has changed";
}

TEST_P(ConnectionStoreContract, OneOfManyTakesTheRefreshLease) {
  domain::Connection connection = Sample("ann", "c1");
  connection.version = *store().Put(connection);
  std::atomic<int> won = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      domain::Connection mine = connection;
      mine.refresh_owner = std::to_string(i);
      won += store().Put(mine).has_value() ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(won, 1);
}

TEST_P(ConnectionStoreContract, BelongsToItsUser) {
  ASSERT_TRUE(store().Put(Sample("ann", "c1")));
  ASSERT_TRUE(store().Put(Sample("ann", "c2")));
  ASSERT_TRUE(store().Put(Sample("bob", "c3")));
  EXPECT_EQ(store().Get("bob", "c1").error().code, "store.not_found");
  EXPECT_EQ(store().List("ann")->size(), 2u);
  ASSERT_TRUE(store().Delete("bob", "c1"));
  EXPECT_TRUE(store().Get("ann", "c1"));
  ASSERT_TRUE(store().Delete("ann", "c1"));
  ASSERT_TRUE(store().Delete("ann", "c1"));
  EXPECT_EQ(store().Get("ann", "c1").error().code, "store.not_found");
}

TEST_P(ConnectionStoreContract, ListsThoseWhoseFirstWeekIsDueOfAllUsers) {
  domain::Connection due = Sample("ann", "c1");
  due.first_week_due = true;
  due.version = *store().Put(due);
  ASSERT_TRUE(store().Put(Sample("ann", "c2")));
  domain::Connection other = Sample("bob", "c3");
  other.first_week_due = true;
  ASSERT_TRUE(store().Put(other));
  const auto listed = store().ListDue();
  ASSERT_TRUE(listed) << listed.error().message;
  ASSERT_EQ(listed->size(), 2u);
  EXPECT_EQ(listed->at(0).id, "c1");
  EXPECT_EQ(listed->at(0).sealed_tokens, due.sealed_tokens);
  EXPECT_EQ(listed->at(1).user_id, "bob");
  EXPECT_TRUE(store().Get("ann", "c1")->first_week_due);
  due.first_week_due = false;
  due.version = *store().Put(due);
  EXPECT_EQ(store().ListDue()->size(), 1u);
  // One that is being erased is due until it is gone, whatever it was before.
  due.erasing = true;
  ASSERT_TRUE(store().Put(due));
  ASSERT_EQ(store().ListDue()->size(), 2u);
  EXPECT_TRUE(store().ListDue()->at(0).erasing);
  EXPECT_FALSE(store().ListDue()->at(0).first_week_due);
  ASSERT_TRUE(store().Delete("ann", "c1"));
  EXPECT_EQ(store().ListDue()->size(), 1u);
}

TEST_P(ConnectionStoreContract, ErasesAUserAndNobodyElse) {
  ASSERT_TRUE(store().Put(Sample("ann", "c1")));
  ASSERT_TRUE(store().Put(Sample("bob", "c2")));
  ASSERT_TRUE(store().PutPending(Pending("s1")));
  ASSERT_TRUE(store().EraseUser("ann"));
  EXPECT_TRUE(store().List("ann")->empty());
  EXPECT_EQ(store().TakePending("s1").error().code, "store.not_found");
  EXPECT_EQ(store().List("bob")->size(), 1u);
}

}  // namespace coldpath::tasks

#endif  // COLDPATH_TASKS_CONNECTION_STORE_CONTRACT_H_
