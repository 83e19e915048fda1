// When a Google Health data point was, and where it came from.
#ifndef COLDPATH_PROVIDERS_GOOGLE_HEALTH_POINT_TIME_H_
#define COLDPATH_PROVIDERS_GOOGLE_HEALTH_POINT_TIME_H_

#include "domain/record.h"
#include "providers/mapping/node.h"

namespace coldpath::providers::google_health {

// A duration of protocol buffers' JSON, "3600s" or "1.5s", in seconds.
base::Result<double> ReadDuration(const mapping::Node& node);
// The same as an offset from UTC: whole seconds, at most mapping::kLargestUtcOffset.
base::Result<std::chrono::seconds> ReadOffset(const mapping::Node& node);

// Each sets start, end, offset and local date. The local date is the civil one that the API gives,
// where it gives it: that is what its filters go by.
base::Status ReadSampleTime(const mapping::Node& sample_time, domain::Record& record);
base::Status ReadInterval(const mapping::Node& interval, domain::Record& record);
// Belongs to the day of its end.
base::Status ReadSleepInterval(const mapping::Node& interval, domain::Record& record);
// A day has no offset in this API: it is set as a day in UTC with an inferred offset.
base::Status ReadDay(const mapping::Node& date, domain::Record& record);

// Sets id, device and modality.
void ReadSource(const mapping::Node& point, domain::Record& record);

}  // namespace coldpath::providers::google_health

#endif  // COLDPATH_PROVIDERS_GOOGLE_HEALTH_POINT_TIME_H_
