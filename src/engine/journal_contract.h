// What every Journal has to do. A test program instantiates it for its adapter:
//   INSTANTIATE_TEST_SUITE_P(Memory, JournalContract, ::testing::Values(JournalUnderTest{...}));
#ifndef COLDPATH_ENGINE_JOURNAL_CONTRACT_H_
#define COLDPATH_ENGINE_JOURNAL_CONTRACT_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/journal.h"

namespace coldpath::engine {

// One store. Reopen gives a journal over the same store after the death of the process: what was
// reported durable is there, what was not may be.
class JournalFixture {
 public:
  virtual ~JournalFixture() = default;
  virtual Journal& journal() = 0;
  virtual void Reopen() = 0;
};

struct JournalUnderTest {
  std::string name;
  std::function<std::unique_ptr<JournalFixture>()> make;
};

inline void PrintTo(const JournalUnderTest& journal, std::ostream* out) { *out << journal.name; }

class JournalContract : public ::testing::TestWithParam<JournalUnderTest> {
 protected:
  static base::Instant At(int seconds) {
    return base::Instant(std::chrono::seconds(1'700'000'000 + seconds));
  }

  static ExecutionRecord Record(ExecutionKey key, std::optional<ParentLink> parent = {}) {
    ExecutionRecord record;
    record.key = key;
    record.name = "run-" + std::to_string(key);
    record.arn = "arn:aws:states:local:0:execution:machine:" + record.name;
    record.state_machine_arn = "arn:aws:states:local:0:stateMachine:machine";
    record.definition_digest = "digest";
    record.scope = parent ? "/States/Map" : "";
    record.input = R"({ "text" : "as \u00e9 given" })";
    record.context = "{}";
    record.parent = parent;
    record.started = At(0) + std::chrono::microseconds(7);
    return record;
  }

  static asl::FrameChange Frame(asl::FrameId id, std::string control,
                                std::optional<std::string> payload) {
    return {
        .id = id, .removed = false, .control = std::move(control), .payload = std::move(payload)};
  }

  static asl::HistoryEvent Event(std::int64_t id, base::Json details = nullptr) {
    return {.id = id,
            .previous_id = id - 1,
            .time = At(static_cast<int>(id)),
            .type = "PassStateEntered",
            .details = std::move(details)};
  }

  // An execution with one frame, as every running one has.
  static JournalBatch Creation(const ExecutionRecord& record) {
    JournalBatch batch;
    batch.created.push_back(record);
    batch.frames.push_back({record.key, Frame(0, "control", "payload")});
    batch.history.push_back({record.key, Event(1)});
    return batch;
  }

  base::Status CommitAndFlush(JournalBatch batch) {
    base::Status reported = base::Fail("test.unreported", "");
    journal().Commit(std::move(batch), [&](base::Status status) { reported = std::move(status); });
    const base::Status flushed = journal().Flush();
    EXPECT_EQ(flushed.has_value(), reported.has_value()) << "Flush returns after the reports";
    return reported;
  }

  std::vector<UnfinishedExecution> Unfinished() {
    auto unfinished = journal().LoadUnfinished();
    EXPECT_TRUE(unfinished) << unfinished.error().message;
    return unfinished ? *std::move(unfinished) : std::vector<UnfinishedExecution>();
  }

  std::vector<std::int64_t> HistoryIds(ExecutionKey key, std::int64_t after, int limit) {
    std::vector<std::int64_t> ids;
    const auto page = journal().ReadHistory(key, after, limit).value();
    for (const asl::HistoryEvent& event : page) ids.push_back(event.id);
    return ids;
  }

  Journal& journal() { return fixture_->journal(); }

  std::unique_ptr<JournalFixture> fixture_ = GetParam().make();
};

TEST_P(JournalContract, IsEmptyAtFirst) {
  EXPECT_TRUE(Unfinished().empty());
  EXPECT_EQ(journal().GreatestKey().value(), 0);
  EXPECT_EQ(journal().FindByArn("arn:x").value(), std::nullopt);
  EXPECT_EQ(journal().LoadDefinition("digest").value(), std::nullopt);
  EXPECT_TRUE(journal().ReadHistory(1, 0, 10).value().empty());
  EXPECT_TRUE(journal().Children(1, 0, 0).value().empty());
  EXPECT_TRUE(journal().Flush());
}

TEST_P(JournalContract, KeepsAnExecutionWhole) {
  ExecutionRecord record = Record(3, ParentLink{2, 0xffff'ffff'ffff'fff1, 4, 17});
  ASSERT_TRUE(CommitAndFlush(Creation(record)));
  fixture_->Reopen();
  const auto found = journal().FindByArn(record.arn).value();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->key, 3);
  EXPECT_EQ(found->name, record.name);
  EXPECT_EQ(found->state_machine_arn, record.state_machine_arn);
  EXPECT_EQ(found->definition_digest, "digest");
  EXPECT_EQ(found->scope, "/States/Map");
  EXPECT_EQ(found->input, record.input) << "byte for byte";
  EXPECT_EQ(found->context, "{}");
  ASSERT_TRUE(found->parent);
  EXPECT_EQ(found->parent->parent, 2);
  EXPECT_EQ(found->parent->frame, 0xffff'ffff'ffff'fff1);
  EXPECT_EQ(found->parent->run, 4);
  EXPECT_EQ(found->parent->index, 17);
  EXPECT_EQ(found->status, asl::ExecutionStatus::kRunning);
  EXPECT_EQ(found->started, record.started);
  EXPECT_EQ(found->ended, std::nullopt);
  EXPECT_EQ(found->last_event_id, 1);
  EXPECT_EQ(journal().GreatestKey().value(), 3);
}

TEST_P(JournalContract, AFrameIsWhatItsLastChangeMadeIt) {
  const std::string large(5'000, 'x');
  JournalBatch batch = Creation(Record(1));
  batch.frames.push_back({1, Frame(1, "one", large)});
  batch.frames.push_back({1, Frame(2, "two", "small")});
  batch.frames.push_back({1, Frame(3, "three", std::nullopt)});
  ASSERT_TRUE(CommitAndFlush(std::move(batch)));
  JournalBatch next;
  next.frames.push_back({1, Frame(0, "control 2", std::nullopt)});
  next.frames.push_back({1, Frame(1, "one 2", std::nullopt)});
  next.frames.push_back({1, Frame(1, "one 3", std::nullopt)});
  next.frames.push_back({1, {.id = 3, .removed = true, .control = "", .payload = {}}});
  next.frames.push_back({1, Frame(4, "short-lived", "x")});
  next.frames.push_back({1, {.id = 4, .removed = true, .control = "", .payload = {}}});
  ASSERT_TRUE(CommitAndFlush(std::move(next)));
  fixture_->Reopen();
  auto unfinished = Unfinished();
  ASSERT_EQ(unfinished.size(), 1u);
  auto& frames = unfinished[0].frames;
  ASSERT_EQ(frames.size(), 3u);
  EXPECT_EQ(frames[0].control, "control 2");
  EXPECT_EQ(frames[0].payload, "payload");
  EXPECT_EQ(frames[1].control, "one 3");
  EXPECT_EQ(frames[1].payload, large);
  EXPECT_EQ(frames[2].payload, "small");

  // A payload may shrink and grow.
  JournalBatch swapped;
  swapped.frames.push_back({1, Frame(1, "one", "tiny")});
  swapped.frames.push_back({1, Frame(2, "two", large)});
  ASSERT_TRUE(CommitAndFlush(std::move(swapped)));
  unfinished = Unfinished();
  EXPECT_EQ(unfinished[0].frames[1].payload, "tiny");
  EXPECT_EQ(unfinished[0].frames[2].payload, large);
}

TEST_P(JournalContract, AnEndedExecutionIsNotUnfinished) {
  JournalBatch batch = Creation(Record(1));
  batch.created.push_back(Record(2));
  batch.frames.push_back({2, Frame(0, "c", std::string(3'000, 'p'))});
  ASSERT_TRUE(CommitAndFlush(std::move(batch)));
  JournalBatch ending;
  // The order inside a batch does not matter: a frame of an ended execution does not come back.
  ending.ended.push_back(
      {2, asl::ExecutionStatus::kFailed, At(9), "", "States.Timeout", "it took too long"});
  ending.frames.push_back({2, Frame(0, "c2", std::nullopt)});
  ASSERT_TRUE(CommitAndFlush(std::move(ending)));
  fixture_->Reopen();
  const auto unfinished = Unfinished();
  ASSERT_EQ(unfinished.size(), 1u);
  EXPECT_EQ(unfinished[0].record.key, 1);
  const auto ended = journal().FindByArn(Record(2).arn).value();
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->status, asl::ExecutionStatus::kFailed);
  EXPECT_EQ(ended->ended, At(9));
  EXPECT_EQ(ended->error, "States.Timeout");
  EXPECT_EQ(ended->cause, "it took too long");
  EXPECT_EQ(journal().GreatestKey().value(), 2);
}

TEST_P(JournalContract, GivesEveryStatusBack) {
  using enum asl::ExecutionStatus;
  ExecutionKey key = 0;
  for (const auto status : {kSucceeded, kFailed, kTimedOut, kAborted}) {
    ASSERT_TRUE(CommitAndFlush(Creation(Record(++key))));
    JournalBatch ending;
    ending.ended.push_back({key, status, At(1), "{\"x\":1}", {}, {}});
    ASSERT_TRUE(CommitAndFlush(std::move(ending)));
    const auto found = journal().FindByArn(Record(key).arn).value();
    EXPECT_EQ(found->status, status);
    EXPECT_EQ(found->output, "{\"x\":1}");
    EXPECT_EQ(found->error, std::nullopt);
  }
}

TEST_P(JournalContract, PagesThroughTheHistory) {
  ASSERT_TRUE(CommitAndFlush(Creation(Record(1))));
  ASSERT_TRUE(CommitAndFlush(Creation(Record(2))));
  JournalBatch batch;
  for (int id = 2; id <= 5; ++id) {
    batch.history.push_back({1, Event(id, {{"input", "{\"a\":[1,\"\\u00e9\"]}"}, {"n", id}})});
    batch.history.push_back({2, Event(id)});
  }
  ASSERT_TRUE(CommitAndFlush(std::move(batch)));
  JournalBatch more;
  more.history.push_back({1, Event(6)});
  ASSERT_TRUE(CommitAndFlush(std::move(more)));
  fixture_->Reopen();
  EXPECT_THAT(HistoryIds(1, 0, 100), ::testing::ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(HistoryIds(1, 0, 3), ::testing::ElementsAre(1, 2, 3));
  EXPECT_THAT(HistoryIds(1, 3, 2), ::testing::ElementsAre(4, 5));
  EXPECT_THAT(HistoryIds(1, 5, 2), ::testing::ElementsAre(6));
  EXPECT_THAT(HistoryIds(1, 6, 2), ::testing::IsEmpty());
  EXPECT_THAT(HistoryIds(2, 0, 100), ::testing::ElementsAre(1, 2, 3, 4, 5));
  const auto page = journal().ReadHistory(1, 3, 1).value();
  ASSERT_EQ(page.size(), 1u);
  EXPECT_EQ(page[0].previous_id, 3);
  EXPECT_EQ(page[0].time, At(4));
  EXPECT_EQ(page[0].type, "PassStateEntered");
  EXPECT_EQ(page[0].details, (base::Json{{"input", "{\"a\":[1,\"\\u00e9\"]}"}, {"n", 4}}));
  EXPECT_EQ(Unfinished()[0].record.last_event_id, 6);
}

TEST_P(JournalContract, ListsChildrenInOrderOfTheirIndex) {
  ASSERT_TRUE(CommitAndFlush(Creation(Record(1))));
  JournalBatch batch;
  for (const auto& [key, frame, run, index] :
       {std::tuple{2, 5, 8, 11}, {3, 5, 8, 2}, {4, 6, 8, 0}, {5, 5, 8, 7}, {6, 5, 7, 3}}) {
    batch.created.push_back(
        Record(key, ParentLink{1, static_cast<asl::FrameId>(frame), run, index}));
  }
  batch.ended.push_back({3, asl::ExecutionStatus::kSucceeded, At(2), "\"done\"", {}, {}});
  ASSERT_TRUE(CommitAndFlush(std::move(batch)));
  fixture_->Reopen();
  const auto children = journal().Children(1, 5, 8).value();
  ASSERT_EQ(children.size(), 3u);
  EXPECT_EQ(children[0].key, 3);
  EXPECT_EQ(children[0].output, "\"done\"");
  EXPECT_EQ(children[1].key, 5);
  EXPECT_EQ(children[2].key, 2);
}

TEST_P(JournalContract, KeepsADefinitionOnce) {
  for (int i = 0; i < 2; ++i) {
    JournalBatch batch;
    batch.definitions.push_back({"digest", "{\"StartAt\": \"é\"}"});
    ASSERT_TRUE(CommitAndFlush(std::move(batch)));
  }
  fixture_->Reopen();
  EXPECT_EQ(journal().LoadDefinition("digest").value(), "{\"StartAt\": \"é\"}");
}

TEST_P(JournalContract, ReportsInOrderAndAllBeforeFlushReturns) {
  std::vector<int> reports;
  for (int i = 1; i <= 20; ++i) {
    journal().Commit(Creation(Record(i)), [&, i](base::Status status) {
      EXPECT_TRUE(status);
      reports.push_back(i);
    });
  }
  ASSERT_TRUE(journal().Flush());
  ASSERT_EQ(reports.size(), 20u);
  EXPECT_TRUE(std::ranges::is_sorted(reports));
  fixture_->Reopen();
  EXPECT_EQ(Unfinished().size(), 20u);
}

TEST_P(JournalContract, AReportMayCommitMore) {
  std::atomic<bool> second = false;
  journal().Commit(Creation(Record(1)), [&](base::Status) {
    journal().Commit(Creation(Record(2)), [&](base::Status) { second = true; });
  });
  ASSERT_TRUE(journal().Flush());
  ASSERT_TRUE(journal().Flush());
  EXPECT_TRUE(second);
  EXPECT_TRUE(journal().FindByArn(Record(2).arn).value());
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(JournalContract);

}  // namespace coldpath::engine

#endif  // COLDPATH_ENGINE_JOURNAL_CONTRACT_H_
