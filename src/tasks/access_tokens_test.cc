// Refreshing access tokens: once, by one process, and never at the cost of a newer pair.
#include "tasks/access_tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tasks/task_testing.h"

namespace coldpath::tasks {
namespace {

using namespace std::chrono_literals;
using domain::FailureKind;
using testing::ElementsAre;
using testing::HasSubstr;

// A store in front of the real one that fails, or lets somebody else write first, as told.
class MeddledStore final : public ConnectionStore {
 public:
  explicit MeddledStore(ConnectionStore& inner) : inner_(inner) {}

  base::Status PutPending(const PendingAuthorization& pending) override {
    return inner_.PutPending(pending);
  }
  base::Result<PendingAuthorization> TakePending(const std::string& state) override {
    return inner_.TakePending(state);
  }
  base::Result<std::int64_t> Put(const domain::Connection& connection) override {
    if (before_put) before_put(connection);
    if (put_error) return base::Fail(*put_error, "As scripted.");
    return inner_.Put(connection);
  }
  base::Result<domain::Connection> Get(const std::string& user, const std::string& id) override {
    if (get_error) return base::Fail(*get_error, "As scripted.");
    return inner_.Get(user, id);
  }
  base::Result<std::vector<domain::Connection>> List(const std::string& user) override {
    return inner_.List(user);
  }
  base::Result<std::vector<domain::Connection>> ListDue() override { return inner_.ListDue(); }
  base::Status Delete(const std::string& user, const std::string& id) override {
    return inner_.Delete(user, id);
  }
  base::Status EraseUser(const std::string& user) override { return inner_.EraseUser(user); }

  std::function<void(const domain::Connection&)> before_put;
  std::optional<std::string> put_error;
  std::optional<std::string> get_error;

 private:
  ConnectionStore& inner_;
};

class AccessTokensTest : public testing::Test {
 protected:
  // Asks for a token; what is answered is found at the returned place of `answers`.
  void Ask(AccessTokens& tokens, std::optional<std::string> rejected = std::nullopt) {
    tokens.Get(TaskWorld::kUser, TaskWorld::kConnection, rejected,
               [this](AccessTokens::Answer answer) {
                 if (const auto* token = std::get_if<std::string>(&answer)) {
                   answers.push_back(*token);
                 } else {
                   const auto& failure = std::get<domain::Failure>(answer);
                   answers.emplace_back(domain::FailureName(failure.kind));
                 }
               });
  }
  domain::Connection Row() {
    return *world.connections.Get(TaskWorld::kUser, TaskWorld::kConnection);
  }
  std::string StoredAccess() { return OpenTokens(world.vault, Row())->access_token; }
  void ChangeRow(const std::function<void(domain::Connection&)>& change) {
    domain::Connection row = Row();
    change(row);
    ASSERT_TRUE(world.connections.Put(row));
  }
  void StorePair(int number) {
    ChangeRow([&](domain::Connection& row) {
      const std::string n = std::to_string(number);
      row.sealed_tokens =
          *SealTokens(world.vault, TaskWorld::kConnection, {"access-" + n, "refresh-" + n});
    });
  }

