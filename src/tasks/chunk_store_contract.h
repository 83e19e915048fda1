// The half of JobStore's promises that is about chunks, progress and events, as tests. Include in
// one file of a test program, and instantiate ChunkStoreContract with makers of empty stores.
#ifndef COLDPATH_TASKS_CHUNK_STORE_CONTRACT_H_
#define COLDPATH_TASKS_CHUNK_STORE_CONTRACT_H_

#include "tasks/job_store_contract.h"

namespace coldpath::tasks {

class ChunkStoreContract : public JobStoreContract {
 protected:
  ChunkStoreContract() : job_(MakeJob("ann")) {}

  static std::vector<domain::ChunkSpec> Plan(int count) {
    std::vector<domain::ChunkSpec> specs;
    for (int i = 0; i < count; ++i) {
      const base::Date start = *base::ParseDate("2024-01-01") + std::chrono::days(7 * i);
      specs.push_back({.id = "sleep-" + std::to_string(1000 + i),
                       .stream = "sleep",
                       .range = {start, start + std::chrono::days(7)},
                       .types = {domain::DataType::kSleep, domain::DataType::kHrvRmssd},
                       .expected_calls = 2});
    }
    return specs;
  }
  domain::Chunk Read(const std::string& id) { return *store().GetChunk(job_.id, id); }

  const domain::Job job_;
};

TEST_P(ChunkStoreContract, PuttingThePlanTwiceChangesNothing) {
  ASSERT_TRUE(store().PutChunks(job_.id, Plan(3)));
  domain::Chunk chunk = Read("sleep-1001");
  EXPECT_EQ(chunk.job_id, job_.id);
  EXPECT_EQ(chunk.spec, Plan(3)[1]);
  EXPECT_EQ(chunk.status, domain::ChunkStatus::kNotAttempted);
  EXPECT_EQ(store().GetProgress(job_.id)->chunks_total, 3);
  chunk.status = domain::ChunkStatus::kRunning;
  ASSERT_TRUE(store().UpdateChunk(chunk, {}, {}));
  ASSERT_TRUE(store().PutChunks(job_.id, Plan(5)));
  EXPECT_EQ(Read("sleep-1001").status, domain::ChunkStatus::kRunning);
  EXPECT_EQ(store().GetProgress(job_.id)->chunks_total, 5);
}

TEST_P(ChunkStoreContract, KeepsAllThatAChunkHolds) {
  ASSERT_TRUE(store().PutChunks(job_.id, Plan(1)));
  domain::Chunk chunk = Read("sleep-1000");
  chunk.status = domain::ChunkStatus::kFailed;
  chunk.attempt = 3;
  chunk.attempt_token = "token";
  chunk.attempt_execution = "execution";
  chunk.results = {{.type = domain::DataType::kSleep,
                    .coverage = {chunk.spec.range, "ccefbnc"},
                    .records = 5,
                    .object_key = "users/a/k",
                    .sha256 = "00ff",
                    .provisional_days = 2}};
  chunk.failure = domain::ChunkFailure{.failure = {.kind = domain::FailureKind::kInvalidData,
                                                   .message = "impossible",
                                                   .retry_at = At(9),
                                                   .where = "/data/1"},
                                       .types = {domain::DataType::kHrvRmssd}};
  chunk.raw_keys = {"raw/1", "raw/2"};
  chunk.waits = 4;
  chunk.waiting_since = At(1);
  chunk.waiting_until = At(2);
  chunk.provider_calls = 6;
  chunk.bytes = 7;
  chunk.billed_seconds = 61;
  ASSERT_TRUE(store().UpdateChunk(chunk, {}, {}));

  const domain::Chunk read = Read("sleep-1000");
  EXPECT_EQ(read.version, chunk.version + 1);
  EXPECT_EQ(read.spec, chunk.spec);
  EXPECT_EQ(read.status, chunk.status);
  EXPECT_EQ(read.attempt, 3);
  EXPECT_EQ(read.attempt_token, "token");
  EXPECT_EQ(read.attempt_execution, "execution");
  ASSERT_EQ(read.results.size(), 1u);
  EXPECT_EQ(read.results[0].type, domain::DataType::kSleep);
  EXPECT_EQ(read.results[0].coverage.range, chunk.spec.range);
  EXPECT_EQ(read.results[0].coverage.days, "ccefbnc");
  EXPECT_EQ(read.results[0].records, 5);
  EXPECT_EQ(read.results[0].object_key, "users/a/k");
  EXPECT_EQ(read.results[0].sha256, "00ff");
  EXPECT_EQ(read.results[0].provisional_days, 2);
  ASSERT_TRUE(read.failure);
  EXPECT_EQ(read.failure->failure.kind, domain::FailureKind::kInvalidData);
  EXPECT_EQ(read.failure->failure.message, "impossible");
  EXPECT_EQ(read.failure->failure.retry_at, At(9));
  EXPECT_EQ(read.failure->failure.where, "/data/1");
  EXPECT_EQ(read.failure->types, chunk.failure->types);
  EXPECT_EQ(read.raw_keys, chunk.raw_keys);
  EXPECT_EQ(read.waits, 4);
  EXPECT_EQ(read.waiting_since, At(1));
  EXPECT_EQ(read.waiting_until, At(2));
  EXPECT_EQ(read.provider_calls, 6);
  EXPECT_EQ(read.bytes, 7);
  EXPECT_EQ(read.billed_seconds, 61);
}

TEST_P(ChunkStoreContract, ALateWriterChangesNeitherChunkNorProgressNorEvents) {
  ASSERT_TRUE(store().PutChunks(job_.id, Plan(1)));
  domain::Chunk late = Read("sleep-1000");
  domain::Chunk winner = late;
  winner.attempt = 2;
  ASSERT_TRUE(store().UpdateChunk(winner, {.chunks_done = 1, .records = 10},
                                  {{.time = At(1), .type = "chunk", .data = {{"id", 1}}}}));
  late.attempt = 1;
  const auto lost = store().UpdateChunk(late, {.chunks_done = 1}, {{.type = "chunk"}});
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().code, "store.conflict");
  EXPECT_EQ(Read("sleep-1000").attempt, 2);
  EXPECT_EQ(store().GetProgress(job_.id)->chunks_done, 1);
  EXPECT_EQ(store().GetProgress(job_.id)->records, 10);
  const auto events = store().ReadEvents(job_.id, 0, 10);
  ASSERT_EQ(events->size(), 1u);
  EXPECT_EQ(events->at(0).number, 1);
  EXPECT_EQ(events->at(0).type, "chunk");
  EXPECT_EQ(events->at(0).time, At(1));
  EXPECT_EQ(events->at(0).data, (base::Json{{"id", 1}}));
}

