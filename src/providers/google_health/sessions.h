// Sleep and exercise of the Google Health API.
#ifndef COLDPATH_PROVIDERS_GOOGLE_HEALTH_SESSIONS_H_
#define COLDPATH_PROVIDERS_GOOGLE_HEALTH_SESSIONS_H_

#include "domain/record.h"
#include "providers/mapping/node.h"

namespace coldpath::providers::google_health {

// Sets everything but source and digest. Value: minutes asleep (summary.minutesAsleep, else the sum
// of the asleep stages, else the whole interval of a sleep without stages).
base::Status ReadSleep(const mapping::Node& sleep, domain::Record& record);
// Value: active minutes (activeDuration, else the interval). Components: energy (all of it, kcal),
// distance (m), mean-heart-rate (/min), steps, elevation-gain (m), each where given.
base::Status ReadExercise(const mapping::Node& exercise, domain::Record& record);

}  // namespace coldpath::providers::google_health

#endif  // COLDPATH_PROVIDERS_GOOGLE_HEALTH_SESSIONS_H_
