// Data points: which ones exist in a block of a person's life, and how they look in the API's JSON.
#ifndef COLDPATH_SANDBOX_GOOGLE_HEALTH_POINTS_H_
#define COLDPATH_SANDBOX_GOOGLE_HEALTH_POINTS_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "sandbox/google_health/data_types.h"
#include "sandbox/person/person.h"

namespace coldpath::sandbox {

struct GooglePoint {
  base::Instant start;  // of a daily point: midnight UTC of its date
  base::Instant end;    // of a daily point: the end of its day where the person is
  std::chrono::seconds start_offset{0};
  std::chrono::seconds end_offset{0};
  base::Date date{};  // the civil day that daily points and sessions belong to
  double value = 0;
  int index = 0;  // of sessions: which one of the day
};

// The points of block `day`, in order of start. Blocks are days (of UTC for streams, of the
// person's calendar for the rest) and follow each other in time: all points of a block start after
// those of the block before, and within two days of the block's date.
std::vector<GooglePoint> PointsOfBlock(Person& person, GoogleType type, std::int64_t day,
                                       std::chrono::seconds heart_rate_interval);

struct RenderOptions {
  std::string_view user_id;
  bool reconciled = false;  // ReconciledDataPoint instead of DataPoint
  bool impossible = false;  // with a value that no body has
};

void AppendPoint(std::string& out, Person& person, const GoogleDataType& type,
                 const GooglePoint& point, const RenderOptions& options);

// The members of an Exercise or Sleep, without its braces (sessions.cc).
void AppendSleepMembers(std::string& out, Person& person, const GooglePoint& point,
                        bool impossible);
void AppendExerciseMembers(std::string& out, Person& person, const GooglePoint& point,
                           bool impossible);
// `"interval":{...}` with civil times.
void AppendInterval(std::string& out, const GooglePoint& point);

}  // namespace coldpath::sandbox

#endif  // COLDPATH_SANDBOX_GOOGLE_HEALTH_POINTS_H_
