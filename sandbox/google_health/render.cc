// Data points as the API writes them: proto3 JSON, where int64 are strings and zeros are left out.
#include <cmath>

#include "sandbox/google_health/points.h"
#include "sandbox/json_text.h"

namespace coldpath::sandbox {
namespace {

void AppendNumberMember(std::string& out, std::string_view name, double value, int digits) {
  out += ",\"";
  out += name;
  out += "\":";
  AppendDecimal(out, value, digits);
}

void AppendInt64Member(std::string& out, std::string_view name, double value) {
  out += ",\"";
  out += name;
  out += "\":\"";
  AppendInteger(out, static_cast<std::int64_t>(std::llround(value)));
  out += '"';
}

void AppendDateObject(std::string& out, base::Date date) {
  const std::chrono::year_month_day day{date};
  out += "{\"year\":";
  AppendInteger(out, static_cast<int>(day.year()));
  out += ",\"month\":";
  AppendInteger(out, static_cast<unsigned>(day.month()));
  out += ",\"day\":";
  AppendInteger(out, static_cast<unsigned>(day.day()));
  out += '}';
}

// A CivilDateTime; parts of the time that are 0 are left out, the time itself at midnight.
void AppendCivil(std::string& out, base::Instant instant, std::chrono::seconds offset) {
  const base::Date date = base::LocalDate(instant, offset);
  const std::int64_t second = base::UnixSeconds(instant) + offset.count() -
                              std::int64_t{86'400} * date.time_since_epoch().count();
  out += "{\"date\":";
  AppendDateObject(out, date);
  if (second > 0) {
    out += ",\"time\":{";
    const std::int64_t parts[3] = {second / 3600, second / 60 % 60, second % 60};
    static constexpr std::string_view kNames[3] = {"\"hours\":", "\"minutes\":", "\"seconds\":"};
    bool first = true;
    for (int i = 0; i < 3; ++i) {
      if (parts[i] == 0) continue;
      if (!first) out += ',';
      first = false;
      out += kNames[i];
      AppendInteger(out, parts[i]);
    }
    out += '}';
  }
  out += '}';
}

void AppendSampleTime(std::string& out, const GooglePoint& point) {
  out += "\"sampleTime\":{\"physicalTime\":\"";
  AppendUtc(out, point.start);
  out += "\",\"utcOffset\":\"";
  AppendInteger(out, point.start_offset.count());
  out += "s\",\"civilTime\":";
  AppendCivil(out, point.start, point.start_offset);
  out += '}';
}

std::string_view SourceOf(GoogleType type, bool by_hand) {
  if (by_hand) return R"({"recordingMethod":"MANUAL","platform":"FITBIT"})";
  switch (type) {
    case GoogleType::kWeight:
    case GoogleType::kBodyFat:
      return R"({"recordingMethod":"ACTIVELY_MEASURED","device":{"displayName":"Sandbox Scale"},"platform":"FITBIT"})";
    case GoogleType::kBloodGlucose:
    case GoogleType::kCoreBodyTemperature:
      return R"({"recordingMethod":"MANUAL","application":{"packageName":"org.example.sandbox.diary"},"platform":"HEALTH_CONNECT"})";
    case GoogleType::kExercise:
      return R"({"recordingMethod":"ACTIVELY_MEASURED","device":{"displayName":"Sandbox Band"},"platform":"FITBIT"})";
    case GoogleType::kSleep:
    case GoogleType::kDailyRestingHeartRate:
    case GoogleType::kDailyHeartRateVariability:
    case GoogleType::kDailyOxygenSaturation:
    case GoogleType::kDailyRespiratoryRate:
      return R"({"recordingMethod":"DERIVED","device":{"displayName":"Sandbox Band"},"platform":"FITBIT"})";
    default:
      return R"({"recordingMethod":"PASSIVELY_MEASURED","device":{"displayName":"Sandbox Band"},"platform":"FITBIT"})";
  }
}

void AppendSampleMembers(std::string& out, GoogleType type, const GooglePoint& point, bool bad) {
  AppendSampleTime(out, point);
  const double value = point.value;
  switch (type) {
    case GoogleType::kHeartRate:
      AppendInt64Member(out, "beatsPerMinute", bad ? 4000 : value);
      break;
    case GoogleType::kHeartRateVariability:
      AppendNumberMember(out, "rootMeanSquareOfSuccessiveDifferencesMilliseconds",
                         bad ? -12 : value, 3);
      AppendNumberMember(out, "standardDeviationMilliseconds", value * 1.25, 3);
      break;
    case GoogleType::kOxygenSaturation:
      AppendNumberMember(out, "percentage", bad ? 173 : value, 1);
      break;
    case GoogleType::kWeight:
      AppendNumberMember(out, "weightGrams", bad ? -70000 : value * 1000, 0);
      break;
    case GoogleType::kBodyFat:
      AppendNumberMember(out, "percentage", bad ? 212 : value, 1);
      break;
    case GoogleType::kBloodGlucose:
      AppendNumberMember(out, "bloodGlucoseMilligramsPerDeciliter", bad ? 90000 : value, 0);
      break;
    default:
      AppendNumberMember(out, "temperatureCelsius", bad ? 371 : value, 1);
      break;
  }
}

void AppendDailyMembers(std::string& out, GoogleType type, const GooglePoint& point, bool bad) {
  out += "\"date\":";
  AppendDateObject(out, point.date);
  const double value = point.value;
  switch (type) {
    case GoogleType::kDailyRestingHeartRate:
      AppendInt64Member(out, "beatsPerMinute", bad ? -60 : value);
      out += R"(,"dailyRestingHeartRateMetadata":{"calculationMethod":"WITH_SLEEP"})";
      break;
    case GoogleType::kDailyHeartRateVariability:
      AppendNumberMember(out, "averageHeartRateVariabilityMilliseconds", bad ? -35 : value, 3);
      AppendNumberMember(out, "deepSleepRootMeanSquareOfSuccessiveDifferencesMilliseconds",
                         value * 1.08, 3);
      AppendNumberMember(out, "entropy", 2.4 + value / 100, 3);
      break;
    case GoogleType::kDailyOxygenSaturation:
      AppendNumberMember(out, "averagePercentage", bad ? 400 : value, 1);
      AppendNumberMember(out, "lowerBoundPercentage", value - 1.9, 1);
      AppendNumberMember(out, "upperBoundPercentage", std::min(100.0, value + 1.8), 1);
      AppendNumberMember(out, "standardDeviationPercentage", 0.8, 1);
      break;
    default:
      AppendNumberMember(out, "breathsPerMinute", bad ? -14 : value, 1);
      break;
  }
}

void AppendIntervalMembers(std::string& out, GoogleType type, const GooglePoint& point, bool bad) {
  AppendInterval(out, point);
  if (type == GoogleType::kSteps) AppendInt64Member(out, "count", bad ? -120 : point.value);
  if (type == GoogleType::kDistance) {
    AppendInt64Member(out, "millimeters", bad ? -5000 : point.value);
  }
  if (type == GoogleType::kActiveEnergyBurned) {
    AppendNumberMember(out, "kcal", bad ? -40 : point.value, 3);
  }
}

}  // namespace

void AppendInterval(std::string& out, const GooglePoint& point) {
  out += "\"interval\":{\"startTime\":\"";
  AppendUtc(out, point.start);
  out += "\",\"startUtcOffset\":\"";
  AppendInteger(out, point.start_offset.count());
  out += "s\",\"endTime\":\"";
  AppendUtc(out, point.end);
  out += "\",\"endUtcOffset\":\"";
  AppendInteger(out, point.end_offset.count());
  out += "s\",\"civilStartTime\":";
  AppendCivil(out, point.start, point.start_offset);
  out += ",\"civilEndTime\":";
  AppendCivil(out, point.end, point.end_offset);
  out += '}';
}

void AppendPoint(std::string& out, Person& person, const GoogleDataType& type,
                 const GooglePoint& point, const RenderOptions& options) {
  const bool session = type.shape == GoogleShape::kSleep || type.shape == GoogleShape::kExercise;
  out += '{';
  if (session) {
    out += options.reconciled ? "\"dataPointName\":\"users/" : "\"name\":\"users/";
    out += options.user_id;
    out += "/dataTypes/";
    out += type.name;
    out += "/dataPoints/";
    out += person.Identifier(type.name, point.date, point.index);
    out += "\",";
  }
  if (!options.reconciled) {
    const bool by_hand =
        type.shape == GoogleShape::kExercise &&
        person.Day(point.date).workouts[static_cast<std::size_t>(point.index)].entered_by_hand;
    out += "\"dataSource\":";
    out += SourceOf(type.type, by_hand);
    out += ',';
  }
  out += '"';
  out += type.member;
  out += "\":{";
  switch (type.shape) {
    case GoogleShape::kInterval:
      AppendIntervalMembers(out, type.type, point, options.impossible);
      break;
    case GoogleShape::kSample:
      AppendSampleMembers(out, type.type, point, options.impossible);
      break;
    case GoogleShape::kDaily:
      AppendDailyMembers(out, type.type, point, options.impossible);
      break;
    case GoogleShape::kSleep:
      AppendSleepMembers(out, person, point, options.impossible);
      break;
    case GoogleShape::kExercise:
      AppendExerciseMembers(out, person, point, options.impossible);
      break;
    case GoogleShape::kOther:
      break;
  }
  out += "}}";
}

}  // namespace coldpath::sandbox
