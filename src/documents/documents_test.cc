// Golden tests of the on-disk documents: if one fails, files in the field can no longer be read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "documents/chunk_document.h"
#include "documents/connection_document.h"
#include "documents/job_document.h"

namespace coldpath::documents {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kJob =
    R"({"connection_id":"c","created":1000000,"desired":"pause","ended":null,)"
    R"("estimated_seconds":1.5,"executions":[{"arn":"a","chunk_list":"l","input":"{}",)"
    R"("kind":"retry","launched":2000000,"name":"n","number":1,"settled":true}],)"
    R"("failure_message":"","kind":"first_week","manifest_key":"m","max_concurrency":7,)"
    R"("minimum_calls":3,"outcome":"complete_with_gaps","paused":true,"planned_calls":4,)"
    R"("planned_chunks":2,"provider":"oura","range":{"end":"2024-01-08","start":"2024-01-01"},)"
    R"("started":5,"status":"RUNNING","stop_reason":"user","types":["sleep","hrv-rmssd"]})";

constexpr std::string_view kChunk =
    R"({"attempt":{"execution":"e","number":2,"token":"t"},"billed_seconds":61,"bytes":9,)"
    R"("failure":{"kind":"InvalidData","message":"bad","retry_at":null,"types":["hrv-rmssd"],)"
    R"("where":"/data"},"provider_calls":3,"raw_keys":["r1"],)"
    R"("results":[{"coverage":{"days":"ce","range":{"end":"2024-01-03","start":"2024-01-01"}},)"
    R"("object_key":"k","provisional_days":1,"records":5,"sha256":"00","type":"sleep"}],)"
    R"("spec":{"expected_calls":2,"range":{"end":"2024-01-03","start":"2024-01-01"},)"
    R"("stream":"sleep","types":["sleep","hrv-rmssd"]},)"
    R"("waits":{"count":1,"since":1,"until":2}})";

constexpr std::string_view kConnection =
    R"({"access_expires":7,"created":1,"provider":"oura","provider_user_id":"p",)"
    R"("refresh":{"owner":"w","until":null},"scopes":["daily"],"sealed_tokens":"AP+A",)"
    R"("status":"needs_reauth"})";

TEST(DocumentsTest, AJobReadsAndWritesTheSameBytes) {
  const auto job = DecodeJob("job", kJob);
  ASSERT_TRUE(job) << job.error().message;
  EXPECT_EQ(job->kind, domain::JobKind::kFirstWeek);
  EXPECT_EQ(job->outcome, domain::JobOutcome::kCompleteWithGaps);
  EXPECT_EQ(job->created, base::FromUnixSeconds(1));
  EXPECT_EQ(job->executions.at(0).kind, domain::ExecutionKind::kRetry);
  EXPECT_EQ(EncodeJob(*job), kJob);
}

TEST(DocumentsTest, AChunkReadsAndWritesTheSameBytes) {
  const auto chunk = DecodeChunk("chunk", kChunk);
  ASSERT_TRUE(chunk) << chunk.error().message;
  EXPECT_EQ(chunk->results.at(0).coverage.days, "ce");
  EXPECT_EQ(EncodeChunk(*chunk), kChunk);
}

TEST(DocumentsTest, AConnectionReadsAndWritesTheSameBytes) {
  const auto connection = DecodeConnection("connection", kConnection);
  ASSERT_TRUE(connection) << connection.error().message;
  EXPECT_EQ(connection->sealed_tokens, std::string("\0\xff\x80", 3));
  EXPECT_EQ(EncodeConnection(*connection), kConnection);
}

TEST(DocumentsTest, EveryMissingMemberIsCorruption) {
  const auto expect_needed = [](std::string_view text, const auto& decode) {
    const base::Json whole = *base::ParseJson(text);
    for (const auto& [name, value] : whole.items()) {
      if (name == "outcome" || value.is_null()) continue;
      base::Json damaged = whole;
      damaged.erase(name);
      // A failure is optional, and an optional time may be absent.
      const auto read = decode(base::DumpJson(damaged));
      if (read) {
        EXPECT_TRUE(name == "failure" || name == "started" || name == "access_expires") << name;
      } else {
        EXPECT_EQ(read.error().code, "store.corrupt");
        EXPECT_THAT(read.error().message, HasSubstr(name));
      }
    }
  };
  expect_needed(kJob, [](const std::string& text) { return DecodeJob("job", text); });
  expect_needed(kChunk, [](const std::string& text) { return DecodeChunk("chunk", text); });
  expect_needed(kConnection,
                [](const std::string& text) { return DecodeConnection("connection", text); });
}

TEST(DocumentsTest, CoverageThatDoesNotFitItsRangeIsCorruption) {
  std::string text(kChunk);
  text.replace(text.find("\"ce\""), 4, "\"cee\"");
  EXPECT_EQ(DecodeChunk("chunk", text).error().code, "store.corrupt");
  text.replace(text.find("\"cee\""), 5, "\"cx\"");
  EXPECT_EQ(DecodeChunk("chunk", text).error().code, "store.corrupt");
}

}  // namespace
}  // namespace coldpath::documents
