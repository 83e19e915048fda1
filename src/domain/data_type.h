// The canonical data types: what a record can be, whatever provider it came from.
#ifndef COLDPATH_DOMAIN_DATA_TYPE_H_
#define COLDPATH_DOMAIN_DATA_TYPE_H_

#include <array>
#include <optional>
#include <span>
#include <string_view>

namespace coldpath::domain {

// The names are part of the API and of what is stored (data_type.cc); the numbers are not stored
// anywhere.
enum class DataType {
  kSteps,
  kDistance,
  kActiveEnergy,
  kHeartRate,
  kRestingHeartRate,
  kHrvRmssd,  // root mean square of successive differences; never relabelled as SDNN
  kHrvSdnn,
  kOxygenSaturation,
  kRespiratoryRate,
  kSleep,
  kBodyWeight,
  kBodyFat,
  kBloodPressure,
  kBloodGlucose,
  kBodyTemperature,
  kWorkout,
};
inline constexpr int kDataTypeCount = 16;

struct DataTypeInfo {
  DataType type;
  std::string_view name;   // "heart-rate"
  std::string_view title;  // "Heart rate"
  std::string_view unit;   // UCUM code of Record::value: "/min"
  std::string_view loinc;  // empty where no code is verified
};

const DataTypeInfo& Info(DataType type);
std::span<const DataTypeInfo> AllDataTypes();
std::optional<DataType> FindDataType(std::string_view name);

}  // namespace coldpath::domain

#endif  // COLDPATH_DOMAIN_DATA_TYPE_H_
