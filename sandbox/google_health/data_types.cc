#include "sandbox/google_health/data_types.h"

#include <algorithm>

namespace coldpath::sandbox {
namespace {

constexpr std::string_view kActivity = "activity_and_fitness";
constexpr std::string_view kHealth = "health_metrics_and_measurements";

constexpr GoogleDataType kTypes[] = {
    {GoogleType::kSteps, GoogleShape::kInterval, "steps", "steps", kActivity},
    {GoogleType::kDistance, GoogleShape::kInterval, "distance", "distance", kActivity},
    {GoogleType::kActiveEnergyBurned, GoogleShape::kInterval, "active-energy-burned",
     "activeEnergyBurned", kActivity},
    {GoogleType::kHeartRate, GoogleShape::kSample, "heart-rate", "heartRate", kHealth},
    {GoogleType::kDailyRestingHeartRate, GoogleShape::kDaily, "daily-resting-heart-rate",
     "dailyRestingHeartRate", kHealth},
    {GoogleType::kHeartRateVariability, GoogleShape::kSample, "heart-rate-variability",
     "heartRateVariability", kHealth},
    {GoogleType::kDailyHeartRateVariability, GoogleShape::kDaily, "daily-heart-rate-variability",
     "dailyHeartRateVariability", kHealth},
    {GoogleType::kOxygenSaturation, GoogleShape::kSample, "oxygen-saturation", "oxygenSaturation",
     kHealth},
    {GoogleType::kDailyOxygenSaturation, GoogleShape::kDaily, "daily-oxygen-saturation",
     "dailyOxygenSaturation", kHealth},
    {GoogleType::kDailyRespiratoryRate, GoogleShape::kDaily, "daily-respiratory-rate",
     "dailyRespiratoryRate", kHealth},
    {GoogleType::kSleep, GoogleShape::kSleep, "sleep", "sleep", "sleep"},
    {GoogleType::kExercise, GoogleShape::kExercise, "exercise", "exercise", kActivity},
    {GoogleType::kWeight, GoogleShape::kSample, "weight", "weight", kHealth},
    {GoogleType::kBodyFat, GoogleShape::kSample, "body-fat", "bodyFat", kHealth},
    {GoogleType::kBloodGlucose, GoogleShape::kSample, "blood-glucose", "bloodGlucose", kHealth},
    {GoogleType::kCoreBodyTemperature, GoogleShape::kSample, "core-body-temperature",
     "coreBodyTemperature", kHealth},
    {GoogleType::kOther, GoogleShape::kOther, "active-minutes", "activeMinutes", kActivity},
    {GoogleType::kOther, GoogleShape::kOther, "active-zone-minutes", "activeZoneMinutes",
     kActivity},
    {GoogleType::kOther, GoogleShape::kOther, "activity-level", "activityLevel", kActivity},
    {GoogleType::kOther, GoogleShape::kOther, "altitude", "altitude", kActivity},
    {GoogleType::kOther, GoogleShape::kOther, "basal-energy-burned", "basalEnergyBurned",
     kActivity},
    {GoogleType::kOther, GoogleShape::kOther, "daily-heart-rate-zones", "dailyHeartRateZones",
     kHealth},
    {GoogleType::kOther, GoogleShape::kOther, "daily-vo2-max", "dailyVo2Max", kActivity},
    {GoogleType::kOther, GoogleShape::kOther, "floors", "floors", kActivity},
    {GoogleType::kOther, GoogleShape::kOther, "height", "height", kHealth},
    {GoogleType::kOther, GoogleShape::kOther, "respiratory-rate-sleep-summary",
     "respiratoryRateSleepSummary", kHealth},
    {GoogleType::kOther, GoogleShape::kOther, "sedentary-period", "sedentaryPeriod", kActivity},
    {GoogleType::kOther, GoogleShape::kOther, "vo2-max", "vo2Max", kActivity},
};

bool IsSession(const GoogleDataType& type) {
  return type.shape == GoogleShape::kSleep || type.shape == GoogleShape::kExercise;
}

}  // namespace

const GoogleDataType* FindGoogleDataType(std::string_view name) {
  for (const GoogleDataType& type : kTypes) {
    if (type.name == name) return &type;
  }
  return nullptr;
}

std::string FilterName(const GoogleDataType& type) {
  std::string name(type.name);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

int DefaultPageSize(const GoogleDataType& type) { return IsSession(type) ? 25 : 1440; }

int MaxPageSize(const GoogleDataType& type) { return IsSession(type) ? 25 : 10'000; }

}  // namespace coldpath::sandbox
