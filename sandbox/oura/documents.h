// Oura's documents: one person's days in the words of the Oura API v2 (OpenAPI document 1.35).
#ifndef COLDPATH_SANDBOX_OURA_DOCUMENTS_H_
#define COLDPATH_SANDBOX_OURA_DOCUMENTS_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "sandbox/person/person.h"

namespace coldpath::sandbox {

enum class OuraRoute {
  kDailyActivity,
  kSleep,
  kDailySleep,
  kDailyReadiness,
  kDailySpo2,
  kWorkout,
  kHeartRate,
  kPersonalInfo,
  kOther,  // in the API, never recorded by the sandbox's people: always empty
};

struct OuraRouteInfo {
  OuraRoute route;
  std::string_view name;
  std::string_view scope;
};

// Null if the API has no such collection.
const OuraRouteInfo* FindOuraRoute(std::string_view name);

// The documents of one civil day, in order of time, as JSON text. A day without data has none.
// Sleep documents belong to the day on which they end, and include those of type `deleted`, which
// the person took back.
std::vector<std::string> OuraDocuments(Person& person, OuraRoute route, base::Date date,
                                       bool impossible);

// A row of the heart rate time series.
void AppendHeartRateRow(std::string& out, const HeartBeat& beat, bool impossible);

}  // namespace coldpath::sandbox

#endif  // COLDPATH_SANDBOX_OURA_DOCUMENTS_H_