TEST_P(ChunkStoreContract, SaysThatThereIsNone) {
  EXPECT_EQ(store().PutChunks("none", Plan(1)).error().code, "store.not_found");
  EXPECT_EQ(store().GetChunk(job_.id, "none").error().code, "store.not_found");
  EXPECT_EQ(store().GetProgress("none").error().code, "store.not_found");
  EXPECT_EQ(store().ResetProgress("none", {}).error().code, "store.not_found");
  domain::Chunk chunk;
  chunk.job_id = job_.id;
  chunk.spec.id = "none";
  EXPECT_EQ(store().UpdateChunk(chunk, {}, {}).error().code, "store.not_found");
  EXPECT_TRUE(store().ListChunks("none", std::nullopt, std::nullopt, 10)->chunks.empty());
  EXPECT_TRUE(store().ReadEvents("none", 0, 10)->empty());
}

TEST_P(ChunkStoreContract, TheUnionOfPagesIsAllInOrder) {
  const auto plan = Plan(11);
  ASSERT_TRUE(store().PutChunks(job_.id, plan));
  std::vector<std::string> all;
  std::vector<std::string> failed;
  for (std::size_t i = 0; i < plan.size(); ++i) {
    all.push_back(plan[i].id);
    if (i % 3 != 0) continue;
    failed.push_back(plan[i].id);
    domain::Chunk chunk = Read(plan[i].id);
    chunk.status = domain::ChunkStatus::kFailed;
    ASSERT_TRUE(store().UpdateChunk(chunk, {}, {}));
  }
  for (const int limit : {1, 2, 4, 11, 12}) {
    for (const bool only_failed : {false, true}) {
      std::optional<domain::ChunkStatus> status;
      if (only_failed) status = domain::ChunkStatus::kFailed;
      std::vector<std::string> seen;
      std::optional<std::string> cursor;
      do {
        const auto page = store().ListChunks(job_.id, status, cursor, limit);
        ASSERT_TRUE(page) << page.error().message;
        EXPECT_LE(page->chunks.size(), static_cast<std::size_t>(limit));
        for (const domain::Chunk& chunk : page->chunks) seen.push_back(chunk.spec.id);
        cursor = page->next_cursor;
      } while (cursor);
      EXPECT_EQ(seen, only_failed ? failed : all) << limit;
    }
  }
}