  TaskWorld world;
  MeddledStore meddled{world.connections};
  TaskPorts ports{world.jobs,
                  meddled,
                  world.objects,
                  world.quota,
                  world.notifier,
                  world.entitlements,
                  world.vault,
                  world.providers,
                  world.executor,
                  world.random,
                  world.log,
                  world.metrics,
                  {}};
  AccessTokens here{ports, world.server, world.executor, "here"};
  AccessTokens there{world.ports, world.server, world.executor, "there"};
  std::vector<std::string> answers;
};

TEST_F(AccessTokensTest, AFreshTokenIsGivenAtOnce) {
  Ask(here);
  EXPECT_THAT(answers, ElementsAre("access-1"));
  EXPECT_EQ(world.server.refreshes, 0);
}

TEST_F(AccessTokensTest, ATokenThatIsAboutToExpireIsRefreshedBeforeItIsUsed) {
  ChangeRow([&](domain::Connection& row) { row.access_expires = world.executor.Now() + 59s; });
  Ask(here);
  world.executor.Run();
  EXPECT_THAT(answers, ElementsAre("access-2"));
  EXPECT_EQ(Row().access_expires, world.executor.Now() + 1h);
}

TEST_F(AccessTokensTest, ManyWhoWaitInAProcessShareOneRefresh) {
  for (int i = 0; i < 5; ++i) Ask(here, "access-1");
  EXPECT_THAT(answers, testing::IsEmpty());
  world.executor.Run();
  EXPECT_THAT(answers, ElementsAre("access-2", "access-2", "access-2", "access-2", "access-2"));
  EXPECT_EQ(world.server.refreshes, 1);
  Ask(here);
  EXPECT_EQ(answers.back(), "access-2");
  EXPECT_EQ(world.server.refreshes, 1);
}

TEST_F(AccessTokensTest, ThePairIsStoredBeforeItIsUsed) {
  here.Get(TaskWorld::kUser, TaskWorld::kConnection, "access-1",
           [this](const AccessTokens::Answer& answer) {
             answers.push_back(std::get<std::string>(answer));
             EXPECT_EQ(StoredAccess(), "access-2");
             EXPECT_EQ(Row().refresh_owner, "");
           });
  world.executor.Run();
  EXPECT_THAT(answers, ElementsAre("access-2"));
}

TEST_F(AccessTokensTest, TwoProcessesMakeOneRefresh) {
  Ask(here, "access-1");
  Ask(there, "access-1");
  world.executor.RunFor(2s);
  EXPECT_THAT(answers, ElementsAre("access-2", "access-2"));
  EXPECT_EQ(world.server.refreshes, 1);
}

TEST_F(AccessTokensTest, AnotherProcesssLeaseIsTakenOverOnceItHasExpired) {
  ChangeRow([&](domain::Connection& row) {
    row.refresh_owner = "a process that died";
    row.refresh_until = world.executor.Now() + 30s;
  });
  Ask(here, "access-1");
  world.executor.RunFor(29s);
  EXPECT_THAT(answers, testing::IsEmpty());
  EXPECT_EQ(world.server.refreshes, 0);
  world.executor.RunFor(2s);
  EXPECT_THAT(answers, ElementsAre("access-2"));
}

TEST_F(AccessTokensTest, AConflictOverTheLeaseIsLookedAtAgain) {
  // Somebody writes between the reading and the writing of the lease.
  int meddling = 0;
  meddled.before_put = [&](const domain::Connection&) {
    if (meddling++ == 0) ChangeRow([](domain::Connection& row) { row.scopes = {"other"}; });
  };
  Ask(here, "access-1");
  world.executor.Run();
  EXPECT_THAT(answers, ElementsAre("access-2"));
  EXPECT_EQ(world.server.refreshes, 1);
  EXPECT_THAT(Row().scopes, ElementsAre("other"));
}

TEST_F(AccessTokensTest, AConflictOverThePairDoesNotLoseIt) {
  int puts = 0;
  meddled.before_put = [&](const domain::Connection&) {
    // The first write is the lease, the second the pair.
    if (++puts == 2) ChangeRow([](domain::Connection& row) { row.scopes = {"other"}; });
  };
  Ask(here, "access-1");
  world.executor.Run();
  EXPECT_THAT(answers, ElementsAre("access-2"));
  EXPECT_EQ(StoredAccess(), "access-2");
  EXPECT_THAT(Row().scopes, ElementsAre("other"));
  EXPECT_EQ(puts, 3);
}

// The provider has rotated: the pair in hand is the only good one, and the store is away.
TEST_F(AccessTokensTest, AStoreThatIsAwayDoesNotLoseAPair) {
  Ask(here, "access-1");
  world.executor.RunFor(50ms);  // asked, not answered
  meddled.get_error = "store.io";
  world.executor.RunFor(5s);
  EXPECT_THAT(answers, testing::IsEmpty());
  meddled.get_error.reset();
  meddled.put_error = "store.io";
  world.executor.RunFor(5s);
  EXPECT_THAT(answers, testing::IsEmpty());
  meddled.put_error.reset();
  world.executor.Run();
  EXPECT_THAT(answers, ElementsAre("access-2"));
  EXPECT_EQ(StoredAccess(), "access-2");
  EXPECT_EQ(world.server.refreshes, 1);
}

TEST_F(AccessTokensTest, AStoreThatStaysAwayIsToldAsOurFault) {
  Ask(here, "access-1");
  world.executor.RunFor(50ms);
  meddled.put_error = "store.io";
  world.executor.Run();
  EXPECT_THAT(answers, ElementsAre("Interrupted"));
}

TEST_F(AccessTokensTest, ANewGrantIsNotOverwrittenByARefreshOfTheOldOne) {
  Ask(here, "access-1");
  world.executor.RunFor(50ms);
  StorePair(7);  // the person connects again
  ChangeRow([](domain::Connection& row) {
    row.refresh_owner.clear();
    row.refresh_until.reset();
  });
  world.executor.Run();
  EXPECT_THAT(answers, ElementsAre("access-7"));
  EXPECT_EQ(StoredAccess(), "access-7");
}

TEST_F(AccessTokensTest, APairThatAnotherProcessHasBroughtIsTakenWithoutACall) {
  ChangeRow([&](domain::Connection& row) {
    row.refresh_owner = "there";
    row.refresh_until = world.executor.Now() + 30s;
  });
  Ask(here, "access-1");
  world.executor.RunFor(1s);
  StorePair(2);
  world.executor.RunFor(1s);
  EXPECT_THAT(answers, ElementsAre("access-2"));
  EXPECT_EQ(world.server.refreshes, 0);
}

TEST_F(AccessTokensTest, InvalidGrantEndsInNeedsReauthForAll) {
  world.server.grant_revoked = true;
  Ask(here, "access-1");
  Ask(here, "access-1");
  world.executor.Run();
  EXPECT_THAT(answers, ElementsAre("NeedsReauth", "NeedsReauth"));
  EXPECT_EQ(Row().status, domain::ConnectionStatus::kNeedsReauth);
  Ask(there);
  EXPECT_EQ(answers.back(), "NeedsReauth");
  EXPECT_EQ(world.server.refreshes, 1);
}

// A refresh that was under way when its lease ran out comes back refused: by then the other process
// has used the refresh token, and its pair is the good one.
TEST_F(AccessTokensTest, ALateRefusalDoesNotUndoWhatAnotherProcessHasBrought) {
  world.server.grant_revoked = true;
  Ask(here, "access-1");
  world.executor.RunFor(50ms);  // asked, not answered
  StorePair(2);
  world.executor.Run();
  EXPECT_THAT(answers, ElementsAre("access-2"));
  EXPECT_EQ(Row().status, domain::ConnectionStatus::kActive);
}

TEST_F(AccessTokensTest, AProviderThatIsAwayLeavesTheConnectionAsItIs) {
  // Its answer to a refresh is no pair and no refusal.
  class Away final : public base::HttpClient {
   public:
    explicit Away(base::Executor& executor) : executor_(executor) {}
    void Send(base::HttpRequest, Done done) override {
      executor_.Post([done = std::move(done)]() mutable {
        done(base::Fail("http.connect", "Nobody there."));
      });
    }

   private:
    base::Executor& executor_;
  } away(world.executor);
  AccessTokens tokens(ports, away, world.executor, "here");
  Ask(tokens, "access-1");
  world.executor.Run();
  EXPECT_THAT(answers, ElementsAre("Transient"));
  EXPECT_EQ(Row().status, domain::ConnectionStatus::kActive);
  EXPECT_EQ(StoredAccess(), "access-1");
  EXPECT_FALSE(Row().refresh_until);  // the next one need not wait for the lease
}

TEST_F(AccessTokensTest, AStoreThatFailsIsNotTheProvidersFault) {
  meddled.get_error = "store.io";
  Ask(here);
  meddled.get_error.reset();
  meddled.put_error = "store.full";
  Ask(here, "access-1");
  world.executor.Run();
  EXPECT_THAT(answers, ElementsAre("Interrupted", "Interrupted"));
  EXPECT_EQ(world.server.refreshes, 0);
  EXPECT_EQ(Row().status, domain::ConnectionStatus::kActive);
}

TEST_F(AccessTokensTest, ARemovedConnectionNeedsToBeConnectedAgain) {
  ASSERT_TRUE(world.connections.Delete(TaskWorld::kUser, TaskWorld::kConnection));
  Ask(here);
  EXPECT_THAT(answers, ElementsAre("NeedsReauth"));
}

TEST_F(AccessTokensTest, TokensAreSealedForTheirConnectionAndNeverLogged) {
  Ask(here, "access-1");
  world.executor.Run();
  world.server.grant_revoked = true;
  Ask(here, "access-2");
  world.executor.Run();
  ASSERT_FALSE(world.log_lines.empty());
  for (const std::string& line : world.log_lines) {
    EXPECT_THAT(line, testing::Not(testing::AnyOf(HasSubstr("access-"), HasSubstr("refresh-"))));
  }
  domain::Connection foreign = Row();
  foreign.id = "another";
  EXPECT_EQ(OpenTokens(world.vault, foreign).error().code, "vault.not_authentic");
}

}  // namespace
}  // namespace coldpath::tasks
