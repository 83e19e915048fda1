// The streams of the Oura API v2: one route each.
//
// Choices, with their sources (Oura's OpenAPI 1.35; "v1" is what its older documents say):
// - Dates. Routes by `start_date`/`end_date` go by the element's `day`; whether `end_date` is
//   included differs by route and is not documented. So they are asked for one day more at either
//   end, and only elements whose `day` is one of the chunk's are kept. `heartrate` goes by instants
//   in UTC, which leave no doubt.
// - `day` is Oura's own attribution (a sleep belongs to the day of waking, an activity day begins
//   at 4 a.m.); all records of an element have it, so that a night's samples stay together.
// - `heartrate` takes at most 30 days a request. Its rows have no offset: they are taken as UTC and
//   marked inferred. It holds the rows of the night too (source "sleep"), so that the heart rate
//   inside a sleep element is left alone: it would count twice.
// - A sleep of type "deleted" (by the person) or "rest" (a false detection that the person
//   rejected) is skipped with everything in it.
// - Heart rate variability is the sleep's series of 5-minute RMSSD; items that are null or 0 (v1:
//   "no value") are gaps. A sleep with an average and no series gives that average as a mean.
// - Resting heart rate is the lowest of a long sleep (`lowest_heart_rate`), which is what Oura
// shows
//   under that name; naps give none.
// - Distance is `equivalent_walking_distance`: Oura measures no other.
// - Oxygen saturation is the night's average; the API offers no samples.
#ifndef COLDPATH_PROVIDERS_OURA_STREAMS_H_
#define COLDPATH_PROVIDERS_OURA_STREAMS_H_

#include <span>
#include <string>
#include <string_view>

#include "domain/date_range.h"
#include "planner/stream.h"
#include "providers/mapping/page_builder.h"

namespace coldpath::providers::oura {

struct Stream {
  std::string_view id;  // the route: /v2/usercollection/{id}
  std::span<const domain::DataType> types;
  bool by_instant;  // start_datetime and end_datetime instead of dates
  std::string_view scope;
  int max_span_days;
  // Not documented; what is assumed of it only serves the estimate.
  std::int64_t page_size;
  double elements_per_day;
  int natural_chunk_days;
  void (*map)(const mapping::Node& element, mapping::PageBuilder& page);
};

std::span<const Stream> Streams();
const Stream* FindStream(std::string_view id);
planner::ProviderInfo MakeInfo();

// "start_date=...&end_date=..." for the days of a chunk.
std::string WindowParameters(const Stream& stream, const domain::DateRange& range);
// Days asked for beyond the chunk's at either end; what comes back may stray as far again.
inline constexpr int kPaddingDays = 1;
int StrayDays(const Stream& stream);

// The mappings of the routes.
void MapDailyActivity(const mapping::Node& element, mapping::PageBuilder& page);
void MapSleep(const mapping::Node& element, mapping::PageBuilder& page);
void MapDailySpo2(const mapping::Node& element, mapping::PageBuilder& page);
void MapHeartRate(const mapping::Node& element, mapping::PageBuilder& page);
void MapWorkout(const mapping::Node& element, mapping::PageBuilder& page);

}  // namespace coldpath::providers::oura

#endif  // COLDPATH_PROVIDERS_OURA_STREAMS_H_
