#include "service/record_query.h"

#include <algorithm>
#include <charconv>

#include "records/record_file.h"
#include "service/record_sources.h"

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

base::Status ReadSource(const Context& context, const RecordSource& source,
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
                                                  const std::vector<RecordSource>& sources,
                                                  const domain::DateRange& window) {
  std::vector<FoundRecord> found;
  for (const RecordSource& source : sources) {
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
  COLDPATH_ASSIGN_OR_RETURN(
      const std::vector<RecordSource> sources,
      FindSources(context, user_id, query.type, query.range, query.connection_id));
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
