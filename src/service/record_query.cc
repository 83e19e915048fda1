#include "service/record_query.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <tuple>

#include "records/record_file.h"
#include "service/chunk_scan.h"

namespace coldpath::service {
namespace {

// Days read at a time: bounds what stands in memory for the densest type (5-second heart rate).
constexpr int kWindowDays = 31;

struct Place {
  domain::Date day;      // the first day that has not been handed out whole
  std::size_t skip = 0;  // records of it that have
};

// "2024-05-01.17"
std::string PlaceText(const Place& place) {
  return base::FormatDate(place.day) + "." + std::to_string(place.skip);
}

base::Result<Place> ReadPlace(const std::string& text) {
  const auto malformed = [] {
    return base::Fail("cursor.malformed", "The cursor is not one that this route gave.");
  };
  const std::size_t dot = text.find('.');
  if (dot == std::string::npos) return malformed();
  const auto day = base::ParseDate(std::string_view(text).substr(0, dot));
  Place place;
  const auto [end, error] =
      std::from_chars(text.data() + dot + 1, text.data() + text.size(), place.skip);
  if (!day || error != std::errc() || end != text.data() + text.size()) return malformed();
  place.day = *day;
  return place;
}

// One record file, and the days of it that no newer job has.
struct Source {
  std::string connection_id;
  std::string provider;
  std::string object_key;
  std::set<domain::Date> days;
};

bool HasAnswer(domain::DayState state) {
  return state == domain::DayState::kComplete || state == domain::DayState::kEmpty;
}

// All files of the type, newest job first; each day of a connection (and stream: two streams can
// carry one type) belongs to the newest job that has an answer for it.
base::Result<std::vector<Source>> FindSources(const Context& context, const std::string& user_id,
                                              const RecordQuery& query) {
  std::vector<domain::Job> jobs;
  COLDPATH_RETURN_IF_ERROR(ForEachJob(context, user_id, [&](const domain::Job& job) {
    const bool asked = !query.connection_id || *query.connection_id == job.connection_id;
    const bool has_type = std::ranges::find(job.types, query.type) != job.types.end();
    if (asked && has_type && !domain::Intersect(job.range, query.range).empty()) {
      jobs.push_back(job);
    }
  }));
  std::vector<Source> sources;
  std::set<std::tuple<std::string, std::string, domain::Date>> taken;
  for (const domain::Job& job : jobs) {
    COLDPATH_RETURN_IF_ERROR(
        ForEachChunk(context, job.id, std::nullopt, [&](const domain::Chunk& chunk) {
          for (const domain::TypeResult& result : chunk.results) {
            if (result.type != query.type) continue;
            Source source{job.connection_id, job.provider, result.object_key, {}};
            const domain::DateRange days = domain::Intersect(result.coverage.range, query.range);
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

base::Status ReadSource(const Context& context, const Source& source,
                        const domain::DateRange& window, std::vector<FoundRecord>& out) {
  const auto first = source.days.lower_bound(window.start);
  if (first == source.days.end() || *first >= window.end) return {};
  COLDPATH_ASSIGN_OR_RETURN(const std::string bytes, context.objects.Get(source.object_key));
  COLDPATH_ASSIGN_OR_RETURN(auto reader, records::RecordFileReader::Open(bytes));
  domain::Record record;
  for (;;) {
    COLDPATH_ASSIGN_OR_RETURN(const bool more, reader.Next(record));
    if (!more) return {};
    record.type = reader.header().type;
    if (window.Contains(record.local_date) && source.days.contains(record.local_date)) {
      out.push_back({record, source.connection_id, source.provider});
    }
  }
}

base::Result<std::vector<FoundRecord>> ReadWindow(const Context& context,
                                                  const std::vector<Source>& sources,
                                                  const domain::DateRange& window) {
  std::vector<FoundRecord> found;
  for (const Source& source : sources) {
    COLDPATH_RETURN_IF_ERROR(ReadSource(context, source, window, found));
  }
  std::ranges::sort(found, [](const FoundRecord& a, const FoundRecord& b) {
    if (a.record.local_date != b.record.local_date) {
      return a.record.local_date < b.record.local_date;
    }
    if (domain::RecordBefore(a.record, b.record)) return true;
    if (domain::RecordBefore(b.record, a.record)) return false;
    return a.connection_id < b.connection_id;
  });
  return found;
}

}  // namespace

base::Result<RecordPage> FindRecords(const Context& context, const std::string& user_id,
                                     const RecordQuery& query) {
  Place place{query.range.start, 0};
  if (query.cursor) {
    COLDPATH_ASSIGN_OR_RETURN(place, ReadPlace(*query.cursor));
    if (!query.range.Contains(place.day)) {
      return base::Fail("cursor.malformed", "The cursor belongs to another range.");
    }
  }
  COLDPATH_ASSIGN_OR_RETURN(const std::vector<Source> sources,
                            FindSources(context, user_id, query));
  RecordPage page;
  const auto limit = static_cast<std::size_t>(query.limit);
  while (place.day < query.range.end && !sources.empty()) {
    const domain::DateRange window{
        place.day, std::min(query.range.end, place.day + std::chrono::days(kWindowDays))};
    COLDPATH_ASSIGN_OR_RETURN(std::vector<FoundRecord> found, ReadWindow(context, sources, window));
    for (std::size_t i = place.skip; i < found.size(); ++i) {
      const domain::Date day = found[i].record.local_date;
      if (page.records.size() == limit) {
        const auto first_of_day = std::ranges::find_if(
            found, [day](const FoundRecord& f) { return f.record.local_date == day; });
        page.next_cursor = PlaceText(
            {day, i - static_cast<std::size_t>(std::distance(found.begin(), first_of_day))});
        return page;
      }
      page.records.push_back(std::move(found[i]));
    }
    place = {window.end, 0};
  }
  return page;
}

}  // namespace coldpath::service
