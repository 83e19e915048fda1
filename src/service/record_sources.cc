#include "service/record_sources.h"

#include <algorithm>
#include <tuple>

#include "service/chunk_scan.h"

namespace coldpath::service {
namespace {

bool HasAnswer(domain::DayState state) {
  return state == domain::DayState::kComplete || state == domain::DayState::kEmpty;
}

}  // namespace

base::Result<std::vector<RecordSource>> FindSources(
    const Context& context, const std::string& user_id, domain::DataType type,
    const domain::DateRange& range, const std::optional<std::string>& connection_id) {
  std::vector<domain::Job> jobs;
  COLDPATH_RETURN_IF_ERROR(ForEachJob(context, user_id, [&](const domain::Job& job) {
    const bool asked = !connection_id || *connection_id == job.connection_id;
    const bool has_type = std::ranges::find(job.types, type) != job.types.end();
    if (asked && has_type && !domain::Intersect(job.range, range).empty()) {
      jobs.push_back(job);
    }
  }));
  std::vector<RecordSource> sources;
  std::set<std::tuple<std::string, std::string, domain::Date>> taken;
  for (const domain::Job& job : jobs) {
    COLDPATH_RETURN_IF_ERROR(
        ForEachChunk(context, job.id, std::nullopt, [&](const domain::Chunk& chunk) {
          for (const domain::TypeResult& result : chunk.results) {
            if (result.type != type) continue;
            RecordSource source{job.connection_id, job.provider, result.object_key, {}};
            const domain::DateRange days = domain::Intersect(result.coverage.range, range);
            for (domain::Date day = days.start; day < days.end; day += std::chrono::days(1)) {
              if (!HasAnswer(result.coverage.At(day))) continue;
              if (taken.emplace(job.connection_id, chunk.spec.stream, day).second) {
                source.days.insert(day);
              }
            }
            if (!source.object_key.empty() && !source.days.empty()) {
              sources.push_back(std::move(source));
            }
          }
        }));
  }
  return sources;
}

}  // namespace coldpath::service
