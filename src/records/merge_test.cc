#include "records/merge.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <set>

#include "records/ndjson_export.h"
#include "records/test_records.h"

namespace coldpath::records {
namespace {

using domain::Record;

RecordSource From(std::vector<Record> records) {
  return [records = std::move(records),
          at = std::size_t{0}](Record& out) mutable -> base::Result<bool> {
    if (at == records.size()) return false;
    out = records[at++];
    return true;
  };
}

std::vector<Record> Drain(RecordMerge& merge) {
  std::vector<Record> all;
  Record record{};
  while (*merge.Next(record)) all.push_back(record);
  return all;
}

TEST(Merge, GivesTheSortedUnionWithoutRepetitions) {
  EXPECT_TRUE(rc::check([] {
    base::SeededRandom random(*rc::gen::arbitrary<std::uint64_t>());
    const std::vector<Record> pool = HeartRates(60);
    std::vector<std::vector<Record>> parts(1 + random.NextUint64() % 5);
    std::vector<Record> all;
    for (const Record& record : pool) {
      for (std::vector<Record>& part : parts) {
        if (random.NextUint64() % 3 != 0) continue;
        part.push_back(record);
        if (all.empty() || all.back() != record) all.push_back(record);
      }
    }
    std::vector<RecordSource> sources;
    for (const std::vector<Record>& part : parts) sources.push_back(From(part));
    RecordMerge merge(std::move(sources));
    RC_ASSERT(Drain(merge) == all);
  }));
}

TEST(Merge, KeepsWhatDiffersInAnything) {
  std::vector<Record> records = HeartRates(1);
  records.push_back(records[0]);
  records[1].raw_digest = "other";
  records.push_back(records[0]);
  records[2].source_id = "id";
  records.push_back(records[0]);
  SortAndDeduplicate(records);
  EXPECT_EQ(records.size(), 3u);
}

TEST(Merge, SortsWhateverOrderItGets) {
  const std::vector<Record> sorted = HeartRates(100);
  std::vector<Record> newest_first(sorted.rbegin(), sorted.rend());
  SortAndDeduplicate(newest_first);
  EXPECT_EQ(newest_first, sorted);
  std::vector<Record> mixed = sorted;
  std::rotate(mixed.begin(), mixed.begin() + 37, mixed.end());
  SortAndDeduplicate(mixed);
  EXPECT_EQ(mixed, sorted);
}

TEST(Merge, PassesErrorsOnAndEnds) {
  RecordMerge merge({From(HeartRates(2)), [](Record&) -> base::Result<bool> {
                       return base::Fail("records.corrupt", "damaged");
                     }});
  Record record{};
  EXPECT_EQ(merge.Next(record).error().code, "records.corrupt");
}

class Files : public testing::Test {
 protected:
  Files() {
    const std::vector<Record> rates = HeartRates(40'000);  // more than two days
    Add({"google-health", "g", domain::DataType::kHeartRate},
        {rates.begin(), rates.begin() + 25'000});
    Add({"oura", "o", domain::DataType::kHeartRate}, {rates.begin() + 20'000, rates.end()});
    Record steps = rates[7];
    steps.type = domain::DataType::kSteps;
    Add({"oura", "o", domain::DataType::kSteps}, {steps});
    for (const std::string& file : bytes_) views_.push_back(file);
  }
  void Add(const RecordFileHeader& header, const std::vector<Record>& records) {
    bytes_.push_back(EncodeRecordFile(header, records));
  }
  std::vector<std::string> bytes_;
  std::vector<std::string_view> views_;
};

TEST_F(Files, AreExportedInOneOrder) {
  auto lines = NdjsonExport::Open(views_, {});
  ASSERT_TRUE(lines);
  std::string text;
  int pieces = 0;
  for (std::size_t before = 0; *lines->Append(text, 100'000); ++pieces) {
    EXPECT_LE(text.size() - before, 101'000u);
    before = text.size();
  }
  EXPECT_GT(pieces, 50);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 40'001);
  EXPECT_EQ(
      text.substr(0, text.find(",\"digest")),
      "{\"provider\":\"oura\",\"type\":\"steps\",\"unit\":\"{steps}\",\"date\":\"2024-01-01\","
      "\"device\":\"Charge 6\"");
}

TEST_F(Files, AreFilteredByTypeAndLocalDate) {
  RecordFilter filter;
  filter.type = domain::DataType::kHeartRate;
  // The clock is an hour ahead of UTC: the second day begins after 23 hours of records.
  filter.range = domain::DateRange{*base::ParseDate("2024-01-01"), *base::ParseDate("2024-01-02")};
  auto lines = NdjsonExport::Open(views_, filter);
  ASSERT_TRUE(lines);
  std::string text;
  while (*lines->Append(text)) {
  }
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 23 * 720);
}

TEST_F(Files, ArePagedWithoutGapOrRepetition) {
  RecordFilter filter;
  filter.range = domain::DateRange{*base::ParseDate("2024-01-03"), *base::ParseDate("2024-01-04")};
  std::set<std::string> seen;
  std::string cursor;
  int pages = 0;
  for (;; ++pages) {
    const auto page = ReadRecordPage(views_, filter, cursor, 3000);
    ASSERT_TRUE(page);
    for (const std::string& line : page->lines) EXPECT_TRUE(seen.insert(line).second);
    if (!page->next_cursor) break;
    EXPECT_EQ(page->lines.size(), 3000u);
    cursor = *page->next_cursor;
  }
  EXPECT_EQ(seen.size(), 40'000u - 47 * 720);
  EXPECT_EQ(pages, static_cast<int>(seen.size() - 1) / 3000);
}

TEST_F(Files, RefuseForeignCursors) {
  for (const std::string_view cursor : {"x", "!!", "W10", "WzEsMiwzLDQsNV0"}) {
    const auto page = ReadRecordPage(views_, {}, cursor, 10);
    ASSERT_FALSE(page) << cursor;
    EXPECT_EQ(page.error().code, "records.bad_cursor");
  }
}

}  // namespace
}  // namespace coldpath::records
