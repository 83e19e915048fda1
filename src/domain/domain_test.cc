#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <set>

#include "domain/chunk.h"
#include "domain/coverage.h"
#include "domain/data_type.h"
#include "domain/failure.h"
#include "domain/job.h"
#include "domain/record.h"

namespace coldpath::domain {
namespace {

const Date kStart = *base::ParseDate("2024-02-26");

TEST(CoverageTest, CountsEachDayOnce) {
  const TypeCoverage coverage{{kStart, kStart + std::chrono::days(7)}, "cceffbn"};
  EXPECT_EQ(Count(coverage), (CoverageCounts{.requested = 7,
                                             .complete = 2,
                                             .empty = 1,
                                             .failed = 2,
                                             .beyond_provider_history = 1,
                                             .not_attempted = 1}));
}

TEST(CoverageTest, SetChangesOneDay) {
  TypeCoverage coverage{{kStart, kStart + std::chrono::days(4)}, "nnnn"};
  const Date leap_day = *base::ParseDate("2024-02-29");
  coverage.Set(leap_day, DayState::kEmpty);
  EXPECT_EQ(coverage.days, "nnne");
  EXPECT_EQ(coverage.At(leap_day), DayState::kEmpty);
  EXPECT_EQ(DayStateName(coverage.At(kStart)), "not_attempted");
}

TEST(CoverageTest, AlwaysAddsUpAndSumsOverTypes) {
  EXPECT_TRUE(rc::check([] {
    Coverage coverage;
    std::int64_t days = 0;
    for (const DataType type : {DataType::kSteps, DataType::kSleep}) {
      const auto text = *rc::gen::container<std::string>(rc::gen::element('c', 'e', 'f', 'b', 'n'));
      days += static_cast<std::int64_t>(text.size());
      coverage[type] = {{kStart, kStart + std::chrono::days(text.size())}, text};
    }
    const CoverageCounts counts = Count(coverage);
    RC_ASSERT(counts.AddsUp());
    RC_ASSERT(counts.requested == days);
  }));
}

TEST(DateRangeTest, IntersectsAndContains) {
  const DateRange week{kStart, kStart + std::chrono::days(7)};
  const DateRange late{kStart + std::chrono::days(5), kStart + std::chrono::days(9)};
  EXPECT_EQ(Intersect(week, late), (DateRange{late.start, week.end}));
  EXPECT_EQ(Intersect(week, late).days(), 2);
  EXPECT_TRUE(Intersect(week, {week.end, late.end}).empty());
  EXPECT_TRUE(week.Contains(week.start));
  EXPECT_FALSE(week.Contains(week.end));
}

TEST(JobTest, OnlyRetryAndResumeGoBackToRunning) {
  using enum JobStatus;
  for (const ExecutionKind by :
       {ExecutionKind::kStart, ExecutionKind::kRetry, ExecutionKind::kResume}) {
    const bool start = by == ExecutionKind::kStart;
    EXPECT_TRUE(MayBecome(kPending, kRunning, by));
    EXPECT_TRUE(MayBecome(kRunning, kSucceeded, by));
    EXPECT_TRUE(MayBecome(kRunning, kFailed, by));
    EXPECT_TRUE(MayBecome(kPending, kFailed, by));
    EXPECT_EQ(MayBecome(kSucceeded, kRunning, by), !start);
    EXPECT_EQ(MayBecome(kFailed, kRunning, by), !start);
    EXPECT_FALSE(MayBecome(kPending, kSucceeded, by));
    EXPECT_FALSE(MayBecome(kSucceeded, kFailed, by));
    EXPECT_FALSE(MayBecome(kFailed, kSucceeded, by));
    for (const JobStatus from : {kPending, kRunning, kSucceeded, kFailed}) {
      EXPECT_FALSE(MayBecome(from, kPending, by));
    }
  }
}

template <typename Enum>
void ExpectNames(std::initializer_list<std::string_view> names) {
  int number = 0;
  for (const std::string_view name : names) {
    const auto value = static_cast<Enum>(number++);
    EXPECT_EQ(Name(value), name);
    EXPECT_EQ(FindByName<Enum>(name), value);
  }
  EXPECT_FALSE(FindByName<Enum>("other"));
}

TEST(JobTest, NamesAreAsStored) {
  ExpectNames<JobStatus>({"PENDING", "RUNNING", "SUCCEEDED", "FAILED"});
  ExpectNames<JobOutcome>(
      {"complete", "complete_with_gaps", "provider_limited", "needs_reauth", "cancelled"});
  ExpectNames<Desired>({"run", "pause", "cancel"});
  ExpectNames<JobKind>({"historical", "first_week"});
  ExpectNames<ExecutionKind>({"start", "retry", "resume"});
  ExpectNames<StopReason>({"none", "user", "downgrade", "erased"});
}

TEST(ChunkTest, NamesAreAsStored) {
  for (const std::string_view name : {"not_attempted", "running", "complete", "failed"}) {
    EXPECT_EQ(ChunkStatusName(*FindChunkStatus(name)), name);
  }
  EXPECT_FALSE(FindChunkStatus("done"));
}

TEST(FailureTest, NamesAreTheWorkflowsErrorNames) {
  for (const std::string_view name :
       {"RateLimited", "Transient", "NeedsReauth", "Forbidden", "InvalidData", "BeyondHistory",
        "ProviderBug", "ProviderLimited", "JobStopped", "Interrupted"}) {
    ASSERT_TRUE(FindFailureKind(name)) << name;
    EXPECT_EQ(FailureName(*FindFailureKind(name)), name);
  }
  EXPECT_FALSE(FindFailureKind("Unknown"));
}

TEST(DataTypeTest, TheTableIsInTheOrderOfTheTypes) {
  std::set<std::string_view> names;
  for (const DataTypeInfo& info : AllDataTypes()) {
    EXPECT_EQ(Info(info.type).name, info.name);
    EXPECT_EQ(FindDataType(info.name), info.type);
    EXPECT_FALSE(info.unit.empty()) << info.name;
    EXPECT_FALSE(info.title.empty()) << info.name;
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(kDataTypeCount));
  EXPECT_FALSE(FindDataType("hrv"));
}

TEST(RecordTest, OrderIsTotalOverWhatTellsRecordsApart) {
  std::vector<Record> ordered;
  for (const DataType type : {DataType::kSteps, DataType::kSleep}) {
    for (const int start : {0, 5}) {
      for (const int length : {0, 1}) {
        for (const char* id : {"", "a", "b"}) {
          for (const char* digest : {"0", "1"}) {
            Record record;
            record.type = type;
            record.start = base::FromUnixSeconds(start);
            record.end = base::FromUnixSeconds(start + length);
            record.source_id = id;
            record.raw_digest = digest;
            ordered.push_back(record);
          }
        }
      }
    }
  }
  for (std::size_t i = 0; i < ordered.size(); ++i) {
    for (std::size_t j = 0; j < ordered.size(); ++j) {
      EXPECT_EQ(RecordBefore(ordered[i], ordered[j]), i < j) << i << " " << j;
    }
  }
}

}  // namespace
}  // namespace coldpath::domain
