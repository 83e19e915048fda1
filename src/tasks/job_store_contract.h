// What every JobStore promises, as tests. Include in one file of a test program, and instantiate
// JobStoreContract with makers of empty stores. Chunks, progress and events:
// chunk_store_contract.h.
#ifndef COLDPATH_TASKS_JOB_STORE_CONTRACT_H_
#define COLDPATH_TASKS_JOB_STORE_CONTRACT_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/ids.h"
#include "base/random.h"
#include "tasks/job_store.h"

namespace coldpath::tasks {

class JobStoreHarness {
 public:
  virtual ~JobStoreHarness() = default;
  virtual JobStore& store() = 0;
};
struct JobStoreMaker {
  std::function<std::unique_ptr<JobStoreHarness>()> make;
};

// Runs body(0) to body(count - 1) at once.
inline void AtOnce(int count, const std::function<void(int)>& body) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) threads.emplace_back([&body, i] { body(i); });
  for (std::thread& thread : threads) thread.join();
}

class JobStoreContract : public ::testing::TestWithParam<JobStoreMaker> {
 protected:
  JobStoreContract() : harness_(GetParam().make()) {}
  JobStore& store() { return harness_->store(); }

  static base::Instant At(int seconds) { return base::FromUnixSeconds(1'800'000'000 + seconds); }
  std::string NewId() { return base::MakeUuidV7(At(made_++), random_); }
  domain::Job NewJob(const std::string& user) {
    domain::Job job;
    job.id = NewId();
    job.user_id = user;
    job.connection_id = "connection";
    job.provider = "oura";
    job.range = {*base::ParseDate("2024-01-01"), *base::ParseDate("2025-01-01")};
    job.types = {domain::DataType::kSleep};
    job.created = At(0);
    job.executions = {{.name = "start"}};
    return job;
  }
  static IdempotencyRow KeyOf(const domain::Job& job, const std::string& key) {
    return {.key = key,
            .user_id = job.user_id,
            .route = "POST /v1/historical-syncs",
            .body_hash = "abc",
            .job_id = job.id,
            .execution_input = R"({"job":"1"})",
            .created = At(0)};
  }
  domain::Job MakeJob(const std::string& user) {
    const domain::Job job = NewJob(user);
    EXPECT_TRUE(store().CreateJob(job, KeyOf(job, NewId())));
    return *store().GetJob(user, job.id);
  }
  static void ExpectEqual(const IdempotencyRow& a, const IdempotencyRow& b) {
    EXPECT_EQ(a.key, b.key);
    EXPECT_EQ(a.user_id, b.user_id);
    EXPECT_EQ(a.route, b.route);
    EXPECT_EQ(a.body_hash, b.body_hash);
    EXPECT_EQ(a.job_id, b.job_id);
    EXPECT_EQ(a.execution_input, b.execution_input);
    EXPECT_EQ(a.created, b.created);
  }

  std::unique_ptr<JobStoreHarness> harness_;
  base::SeededRandom random_{1};
  int made_ = 0;
};

TEST_P(JobStoreContract, CreatesAJobWithItsKey) {
  const domain::Job job = NewJob("ann");
  const IdempotencyRow row = KeyOf(job, NewId());
  EXPECT_EQ(store().FindKey(row.key)->has_value(), false);
  const auto made = store().CreateJob(job, row);
  ASSERT_TRUE(made) << made.error().message;
  ExpectEqual(*made, row);
  ExpectEqual(**store().FindKey(row.key), row);
  const auto read = store().GetJob("ann", job.id);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->provider, "oura");
  EXPECT_EQ(read->range, job.range);
  EXPECT_EQ(read->types, job.types);
  EXPECT_EQ(read->executions.size(), 1u);
}

TEST_P(JobStoreContract, AKnownKeyWritesNothing) {
  const domain::Job first = NewJob("ann");
  const IdempotencyRow row = KeyOf(first, NewId());
  ASSERT_TRUE(store().CreateJob(first, row));
  const domain::Job second = NewJob("bob");
  const auto again = store().CreateJob(second, KeyOf(second, row.key));
  ASSERT_TRUE(again);
  ExpectEqual(*again, row);
  EXPECT_EQ(store().GetJob("bob", second.id).error().code, "store.not_found");
}

TEST_P(JobStoreContract, AKnownJobUnderANewKeyIsAConflict) {
  const domain::Job job = NewJob("ann");
  ASSERT_TRUE(store().CreateJob(job, KeyOf(job, NewId())));
  const std::string key = NewId();
  EXPECT_EQ(store().CreateJob(job, KeyOf(job, key)).error().code, "store.conflict");
  EXPECT_FALSE(store().FindKey(key)->has_value()) << "neither or both";
}

TEST_P(JobStoreContract, FiftyStartsAtOnceHaveOneWinner) {
  const std::string key = NewId();
  std::vector<domain::Job> jobs;
  for (int i = 0; i < 50; ++i) jobs.push_back(NewJob("ann"));
  std::vector<IdempotencyRow> rows(50);
  AtOnce(50, [&](int i) {
    const auto row = store().CreateJob(jobs[i], KeyOf(jobs[i], key));
    ASSERT_TRUE(row) << row.error().message;
    rows[i] = *row;
  });
  for (const IdempotencyRow& row : rows) ExpectEqual(row, rows[0]);
  const auto page = store().ListJobs("ann", std::nullopt, 100);
  ASSERT_TRUE(page);
  ASSERT_EQ(page->jobs.size(), 1u);
  EXPECT_EQ(page->jobs[0].id, rows[0].job_id);
}

TEST_P(JobStoreContract, AddsAnExecutionOnceAndOnlyToTheJobThatWasRead) {
  domain::Job job = MakeJob("ann");
  const IdempotencyRow row = KeyOf(job, NewId());
  job.executions.push_back({.name = row.key, .kind = domain::ExecutionKind::kRetry, .number = 1});
  const auto added = store().AddExecution(job, row);
  ASSERT_TRUE(added) << added.error().message;
  EXPECT_EQ(store().GetJob("ann", job.id)->executions.size(), 2u);
  EXPECT_EQ(store().GetJob("ann", job.id)->version, job.version + 1);

  IdempotencyRow other = row;
  other.body_hash = "another body";
  const auto again = store().AddExecution(job, other);
  ASSERT_TRUE(again) << "the key decides before the version does";
  ExpectEqual(*again, row);

  const std::string key = NewId();
  EXPECT_EQ(store().AddExecution(job, KeyOf(job, key)).error().code, "store.conflict");
  EXPECT_FALSE(store().FindKey(key)->has_value());
}

TEST_P(JobStoreContract, NobodyElsesJobIsFound) {
  domain::Job job = MakeJob("ann");
  EXPECT_EQ(store().GetJob("bob", job.id).error().code, "store.not_found");
  EXPECT_EQ(store().GetJob("ann", "none").error().code, "store.not_found");
  job.user_id = "bob";
  EXPECT_EQ(store().UpdateJob(job, {}, {}).error().code, "store.not_found");
  EXPECT_TRUE(store().ListJobs("bob", std::nullopt, 10)->jobs.empty());
}

TEST_P(JobStoreContract, AnUpdateNamesTheVersionThatItRead) {
  domain::Job job = MakeJob("ann");
  job.status = domain::JobStatus::kRunning;
  const auto version = store().UpdateJob(job, {}, {});
  ASSERT_TRUE(version);
  EXPECT_EQ(*version, job.version + 1);
  job.status = domain::JobStatus::kFailed;
  const OutboxEvent event{.id = "e", .type = "t", .data = {}, .time = At(0)};
  EXPECT_EQ(store().UpdateJob(job, {{.type = "job"}}, {event}).error().code, "store.conflict");
  EXPECT_EQ(store().GetJob("ann", job.id)->status, domain::JobStatus::kRunning);
  EXPECT_TRUE(store().ReadEvents(job.id, 0, 10)->empty());
  EXPECT_TRUE(store().ReadOutbox(10)->empty());
}

TEST_P(JobStoreContract, PagesOfJobsAreNewestFirstAndTheirUnionIsAll) {
  std::vector<std::string> ids;
  for (int i = 0; i < 7; ++i) ids.push_back(MakeJob("ann").id);
  (void)MakeJob("bob");
  std::reverse(ids.begin(), ids.end());
  for (const int limit : {1, 2, 3, 7, 8}) {
    std::vector<std::string> seen;
    std::optional<std::string> cursor;
    do {
      const auto page = store().ListJobs("ann", cursor, limit);
      ASSERT_TRUE(page) << page.error().message;
      EXPECT_LE(page->jobs.size(), static_cast<std::size_t>(limit));
      for (const domain::Job& job : page->jobs) seen.push_back(job.id);
      cursor = page->next_cursor;
    } while (cursor);
    EXPECT_EQ(seen, ids) << limit;
  }
}

TEST_P(JobStoreContract, RecoveryFindsTheUnsettled) {
  const auto ids = [this] {
    std::vector<std::string> found;
    const auto jobs = store().ListUnsettledJobs();
    for (const domain::Job& job : *jobs) found.push_back(job.id);
    return found;
  };
  const auto set = [this](domain::Job job, domain::JobStatus status, bool paused) {
    job.version = store().GetJob(job.user_id, job.id)->version;
    job.status = status;
    job.paused = paused;
    EXPECT_TRUE(store().UpdateJob(job, {}, {}));
  };
  const domain::Job one = MakeJob("ann");
  const domain::Job two = MakeJob("bob");
  EXPECT_THAT(ids(), ::testing::UnorderedElementsAre(one.id, two.id));
  set(one, domain::JobStatus::kRunning, false);
  EXPECT_THAT(ids(), ::testing::UnorderedElementsAre(one.id, two.id));
  set(one, domain::JobStatus::kRunning, true);
  EXPECT_THAT(ids(), ::testing::ElementsAre(two.id));
  set(two, domain::JobStatus::kSucceeded, false);
  EXPECT_THAT(ids(), ::testing::IsEmpty());
  set(one, domain::JobStatus::kRunning, false);
  EXPECT_THAT(ids(), ::testing::ElementsAre(one.id));
  set(one, domain::JobStatus::kFailed, false);
  EXPECT_THAT(ids(), ::testing::IsEmpty());
}

TEST_P(JobStoreContract, TheOutboxKeepsAnEventUntilItIsRemoved) {
  const domain::Job job = MakeJob("ann");
  const OutboxEvent one{.id = "1", .type = "Completed", .data = {{"job", 1}}, .time = At(1)};
  const OutboxEvent two{.id = "2", .type = "Completed", .data = {{"job", 2}}, .time = At(2)};
  ASSERT_TRUE(store().UpdateJob(job, {}, {one, two}));
  const auto waiting = store().ReadOutbox(10);
  ASSERT_TRUE(waiting);
  ASSERT_EQ(waiting->size(), 2u);
  EXPECT_EQ(waiting->at(0).id, "1");
  EXPECT_EQ(waiting->at(0).type, "Completed");
  EXPECT_EQ(waiting->at(0).data, (base::Json{{"job", 1}}));
  EXPECT_EQ(waiting->at(0).time, At(1));
  EXPECT_EQ(store().ReadOutbox(1)->size(), 1u);
  ASSERT_TRUE(store().RemoveFromOutbox("1"));
  ASSERT_TRUE(store().RemoveFromOutbox("1"));
  ASSERT_EQ(store().ReadOutbox(10)->size(), 1u);
  EXPECT_EQ(store().ReadOutbox(10)->at(0).id, "2");
}

TEST_P(JobStoreContract, ErasesAJobAndNothingElse) {
  const domain::Job gone = NewJob("ann");
  const IdempotencyRow row = KeyOf(gone, gone.latest().name);
  ASSERT_TRUE(store().CreateJob(gone, row));
  ASSERT_TRUE(store().PutChunks(gone.id, {{.id = "sleep-0001", .stream = "sleep"}}));
  const domain::Job stays = MakeJob("ann");
  const auto event = [](const char* id, const domain::Job& job) {
    return OutboxEvent{.id = id,
                       .type = "HistoricalSyncCompleted",
                       .data = {{"userId", job.user_id}, {"jobId", job.id}}};
  };
  ASSERT_TRUE(store().UpdateJob(*store().GetJob("ann", gone.id), {{.type = "job"}},
                                {event("of-gone", gone), event("of-stays", stays)}));
  // Another person's wish does nothing.
  ASSERT_TRUE(store().EraseJob("bob", gone.id));
  ASSERT_TRUE(store().GetJob("ann", gone.id));
  ASSERT_TRUE(store().EraseJob("ann", gone.id));
  ASSERT_TRUE(store().EraseJob("ann", gone.id));
  EXPECT_EQ(store().GetJob("ann", gone.id).error().code, "store.not_found");
  EXPECT_FALSE(store().FindKey(row.key)->has_value());
  EXPECT_EQ(store().GetChunk(gone.id, "sleep-0001").error().code, "store.not_found");
  EXPECT_TRUE(store().ReadEvents(gone.id, 0, 10)->empty());
  EXPECT_TRUE(store().GetJob("ann", stays.id));
  ASSERT_EQ(store().ReadOutbox(10)->size(), 1u);
  EXPECT_EQ(store().ReadOutbox(10)->at(0).id, "of-stays");
}

TEST_P(JobStoreContract, ErasesAUserAndNobodyElse) {
  const domain::Job ann = NewJob("ann");
  const IdempotencyRow row = KeyOf(ann, NewId());
  ASSERT_TRUE(store().CreateJob(ann, row));
  ASSERT_TRUE(store().PutChunks(ann.id, {{.id = "sleep-0001", .stream = "sleep"}}));
  domain::Job read = *store().GetJob("ann", ann.id);
  const auto event = [](const char* id, const char* user) {
    return OutboxEvent{.id = id, .type = "HistoricalSyncCompleted", .data = {{"userId", user}}};
  };
  ASSERT_TRUE(
      store().UpdateJob(read, {{.type = "job"}}, {event("of-ann", "ann"), event("of-bob", "bob")}));
  const domain::Job bob = MakeJob("bob");
  ASSERT_TRUE(store().EraseUser("ann"));
  ASSERT_TRUE(store().EraseUser("ann"));
  EXPECT_EQ(store().GetJob("ann", ann.id).error().code, "store.not_found");
  EXPECT_FALSE(store().FindKey(row.key)->has_value());
  EXPECT_EQ(store().GetChunk(ann.id, "sleep-0001").error().code, "store.not_found");
  EXPECT_TRUE(store().ReadEvents(ann.id, 0, 10)->empty());
  EXPECT_TRUE(store().GetJob("bob", bob.id));
  ASSERT_EQ(store().ReadOutbox(10)->size(), 1u);
  EXPECT_EQ(store().ReadOutbox(10)->at(0).id, "of-bob");
}

TEST_P(JobStoreContract, WritersWhoCompareAndSwapLoseNoUpdate) {
  const domain::Job made = MakeJob("ann");
  constexpr int kEach = 10;
  AtOnce(8, [&](int) {
    for (int done = 0; done < kEach;) {
      domain::Job job = *store().GetJob("ann", made.id);
      ++job.planned_calls;
      const auto version = store().UpdateJob(job, {{.time = At(0), .type = "job"}}, {});
      if (version) {
        ++done;
      } else {
        ASSERT_EQ(version.error().code, "store.conflict");
      }
    }
  });
  EXPECT_EQ(store().GetJob("ann", made.id)->planned_calls, 8 * kEach);
  EXPECT_EQ(store().GetJob("ann", made.id)->version, made.version + 8 * kEach);
  const auto events = store().ReadEvents(made.id, 0, 1000);
  ASSERT_EQ(events->size(), 8u * kEach);
  for (std::size_t i = 0; i < events->size(); ++i) {
    EXPECT_EQ(events->at(i).number, static_cast<std::int64_t>(i) + 1);
  }
}

}  // namespace coldpath::tasks

#endif  // COLDPATH_TASKS_JOB_STORE_CONTRACT_H_