TEST_P(ChunkStoreContract, EventsAreReadFromWhereOneLeftOff) {
  ASSERT_TRUE(store().PutChunks(job_.id, Plan(1)));
  for (int i = 0; i < 4; ++i) {
    const std::vector<ProgressEvent> two(2, {.number = 77, .time = At(i), .type = "progress"});
    ASSERT_TRUE(store().UpdateChunk(Read("sleep-1000"), {}, two));
  }
  const auto numbers = [this](std::int64_t after, int limit) {
    std::vector<std::int64_t> seen;
    const auto events = store().ReadEvents(job_.id, after, limit);
    for (const auto& event : *events) {
      seen.push_back(event.number);
    }
    return seen;
  };
  EXPECT_THAT(numbers(0, 100), ::testing::ElementsAre(1, 2, 3, 4, 5, 6, 7, 8));
  EXPECT_THAT(numbers(3, 2), ::testing::ElementsAre(4, 5));
  EXPECT_THAT(numbers(8, 100), ::testing::IsEmpty());
}

TEST_P(ChunkStoreContract, ResetSetsTheCounters) {
  ASSERT_TRUE(store().ResetProgress(job_.id, {.chunks_total = 9,
                                              .chunks_done = 8,
                                              .chunks_failed = 7,
                                              .records = 6,
                                              .provider_calls = 5,
                                              .bytes = 4,
                                              .attempts = 3,
                                              .billed_seconds = 2,
                                              .waits = 1}));
  const auto progress = store().GetProgress(job_.id);
  ASSERT_TRUE(progress);
  EXPECT_EQ(progress->chunks_total, 9);
  EXPECT_EQ(progress->chunks_done, 8);
  EXPECT_EQ(progress->chunks_failed, 7);
  EXPECT_EQ(progress->records, 6);
  EXPECT_EQ(progress->provider_calls, 5);
  EXPECT_EQ(progress->bytes, 4);
  EXPECT_EQ(progress->attempts, 3);
  EXPECT_EQ(progress->billed_seconds, 2);
  EXPECT_EQ(progress->waits, 1);
}

TEST_P(ChunkStoreContract, WorkersAddUpAndNumberWithoutGaps) {
  const auto plan = Plan(8);
  ASSERT_TRUE(store().PutChunks(job_.id, plan));
  AtOnce(8, [&](int i) {
    for (int round = 0; round < 10; ++round) {
      domain::Chunk chunk = Read(plan[static_cast<std::size_t>(i)].id);
      chunk.provider_calls += 1;
      const auto written = store().UpdateChunk(chunk,
                                               {.records = 3,
                                                .provider_calls = 1,
                                                .bytes = 2,
                                                .attempts = 1,
                                                .billed_seconds = 60,
                                                .waits = 2},
                                               {{.type = "progress"}});
      ASSERT_TRUE(written) << written.error().message;
    }
  });
  const auto progress = store().GetProgress(job_.id);
  EXPECT_EQ(progress->records, 240);
  EXPECT_EQ(progress->provider_calls, 80);
  EXPECT_EQ(progress->bytes, 160);
  EXPECT_EQ(progress->attempts, 80);
  EXPECT_EQ(progress->billed_seconds, 4800);
  EXPECT_EQ(progress->waits, 160);
  const auto events = store().ReadEvents(job_.id, 0, 1000);
  ASSERT_EQ(events->size(), 80u);
  EXPECT_EQ(events->front().number, 1);
  EXPECT_EQ(events->back().number, 80);
}

}  // namespace coldpath::tasks

#endif  // COLDPATH_TASKS_CHUNK_STORE_CONTRACT_H_
