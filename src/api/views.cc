#include "api/views.h"

#include <cmath>

#include "planner/cost.h"
#include "records/record_line.h"
#include "tasks/manifest.h"

namespace coldpath::api {
namespace {

using base::Json;

Json Optional(const std::optional<base::Instant>& instant) {
  return instant ? Json(base::FormatInstant(*instant)) : Json(nullptr);
}
Json OrNull(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json TypesJson(const std::vector<domain::DataType>& types) {
  Json names = Json::array();
  for (const domain::DataType type : types) names.push_back(domain::Info(type).name);
  return names;
}

Json RangeJson(const domain::DateRange& range) {
  return {{"start", base::FormatDate(range.start)}, {"end", base::FormatDate(range.end)}};
}

Json LinksJson(const std::string& job_id) {
  const std::string self = JobPath(job_id);
  return {{"self", self},
          {"events", self + "/events"},
          {"chunks", self + "/chunks"},
          {"coverage", self + "/coverage"}};
}

Json ProgressJson(const domain::JobProgress& progress) {
  return {{"chunks_total", progress.chunks_total},
          {"chunks_done", progress.chunks_done},
          {"chunks_failed", progress.chunks_failed},
          {"records", progress.records},
          {"provider_calls", progress.provider_calls},
          {"bytes", progress.bytes},
          {"attempts", progress.attempts},
          {"billed_seconds", progress.billed_seconds},
          {"waits", progress.waits},
          // To a thousandth of a cent: more would be noise.
          {"dollars", std::round(planner::MostDollars(progress) * 1e5) / 1e5}};
}

// Tenths of a second: more digits would claim to know more.
double Rounded(double seconds) { return std::round(seconds * 10) / 10; }

Json ExecutionsJson(const domain::Job& job) {
  Json list = Json::array();
  for (const domain::JobExecution& execution : job.executions) {
    list.push_back({{"name", execution.name},
                    {"arn", OrNull(execution.arn)},
                    {"kind", domain::Name(execution.kind)},
                    {"number", execution.number},
                    {"launched", Optional(execution.launched)},
                    {"settled", execution.settled}});
  }
  return list;
}

std::string_view HelpFor(domain::FailureKind kind) {
  using domain::FailureKind;
  switch (kind) {
    case FailureKind::kNeedsReauth:
      return "Connect the provider again, then retry.";
    case FailureKind::kForbidden:
      return "Connect again and allow the missing permission, then retry.";
    case FailureKind::kProviderLimited:
    case FailureKind::kRateLimited:
      return "The provider lets us read only so much at a time; retry later.";
    case FailureKind::kInvalidData:
    case FailureKind::kProviderBug:
      return "The provider's answer cannot be used; retry later, and report it if it stays.";
    case FailureKind::kBeyondHistory:
      return "The provider does not keep data that old.";
    case FailureKind::kTransient:
    case FailureKind::kJobStopped:
    case FailureKind::kInterrupted:
      return "Retry.";
  }
  return "Retry.";
}

}  // namespace

std::string JobPath(const std::string& job_id) { return "/v1/historical-syncs/" + job_id; }

Json RemainingJson(const planner::Estimate& estimate) {
  return {{"seconds", Rounded(estimate.seconds)},
          {"seconds_low", Rounded(estimate.seconds_low)},
          {"seconds_high", Rounded(estimate.seconds_high)},
          {"limited_by", estimate.limited_by},
          {"explanation", estimate.explanation}};
}

Json AcceptedJson(const std::string& job_id) {
  return {{"id", job_id}, {"links", LinksJson(job_id)}};
}

Json JobStateJson(const domain::Job& job) {
  return {{"job_id", job.id},
          {"status", domain::Name(job.status)},
          {"outcome", job.outcome ? Json(domain::Name(*job.outcome)) : Json(nullptr)},
          {"phase", service::PhaseName(service::PhaseOf(job))}};
}

Json JobJson(const service::JobView& view) {
  const domain::Job& job = view.job;
  Json json = {{"id", job.id},
               {"kind", domain::Name(job.kind)},
               {"status", domain::Name(job.status)},
               {"outcome", job.outcome ? Json(domain::Name(*job.outcome)) : Json(nullptr)},
               {"phase", service::PhaseName(view.phase)},
               {"desired", domain::Name(job.desired)},
               {"stop_reason", domain::Name(job.stop_reason)},
               {"failure", OrNull(job.failure_message)},
               {"connection_id", job.connection_id},
               {"provider", job.provider},
               {"start", base::FormatDate(job.range.start)},
               {"end", base::FormatDate(job.range.end)},
               {"types", TypesJson(job.types)},
               {"max_concurrency", job.max_concurrency},
               {"created", base::FormatInstant(job.created)},
               {"started", Optional(job.started)},
               {"ended", Optional(job.ended)},
               {"progress", ProgressJson(view.progress)},
               {"planned_calls", job.planned_calls},
               {"minimum_calls", job.minimum_calls},
               {"estimated_seconds", Rounded(job.estimated_seconds)},
               {"remaining", nullptr},
               {"waiting", nullptr},
               {"executions", ExecutionsJson(job)},
               {"links", LinksJson(job.id)}};
  if (view.remaining) json["remaining"] = RemainingJson(*view.remaining);
  if (view.waiting) {
    json["waiting"] = {{"until", base::FormatInstant(view.waiting->until)},
                       {"chunks", view.waiting->chunks},
                       {"text", view.waiting->text}};
  }
  return json;
}

Json ChunkJson(const domain::Chunk& chunk) {
  std::int64_t records = 0;
  for (const domain::TypeResult& result : chunk.results) records += result.records;
  Json json = {{"id", chunk.spec.id},
               {"stream", chunk.spec.stream},
               {"start", base::FormatDate(chunk.spec.range.start)},
               {"end", base::FormatDate(chunk.spec.range.end)},
               {"types", TypesJson(chunk.spec.types)},
               {"status", domain::ChunkStatusName(chunk.status)},
               {"attempt", chunk.attempt},
               {"waits", chunk.waits},
               {"waiting_until", Optional(chunk.waiting_until)},
               {"records", records},
               {"provider_calls", chunk.provider_calls},
               {"bytes", chunk.bytes},
               {"failure", nullptr}};
  if (chunk.status == domain::ChunkStatus::kFailed && chunk.failure) {
    const domain::Failure& failure = chunk.failure->failure;
    json["failure"] = {{"kind", domain::FailureName(failure.kind)},
                       {"message", failure.message},
                       {"where", OrNull(failure.where)},
                       {"types", TypesJson(chunk.failure->types)}};
  }
  return json;
}

Json CausesJson(const std::vector<service::FailureGroup>& groups) {
  Json list = Json::array();
  for (const service::FailureGroup& group : groups) {
    Json types = Json::array();
    for (const auto& [type, ranges] : group.ranges) {
      Json range_list = Json::array();
      for (const domain::DateRange& range : ranges) range_list.push_back(RangeJson(range));
      types.push_back({{"type", domain::Info(type).name},
                       {"title", domain::Info(type).title},
                       {"ranges", std::move(range_list)}});
    }
    list.push_back({{"kind", domain::FailureName(group.kind)},
                    {"message", group.message},
                    {"help", HelpFor(group.kind)},
                    {"chunks", group.chunks},
                    {"types", std::move(types)}});
  }
  return list;
}

Json CoverageJson(const std::string& job_id, const service::CoverageView& view) {
  Json types = Json::array();
  domain::DateRange whole{};
  for (const auto& [type, coverage] : view.coverage) {
    whole = coverage.range;
    const auto records = view.records.find(type);
    const auto provisional = view.provisional_days.find(type);
    types.push_back(
        {{"type", domain::Info(type).name},
         {"title", domain::Info(type).title},
         {"start", base::FormatDate(coverage.range.start)},
         {"end", base::FormatDate(coverage.range.end)},
         {"counts", tasks::CountsJson(domain::Count(coverage))},
         {"records", records == view.records.end() ? 0 : records->second},
         {"provisional_days", provisional == view.provisional_days.end() ? 0 : provisional->second},
         {"days", view.days.at(type)}});
  }
  return {{"job_id", job_id},
          {"start", base::FormatDate(whole.start)},
          {"end", base::FormatDate(whole.end)},
          {"counts", tasks::CountsJson(domain::Count(view.coverage))},
          {"types", std::move(types)}};
}

Json NotificationJson(const tasks::Notification& notification) {
  return {{"code", tasks::NotificationCode(notification.kind)},
          {"text", tasks::NotificationText(notification.kind)},
          {"job_id", notification.job_id},
          {"time", base::FormatInstant(notification.time)}};
}

std::string RecordPageText(const service::RecordPage& page) {
  std::string text = "{\"next_cursor\":";
  text += page.next_cursor ? base::DumpJson(*page.next_cursor) : "null";
  text += ",\"records\":[";
  bool first = true;
  for (const service::FoundRecord& found : page.records) {
    text += first ? "{" : ",{";
    first = false;
    const domain::DataTypeInfo& info = domain::Info(found.record.type);
    text += "\"connection_id\":" + base::DumpJson(found.connection_id) +
            ",\"provider\":" + base::DumpJson(found.provider) +
            ",\"type\":" + base::DumpJson(info.name) + ",\"unit\":" + base::DumpJson(info.unit) +
            ",";
    records::AppendRecordFields(text, found.record);
    text += "}";
  }
  return text + "]}";
}

}  // namespace coldpath::api
