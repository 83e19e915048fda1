// The streams of the Google Health API v4: one of its data types each.
//
// Choices, with their sources (v4 discovery document, and the "Limits" of
// developers.google.com/health):
// - `list`, not `reconcile`: list keeps the device of each point and takes every filter used here.
// - Filters by civil time (`civil_start_time`, `civil_time`, `civil_end_time`, `date`), which the
//   document gives for every shape: a chunk's days are the person's own, so that no padding and no
//   second call is needed, and a night or a journey belongs to one chunk. Sleep is filtered by its
//   end, the only way that it can be: it belongs to the day of waking.
// - The largest pages: 10,000 points, 25 for sleep and exercise.
// - Heart rate variability comes from the samples (heart-rate-variability), not from
//   daily-heart-rate-variability: the daily value is an average that can be had from the samples,
//   while they carry time, offset and device, and name RMSSD and SDNN apart.
// - Resting heart rate and respiratory rate exist as daily values only.
// - Blood pressure is not offered.
#ifndef COLDPATH_PROVIDERS_GOOGLE_HEALTH_STREAMS_H_
#define COLDPATH_PROVIDERS_GOOGLE_HEALTH_STREAMS_H_

#include <span>
#include <string>
#include <string_view>

#include "domain/date_range.h"
#include "planner/stream.h"
#include "providers/mapping/page_builder.h"

namespace coldpath::providers::google_health {

// Where a data point of a type says when it was.
enum class Shape {
  kInterval,  // interval.{startTime,startUtcOffset,civilStartTime,endTime}
  kSample,    // sampleTime.{physicalTime,utcOffset,civilTime}
  kDaily,     // date.{year,month,day}
  kExercise,  // as kInterval
  kSleep,     // as kInterval; belongs to the day of its end
};

struct Stream {
  std::string_view id;      // the data type in paths: "heart-rate"
  std::string_view member;  // in a data point: "heartRate"
  std::string_view filter;  // the filter's member: "heart_rate.sample_time.civil_time"
  Shape shape;
  domain::DataType type;
  std::string_view value_key;  // "beatsPerMinute"; empty: the stream has a mapping of its own
  double scale;                // to our unit
  std::string_view scope;      // last part of its OAuth scope
  // What a person with a worn device has; the planner cuts chunks by it.
  double points_per_day;
  int natural_chunk_days;
};

std::span<const Stream> Streams();
const Stream* FindStream(std::string_view id);

// The most points that a page may hold.
std::int64_t PageSize(const Stream& stream);
planner::ProviderInfo MakeInfo();
// The filter expression (AIP-160) for the days of a chunk.
std::string FilterFor(const Stream& stream, const domain::DateRange& range);

// Maps one data point of a stream.
void MapPoint(const Stream& stream, const mapping::Node& point, mapping::PageBuilder& page);

}  // namespace coldpath::providers::google_health

#endif  // COLDPATH_PROVIDERS_GOOGLE_HEALTH_STREAMS_H_
