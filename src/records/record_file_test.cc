#include "records/record_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "base/crypto.h"
#include "base/json.h"
#include "base/random.h"
#include "records/merge.h"
#include "records/ndjson_export.h"
#include "records/raw_file.h"
#include "records/record_line.h"
#include "records/test_records.h"

namespace coldpath::records {
namespace {

using domain::Record;
using testing::HasSubstr;

RecordFileHeader Header(domain::DataType type) { return {"oura", "user-1", type}; }

TEST(RecordLine, HasItsDocumentedForm) {
  std::string line;
  AppendRecordLine(line, FullRecord());
  EXPECT_EQ(
      line,
      "{\"activity\":\"long \\\"sleep\\\"\",\"components\":[{\"name\":\"distance\",\"unit\":"
      "\"m\",\"value\":1234.5}],\"date\":\"2024-03-31\",\"deleted\":true,\"device\":\"Ring "
      "\xC3\xBC\\n\",\"digest\":\"00ff\",\"end\":\"2024-03-31T05:30:00.250Z\",\"granularity\":"
      "\"session\",\"id\":\"s-1\",\"modality\":\"manual\",\"offset\":7200,\"offset_from\":"
      "\"inferred\",\"stages\":[{\"end\":\"2024-03-30T22:05:00Z\",\"kind\":\"rem\",\"start\":"
      "\"2024-03-30T22:00:00Z\"}],\"start\":\"2024-03-30T22:00:00Z\",\"statistic\":\"session\","
      "\"value\":430,\"version\":\"v2\"}\n");
}

TEST(RecordLine, LeavesOutDefaults) {
  Record record{};
  record.type = domain::DataType::kHeartRate;
  record.start = record.end = base::FromUnixMillis(1'700'000'000'123);
  record.local_date = base::LocalDate(record.start, {});
  record.value = 61.5;
  std::string line;
  AppendRecordLine(line, record);
  EXPECT_EQ(line,
            "{\"date\":\"2023-11-14\",\"start\":\"2023-11-14T22:13:20.123Z\",\"value\":61.5}\n");
}

TEST(RecordLine, RefusesWhatIsNoRecord) {
  for (const std::string_view line : {
           "",
           "{}",
           "[]",
           "{\"date\":\"2024-01-01\"}",
           "{\"start\":\"2024-01-01T00:00:00Z\"}",
           "{\"date\":\"2024-01-01\",\"start\":\"2024-01-01T00:00:00Z\",\"odd\":1}",
           "{\"date\":\"2024-01-01\",\"start\":\"2024-01-01T00:00:00Z\"} x",
           "{\"date\":\"2024-01-01\",\"start\":\"2024-01-01T00:00:00Z\",\"value\":nan}",
           "{\"date\":\"2024-01-01\",\"start\":\"2024-01-01T00:00:00Z\",\"value\":-inf}",
           "{\"date\":\"2024-13-01\",\"start\":\"2024-01-01T00:00:00Z\"}",
           "{\"date\":\"2024-01-01\",\"start\":\"2024-01-01T00:00:00Z\",\"statistic\":\"median\"}",
           "{\"date\":\"2024-01-01\",\"start\":\"2024-01-01T00:00:00Z\",\"id\":\"\\u00zz\"}",
           "{\"date\":\"2024-01-01\",\"start\":\"2024-01-01T00:00:00Z\",\"id\":\"cut",
       }) {
    Record record{};
    const auto read = ReadRecordLine(line, record);
    ASSERT_FALSE(read) << line;
    EXPECT_EQ(read.error().code, "records.malformed") << line;
  }
}

TEST(RecordFile, GivesBackWhatWasPutIn) {
  EXPECT_TRUE(rc::check("decode(encode(records)) == records", [] {
    base::SeededRandom random(*rc::gen::arbitrary<std::uint64_t>());
    const auto type =
        domain::AllDataTypes()[static_cast<std::size_t>(random.NextUint64() % 16)].type;
    std::vector<Record> records;
    for (std::uint64_t i = random.NextUint64() % 40; i > 0; --i) {
      records.push_back(ArbitraryRecord(type, random));
    }
    std::sort(records.begin(), records.end(), domain::RecordBefore);
    const auto file = DecodeRecordFile(EncodeRecordFile(Header(type), records));
    RC_ASSERT(file.has_value());
    RC_ASSERT(file->header == Header(type));
    RC_ASSERT(file->records == records);
  }));
}

TEST(RecordFile, EqualRecordsGiveEqualBytes) {
  const std::vector<Record> records = HeartRates(5000);
  const std::string bytes = EncodeRecordFile(Header(domain::DataType::kHeartRate), records);
  EXPECT_EQ(bytes, EncodeRecordFile(Header(domain::DataType::kHeartRate), records));
  // On-disk bytes: they may change with the zstd library, never with the content's own form.
  std::string text;
  Decompressor file(bytes, 64u << 20);
  while (*file.Read(text)) {
  }
  EXPECT_EQ(base::Sha256Hex(text),
            "2ec92d013780f557b6d8ae40c97edc134e2d83938ea35acf00b3984b09e49b0f");
}

// A file of the first release. COLDPATH_WRITE_GOLDEN=1 writes it anew: only for a new format.
TEST(RecordFile, GoldenFileStaysReadable) {
  const std::string path = COLDPATH_SOURCE_DIR "/tests/golden/records/heart-rate.ndjson.zst";
  if (std::getenv("COLDPATH_WRITE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary)
        << EncodeRecordFile(Header(domain::DataType::kHeartRate), HeartRates(200));
  }
  std::ifstream in(path, std::ios::binary);
  std::stringstream bytes;
  bytes << in.rdbuf();
  const auto file = DecodeRecordFile(bytes.str());
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->header, Header(domain::DataType::kHeartRate));
  EXPECT_EQ(file->records, HeartRates(200));
}

TEST(RecordFile, NoticesDamage) {
  const std::string bytes =
      EncodeRecordFile(Header(domain::DataType::kHeartRate), HeartRates(2000));
  const auto code = [](const std::string& damaged) {
    const auto file = DecodeRecordFile(damaged);
    return file ? std::string("none") : file.error().code;
  };
  EXPECT_EQ(code(""), "records.truncated");
  EXPECT_EQ(code("not a zstd frame"), "records.corrupt");
  EXPECT_EQ(code(bytes.substr(0, bytes.size() / 2)), "records.truncated");
  EXPECT_EQ(code(bytes.substr(0, bytes.size() - 1)), "records.truncated");
  EXPECT_EQ(code(bytes + "x"), "records.corrupt");
  std::string flipped = bytes;
  flipped[flipped.size() / 2] = static_cast<char>(flipped[flipped.size() / 2] ^ 0x10);
  EXPECT_NE(code(flipped), "none");
}

TEST(RecordFile, IsBounded) {
  const std::string bytes =
      EncodeRecordFile(Header(domain::DataType::kHeartRate), HeartRates(3000));
  const auto file = DecodeRecordFile(bytes, {.max_bytes = 100'000});
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, "records.too_large");

  Record wide = HeartRates(1)[0];
  wide.device = std::string(1'000'000, 'x');
  const auto line =
      DecodeRecordFile(EncodeRecordFile(Header(wide.type), {wide}), {.max_line_bytes = 100'000});
  ASSERT_FALSE(line);
  EXPECT_EQ(line.error().code, "records.too_large");
}

TEST(RecordFile, RefusesForeignContent) {
  const auto code = [](std::string_view text) {
    Compressor file;
    file.text() += text;
    const auto decoded = DecodeRecordFile(file.Finish());
    return decoded ? std::string("none") : decoded.error().code;
  };
  constexpr std::string_view kHeader =
      "{\"format\":\"coldpath.records/1\",\"provider\":\"oura\",\"provider_user\":\"u\",\"type\":"
      "\"steps\"}\n";
  constexpr std::string_view kLate =
      "{\"date\":\"2024-01-02\",\"start\":\"2024-01-02T00:00:00Z\"}\n";
  constexpr std::string_view kEarly =
      "{\"date\":\"2024-01-01\",\"start\":\"2024-01-01T00:00:00Z\"}\n";
  EXPECT_EQ(code(""), "records.malformed");
  EXPECT_EQ(code("{}\n"), "records.malformed");
  EXPECT_EQ(code("no json\n"), "records.malformed");
  EXPECT_EQ(code(std::string(kHeader) + "{\"date\":1}\n"), "records.malformed");
  EXPECT_EQ(code(std::string(kHeader) + "{\"date\""), "records.truncated");
  EXPECT_EQ(code(std::string(kHeader).append(kLate).append(kEarly)), "records.malformed");
  EXPECT_EQ(code(std::string(kHeader).append(kEarly).append(kLate)), "none");
}

TEST(RawFile, GivesBackWhatWasPutIn) {
  EXPECT_TRUE(rc::check([](const std::vector<std::string>& bodies) {
    std::vector<RawExchange> exchanges;
    for (const std::string& body : bodies) {
      exchanges.push_back({"GET", "https://api.example.com/x?page=1", 200, body});
    }
    const auto read = DecodeRawFile(EncodeRawFile(exchanges));
    RC_ASSERT(read.has_value());
    RC_ASSERT(*read == exchanges);
  }));
}

TEST(RawFile, KeepsNoSecret) {
  base::HttpRequest request;
  request.url = "https://me:pw@api.example.com/v2/x?start=1&access_token=abc&code=d&next_token=n";
  request.headers.Set("Authorization", "Bearer abc");
  base::HttpResponse response;
  response.body = "{}";
  EXPECT_EQ(KeepExchange(request, response),
            (RawExchange{"GET",
                         "https://api.example.com/v2/"
                         "x?start=1&access_token=redacted&code=redacted&next_token=n",
                         200, "{}"}));
}

TEST(RawFile, NoticesDamage) {
  const auto code = [](std::string_view text) {
    Compressor file;
    file.text() += text;
    const auto decoded = DecodeRawFile(file.Finish());
    return decoded ? std::string("none") : decoded.error().code;
  };
  const std::string head = "{\"exchanges\":1,\"format\":\"coldpath.raw/1\"}\n";
  const std::string line = "{\"body_bytes\":2,\"method\":\"GET\",\"status\":200,\"url\":\"x\"}\n";
  EXPECT_EQ(code(head + line + "{}\n"), "none");
  EXPECT_EQ(code(""), "records.malformed");
  EXPECT_EQ(code("{}\n"), "records.malformed");
  EXPECT_EQ(code(head), "records.malformed");
  EXPECT_EQ(code(head + line + "{}"), "records.malformed");
  EXPECT_EQ(code(head + line + "{}\nx"), "records.malformed");
  EXPECT_EQ(code(head + "{\"body_bytes\":-2}\n{}\n"), "records.malformed");
  EXPECT_EQ(DecodeRawFile("").error().code, "records.truncated");
  EXPECT_EQ(
      DecodeRawFile(EncodeRawFile({{"GET", "x", 200, std::string(9999, 'x')}}), {.max_bytes = 100})
          .error()
          .code,
      "records.too_large");
}

}  // namespace
}  // namespace coldpath::records
