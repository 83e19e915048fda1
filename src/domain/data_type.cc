#include "domain/data_type.h"

namespace coldpath::domain {
namespace {

// Units are UCUM, codes LOINC; a code that could not be verified against its publisher stays empty.
constexpr std::array<DataTypeInfo, kDataTypeCount> kTypes{{
    {DataType::kSteps, "steps", "Steps", "{steps}", "55423-8"},
    {DataType::kDistance, "distance", "Distance", "m", ""},
    {DataType::kActiveEnergy, "active-energy", "Active energy", "kcal", "41981-2"},
    {DataType::kHeartRate, "heart-rate", "Heart rate", "/min", "8867-4"},
    {DataType::kRestingHeartRate, "resting-heart-rate", "Resting heart rate", "/min", "40443-4"},
    {DataType::kHrvRmssd, "hrv-rmssd", "Heart rate variability (RMSSD)", "ms", ""},
    {DataType::kHrvSdnn, "hrv-sdnn", "Heart rate variability (SDNN)", "ms", "80404-7"},
    {DataType::kOxygenSaturation, "oxygen-saturation", "Oxygen saturation", "%", "59408-5"},
    {DataType::kRespiratoryRate, "respiratory-rate", "Respiratory rate", "/min", "9279-1"},
    {DataType::kSleep, "sleep", "Sleep", "min", ""},
    {DataType::kBodyWeight, "body-weight", "Body weight", "kg", "29463-7"},
    {DataType::kBodyFat, "body-fat", "Body fat", "%", "41982-0"},
    {DataType::kBloodPressure, "blood-pressure", "Blood pressure", "mm[Hg]", "85354-9"},
    {DataType::kBloodGlucose, "blood-glucose", "Blood glucose", "mg/dL", "41653-7"},
    {DataType::kBodyTemperature, "body-temperature", "Body temperature", "Cel", "8310-5"},
    {DataType::kWorkout, "workout", "Workout", "min", "55411-3"},
}};

}  // namespace

const DataTypeInfo& Info(DataType type) { return kTypes[static_cast<std::size_t>(type)]; }

std::span<const DataTypeInfo> AllDataTypes() { return kTypes; }

std::optional<DataType> FindDataType(std::string_view name) {
  for (const DataTypeInfo& info : kTypes) {
    if (info.name == name) return info.type;
  }
  return std::nullopt;
}

}  // namespace coldpath::domain
