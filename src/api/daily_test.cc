// GET /v1/records/daily: figures, merging, paging, and the summaries that make it quick.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/api_fixture.h"
#include "records/record_file.h"
#include "service/daily_summary.h"
#include "service/daily_values.h"

namespace coldpath::api {
namespace {

using base::Json;
using domain::DataType;
using test::Answered;
using test::Api;

domain::Date Day(const char* text) { return base::ParseDate(text).value(); }

domain::Record RecordOn(DataType type, domain::Date day, int hour, double value) {
  domain::Record record;
  record.type = type;
  record.start = record.end = base::StartOfDay(day, {}) + std::chrono::hours(hour);
  record.local_date = day;
  record.value = value;
  return record;
}

// Gives the chunk of `type` that holds the records' days a record file with them.
std::string Store(Api& api, const std::string& job, DataType type,
                  const std::vector<domain::Record>& records) {
  const std::string bytes = records::EncodeRecordFile({"acme", "ada@acme", type}, records);
  std::string key;
  for (const domain::Chunk& chunk : api.Chunks(job)) {
    if (chunk.spec.types[0] != type || !chunk.spec.range.Contains(records[0].local_date)) continue;
    key = tasks::RecordsKey("ada", job, chunk.spec.id, domain::Info(type).name,
                            base::Sha256Hex(bytes));
    EXPECT_TRUE(api.objects.Put(key, bytes));
    api.ChangeChunk(job, chunk.spec.id, [&](domain::Chunk& row) {
      row.status = domain::ChunkStatus::kComplete;
      row.results = {
          {type,
           {row.spec.range, std::string(static_cast<std::size_t>(row.spec.range.days()), 'c')},
           static_cast<std::int64_t>(records.size()),
           key,
           base::Sha256Hex(bytes),
           0}};
    });
  }
  EXPECT_FALSE(key.empty());
  return key;
}

constexpr const char* kHeart = "/v1/records/daily?type=heart-rate&start=2025-01-01&end=2025-06-01";

TEST(DailyValuesTest, GiveTheMeanOfHeartRateAndTheSumOfSleepInHours) {
  Api api;
  const std::string job = api.StartRunning();
  Store(api, job, DataType::kHeartRate,
        {RecordOn(DataType::kHeartRate, Day("2025-01-02"), 1, 60),
         RecordOn(DataType::kHeartRate, Day("2025-01-02"), 2, 90),
         RecordOn(DataType::kHeartRate, Day("2025-01-04"), 1, 50)});
  Store(api, job, DataType::kSleep,
        {RecordOn(DataType::kSleep, Day("2025-01-02"), 1, 90),
         RecordOn(DataType::kSleep, Day("2025-01-02"), 12, 360)});
  const Json heart = api.Get(kHeart).json;
  EXPECT_EQ(heart.at("unit"), "/min");
  EXPECT_TRUE(heart.at("next_cursor").is_null());
  ASSERT_EQ(heart.at("days").size(), 2);  // the day between has no record
  EXPECT_EQ(
      heart.at("days")[0],
      Json(
          {{"date", "2025-01-02"}, {"records", 2}, {"value", 75.0}, {"min", 60.0}, {"max", 90.0}}));
  EXPECT_EQ(heart.at("days")[1].at("date"), "2025-01-04");
  const Json sleep = api.Get("/v1/records/daily?type=sleep&start=2025-01-01&end=2025-06-01").json;
  EXPECT_EQ(sleep.at("unit"), "h");
  ASSERT_EQ(sleep.at("days").size(), 1);
  EXPECT_EQ(sleep.at("days")[0].at("value"), 7.5);
  EXPECT_EQ(sleep.at("days")[0].at("min"), 1.5);
}

TEST(DailyValuesTest, AreKeptBesideTheirFileAndReadFromThere) {
  Api api;
  const std::string job = api.StartRunning();
  const std::string key = Store(api, job, DataType::kHeartRate,
                                {RecordOn(DataType::kHeartRate, Day("2025-01-02"), 1, 60)});
  const Json first = api.Get(kHeart).json;
  const std::string summary = tasks::DailyKey(key);
  ASSERT_TRUE(api.objects.Get(summary));
  // The file is not needed any more.
  ASSERT_TRUE(api.objects.Delete(key));
  EXPECT_EQ(api.Get(kHeart).json, first);
  // A summary that cannot be read is made anew from the file, and without that it is an error.
  ASSERT_TRUE(api.objects.Put(summary, "{\"format\":\"coldpath.daily/9\",\"days\":[]}"));
  EXPECT_NE(api.Get(kHeart).status, 200);
}

TEST(DailyValuesTest, CountADayOnceWhateverManySyncsBroughtIt) {
  Api api;
  const std::string old_job = api.StartRunning();
  Store(api, old_job, DataType::kHeartRate,
        {RecordOn(DataType::kHeartRate, Day("2025-01-02"), 1, 60),
         RecordOn(DataType::kHeartRate, Day("2025-01-03"), 1, 61)});
  // A newer sync over the same connection has the first day anew; the old one's other day stays.
  const domain::Job old_row = api.Job("ada", old_job);
  domain::Job newer = old_row;
  newer.id = "ffffffff-ffff-7fff-bfff-ffffffffffff";
  newer.version = 0;
  newer.range = {Day("2025-01-01"), Day("2025-01-03")};
  newer.executions[0].name = test::kKey2;
  ASSERT_TRUE(api.jobs.CreateJob(newer, {test::kKey2, "ada", "r", "h", newer.id, "{}", {}}));
  ASSERT_TRUE(api.jobs.PutChunks(newer.id, {{.id = "heart-rate-x",
                                             .stream = "heart-rate",
                                             .range = newer.range,
                                             .types = {DataType::kHeartRate}}}));
  Store(api, newer.id, DataType::kHeartRate,
        {RecordOn(DataType::kHeartRate, Day("2025-01-02"), 1, 100)});
  const Json days = api.Get(kHeart).json.at("days");
  ASSERT_EQ(days.size(), 2);
  EXPECT_EQ(days[0].at("value"), 100);
  EXPECT_EQ(days[0].at("records"), 1);
  EXPECT_EQ(days[1].at("value"), 61);
}

TEST(DailyValuesTest, RefuseNonsenseAndOtherPeoplesData) {
  Api api;
  const std::string job = api.StartRunning();
  Store(api, job, DataType::kHeartRate, {RecordOn(DataType::kHeartRate, Day("2025-01-02"), 1, 60)});
  const Answered bob = api.Send({.path = kHeart, .token = api.Token("bob", true)});
  EXPECT_TRUE(bob.json.at("days").empty());
  EXPECT_EQ(api.Get(std::string(kHeart) + "&cursor=x").code(), "invalid-cursor");
  EXPECT_EQ(api.Get(std::string(kHeart) + "&cursor=2026-01-01").code(), "invalid-cursor");
  EXPECT_EQ(api.Get("/v1/records/daily?type=mood&start=2025-01-01&end=2025-06-01").code(),
            "unknown-type");
  EXPECT_TRUE(api.Get(std::string(kHeart) + "&connection_id=none").json.at("days").empty());
}

TEST(DailyValuesTest, APageEndsWhenItHasCostEnoughAndLosesNoDay) {
  Api api;
  const std::string connection = api.Connect("ada");
  const domain::Date first = Day("2020-01-01");
  const int count = service::kDailySummaries + 50;
  domain::Job job;
  job.id = "0197a000-0000-7000-8000-000000000001";
  job.user_id = "ada";
  job.connection_id = connection;
  job.provider = "acme";
  job.types = {DataType::kHeartRate};
  job.range = {first, first + std::chrono::days(count)};
  job.executions = {{.name = test::kKey1}};
  ASSERT_TRUE(api.jobs.CreateJob(job, {test::kKey1, "ada", "r", "h", job.id, "{}", {}}));
  std::vector<domain::ChunkSpec> specs;
  for (int i = 0; i < count; ++i) {
    const domain::Date day = first + std::chrono::days(i);
    specs.push_back({.id = "heart-rate-" + base::FormatDate(day),
                     .stream = "heart-rate",
                     .range = {day, day + std::chrono::days(1)},
                     .types = {DataType::kHeartRate}});
  }
  ASSERT_TRUE(api.jobs.PutChunks(job.id, specs));
  for (const domain::ChunkSpec& spec : specs) {
    const std::string bytes =
        records::EncodeRecordFile({"acme", "ada@acme", DataType::kHeartRate},
                                  {RecordOn(DataType::kHeartRate, spec.range.start, 1, 60)});
    const std::string key = tasks::RecordsKey("ada", job.id, spec.id, "heart-rate", "00");
    ASSERT_TRUE(api.objects.Put(key, bytes));
    api.ChangeChunk(job.id, spec.id, [&](domain::Chunk& row) {
      row.status = domain::ChunkStatus::kComplete;
      row.results = {{DataType::kHeartRate, {spec.range, "c"}, 1, key, "00", 0}};
    });
  }
  const std::string path = "/v1/records/daily?type=heart-rate&start=2019-01-01&end=2025-01-01";
  const Json one = api.Get(path).json;
  EXPECT_EQ(one.at("days").size(), service::kDailySummaries);
  const Json two = api.Get(path + "&cursor=" + one.at("next_cursor").get<std::string>()).json;
  EXPECT_EQ(two.at("days").size(), 50);
  EXPECT_TRUE(two.at("next_cursor").is_null());
  EXPECT_GT(two.at("days")[0].at("date"), one.at("days").back().at("date"));
}

TEST(DailySummaryTest, KeepsBothSidesOfABloodPressure) {
  domain::Record record = RecordOn(DataType::kBloodPressure, Day("2025-01-02"), 1, 0);
  record.value.reset();
  record.components = {{"systolic", 120, "mm[Hg]"}, {"diastolic", 80, "mm[Hg]"}};
  domain::Record deleted = record;
  deleted.start = deleted.end = record.start + std::chrono::hours(1);
  deleted.tombstone = true;
  const auto sums = service::SummarizeFile(
      records::EncodeRecordFile({"acme", "a", DataType::kBloodPressure}, {record, deleted}));
  ASSERT_TRUE(sums) << sums.error().message;
  ASSERT_EQ(sums->size(), 1);
  EXPECT_EQ(sums->at(Day("2025-01-02")), (service::DaySum{1, 120, 120, 120, 80}));
  EXPECT_EQ(service::DecodeSummary(service::EncodeSummary(*sums)), *sums);
  for (const char* bad :
       {"", "{}", R"({"format":"coldpath.daily/1"})",
        R"({"format":"coldpath.daily/1","days":[["2025-01-02",0,1.0,1.0,1.0,0.0]]})",
        R"({"format":"coldpath.daily/1","days":[["2025-13-02",1,1.0,1.0,1.0,0.0]]})",
        R"({"format":"coldpath.daily/1","days":[["2025-01-02",1,"1",1.0,1.0,0.0]]})"}) {
    EXPECT_EQ(service::DecodeSummary(bad).error().code, "daily.malformed") << bad;
  }
}

}  // namespace
}  // namespace coldpath::api
