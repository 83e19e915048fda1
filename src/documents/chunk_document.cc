#include "documents/chunk_document.h"

#include <utility>

#include "documents/document.h"
#include "documents/job_document.h"

namespace coldpath::documents {
namespace {

using base::Json;

Json EncodeFailure(const std::optional<domain::ChunkFailure>& failure) {
  if (!failure) return nullptr;
  return {{"kind", domain::FailureName(failure->failure.kind)},
          {"message", failure->failure.message},
          {"retry_at", ToJsonTime(failure->failure.retry_at)},
          {"types", EncodeTypes(failure->types)},
          {"where", failure->failure.where}};
}

domain::ChunkFailure DecodeFailure(DocumentReader reader) {
  domain::ChunkFailure failure;
  failure.failure.kind = reader.Named("kind", domain::FindFailureKind);
  failure.failure.message = reader.Text("message");
  failure.failure.retry_at = reader.OptionalTime("retry_at");
  failure.failure.where = reader.Text("where");
  failure.types = DecodeTypes(reader, "types");
  return failure;
}

Json EncodeResult(const domain::TypeResult& result) {
  return {
      {"coverage", {{"days", result.coverage.days}, {"range", EncodeRange(result.coverage.range)}}},
      {"object_key", result.object_key},
      {"provisional_days", result.provisional_days},
      {"records", result.records},
      {"sha256", result.sha256},
      {"type", domain::Info(result.type).name}};
}

bool IsCoverage(const domain::TypeCoverage& coverage) {
  return std::cmp_equal(coverage.days.size(), std::max(0, coverage.range.days())) &&
         coverage.days.find_first_not_of("cefbn") == std::string::npos;
}

domain::TypeResult DecodeResult(DocumentReader reader) {
  domain::TypeResult result;
  result.type = reader.Named("type", domain::FindDataType);
  DocumentReader coverage = reader.Inner(reader.Object("coverage"));
  result.coverage.days = coverage.Text("days");
  result.coverage.range = DecodeRange(coverage, "range");
  if (!IsCoverage(result.coverage)) coverage.Wrong("days");
  result.object_key = reader.Text("object_key");
  result.provisional_days = reader.Int("provisional_days");
  result.records = reader.Integer("records");
  result.sha256 = reader.Text("sha256");
  return result;
}

domain::Chunk ReadChunk(DocumentReader& reader) {
  domain::Chunk chunk;
  DocumentReader attempt = reader.Inner(reader.Object("attempt"));
  chunk.attempt = attempt.Int("number");
  chunk.attempt_token = attempt.Text("token");
  chunk.attempt_execution = attempt.Text("execution");
  chunk.bytes = reader.Integer("bytes");
  chunk.billed_seconds = reader.Integer("billed_seconds");
  if (reader.Has("failure")) chunk.failure = DecodeFailure(reader.Inner(reader.Object("failure")));
  chunk.provider_calls = reader.Integer("provider_calls");
  chunk.raw_keys = reader.Texts("raw_keys");
  for (const Json& item : reader.List("results")) {
    chunk.results.push_back(DecodeResult(reader.Inner(item)));
  }
  DocumentReader spec = reader.Inner(reader.Object("spec"));
  chunk.spec.stream = spec.Text("stream");
  chunk.spec.range = DecodeRange(spec, "range");
  chunk.spec.types = DecodeTypes(spec, "types");
  chunk.spec.expected_calls = spec.Integer("expected_calls");
  DocumentReader waits = reader.Inner(reader.Object("waits"));
  chunk.waits = waits.Int("count");
  chunk.waiting_since = waits.OptionalTime("since");
  chunk.waiting_until = waits.OptionalTime("until");
  return chunk;
}

}  // namespace

std::string EncodeChunk(const domain::Chunk& chunk) {
  Json results = Json::array();
  for (const domain::TypeResult& result : chunk.results) results.push_back(EncodeResult(result));
  return base::DumpJson({
      {"attempt",
       {{"execution", chunk.attempt_execution},
        {"number", chunk.attempt},
        {"token", chunk.attempt_token}}},
      {"billed_seconds", chunk.billed_seconds},
      {"bytes", chunk.bytes},
      {"failure", EncodeFailure(chunk.failure)},
      {"provider_calls", chunk.provider_calls},
      {"raw_keys", chunk.raw_keys},
      {"results", std::move(results)},
      {"spec",
       {{"expected_calls", chunk.spec.expected_calls},
        {"range", EncodeRange(chunk.spec.range)},
        {"stream", chunk.spec.stream},
        {"types", EncodeTypes(chunk.spec.types)}}},
      {"waits",
       {{"count", chunk.waits},
        {"since", ToJsonTime(chunk.waiting_since)},
        {"until", ToJsonTime(chunk.waiting_until)}}},
  });
}

base::Result<domain::Chunk> DecodeChunk(const std::string& what, std::string_view document) {
  return DecodeDocument(what, document, ReadChunk);
}

}  // namespace coldpath::documents
