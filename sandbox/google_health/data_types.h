// The data types of the Google Health API v4 (data point collections), and what each one's shape
// means for requests.
#ifndef COLDPATH_SANDBOX_GOOGLE_HEALTH_DATA_TYPES_H_
#define COLDPATH_SANDBOX_GOOGLE_HEALTH_DATA_TYPES_H_

#include <string>
#include <string_view>

namespace coldpath::sandbox {

enum class GoogleType {
  kSteps,
  kDistance,
  kActiveEnergyBurned,
  kHeartRate,
  kDailyRestingHeartRate,
  kHeartRateVariability,
  kDailyHeartRateVariability,
  kOxygenSaturation,
  kDailyOxygenSaturation,
  kDailyRespiratoryRate,
  kSleep,
  kExercise,
  kWeight,
  kBodyFat,
  kBloodGlucose,
  kCoreBodyTemperature,
  // In the API, never recorded by the sandbox's people: always empty.
  kOther,
};

enum class GoogleShape { kInterval, kSample, kDaily, kExercise, kSleep, kOther };

struct GoogleDataType {
  GoogleType type;
  GoogleShape shape;
  std::string_view name;    // in paths: heart-rate
  std::string_view member;  // in bodies: heartRate
  std::string_view scope;   // activity_and_fitness | health_metrics_and_measurements | sleep
};

// Null if the API has no such type.
const GoogleDataType* FindGoogleDataType(std::string_view name);

// The name in filters: heart_rate.
std::string FilterName(const GoogleDataType& type);

// dataPoints per page: default 1440, at most 10000; 25 and 25 for sleep and exercise.
int DefaultPageSize(const GoogleDataType& type);
int MaxPageSize(const GoogleDataType& type);

}  // namespace coldpath::sandbox

#endif  // COLDPATH_SANDBOX_GOOGLE_HEALTH_DATA_TYPES_H_
