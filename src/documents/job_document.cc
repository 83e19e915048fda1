#include "documents/job_document.h"

#include <utility>

namespace coldpath::documents {
namespace {

using base::Json;

Json EncodeExecution(const domain::JobExecution& execution) {
  return {{"arn", execution.arn},
          {"chunk_list", execution.chunk_list},
          {"input", execution.input},
          {"kind", domain::Name(execution.kind)},
          {"launched", ToJsonTime(execution.launched)},
          {"name", execution.name},
          {"number", execution.number},
          {"settled", execution.settled}};
}

domain::JobExecution DecodeExecution(DocumentReader& reader) {
  domain::JobExecution execution;
  execution.arn = reader.Text("arn");
  execution.chunk_list = reader.Text("chunk_list");
  execution.input = reader.Text("input");
  execution.kind = reader.Named("kind", domain::FindByName<domain::ExecutionKind>);
  execution.launched = reader.OptionalTime("launched");
  execution.name = reader.Text("name");
  execution.number = reader.Int("number");
  execution.settled = reader.Flag("settled");
  return execution;
}

domain::Job ReadJob(DocumentReader& reader) {
  domain::Job job;
  job.connection_id = reader.Text("connection_id");
  job.provider = reader.Text("provider");
  job.kind = reader.Named("kind", domain::FindByName<domain::JobKind>);
  job.range = DecodeRange(reader, "range");
  job.types = DecodeTypes(reader, "types");
  job.max_concurrency = reader.Int("max_concurrency");
  job.status = reader.Named("status", domain::FindByName<domain::JobStatus>);
  if (reader.Has("outcome")) {
    job.outcome = reader.Named("outcome", domain::FindByName<domain::JobOutcome>);
  }
  job.paused = reader.Flag("paused");
  job.desired = reader.Named("desired", domain::FindByName<domain::Desired>);
  job.stop_reason = reader.Named("stop_reason", domain::FindByName<domain::StopReason>);
  job.failure_message = reader.Text("failure_message");
  job.created = reader.Time("created");
  job.started = reader.OptionalTime("started");
  job.ended = reader.OptionalTime("ended");
  for (const Json& item : reader.List("executions")) {
    DocumentReader execution = reader.Inner(item);
    job.executions.push_back(DecodeExecution(execution));
  }
  job.planned_chunks = reader.Integer("planned_chunks");
  job.planned_calls = reader.Integer("planned_calls");
  job.minimum_calls = reader.Integer("minimum_calls");
  job.manifest_key = reader.Text("manifest_key");
  job.estimated_seconds = reader.Number("estimated_seconds");
  return job;
}

}  // namespace

Json EncodeTypes(const std::vector<domain::DataType>& types) {
  Json names = Json::array();
  for (const domain::DataType type : types) names.push_back(domain::Info(type).name);
  return names;
}

std::vector<domain::DataType> DecodeTypes(DocumentReader& reader, const char* name) {
  std::vector<domain::DataType> types;
  for (const std::string& text : reader.Texts(name)) {
    const std::optional<domain::DataType> type = domain::FindDataType(text);
    if (!type) {
      reader.Wrong(name);
      return {};
    }
    types.push_back(*type);
  }
  return types;
}

Json EncodeRange(const domain::DateRange& range) {
  return {{"end", base::FormatDate(range.end)}, {"start", base::FormatDate(range.start)}};
}

domain::DateRange DecodeRange(DocumentReader& reader, const char* name) {
  DocumentReader range = reader.Inner(reader.Object(name));
  const base::Date start = range.Day("start");
  return {start, range.Day("end")};
}

std::string EncodeJob(const domain::Job& job) {
  Json executions = Json::array();
  for (const domain::JobExecution& execution : job.executions) {
    executions.push_back(EncodeExecution(execution));
  }
  return base::DumpJson({
      {"connection_id", job.connection_id},
      {"created", ToMicros(job.created)},
      {"desired", domain::Name(job.desired)},
      {"ended", ToJsonTime(job.ended)},
      {"estimated_seconds", job.estimated_seconds},
      {"executions", std::move(executions)},
      {"failure_message", job.failure_message},
      {"kind", domain::Name(job.kind)},
      {"manifest_key", job.manifest_key},
      {"max_concurrency", job.max_concurrency},
      {"minimum_calls", job.minimum_calls},
      {"outcome", job.outcome ? Json(domain::Name(*job.outcome)) : Json(nullptr)},
      {"paused", job.paused},
      {"planned_calls", job.planned_calls},
      {"planned_chunks", job.planned_chunks},
      {"provider", job.provider},
      {"range", EncodeRange(job.range)},
      {"started", ToJsonTime(job.started)},
      {"status", domain::Name(job.status)},
      {"stop_reason", domain::Name(job.stop_reason)},
      {"types", EncodeTypes(job.types)},
  });
}

base::Result<domain::Job> DecodeJob(const std::string& what, std::string_view document) {
  return DecodeDocument(what, document, ReadJob);
}

}  // namespace coldpath::documents
