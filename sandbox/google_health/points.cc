#include "sandbox/google_health/points.h"

namespace coldpath::sandbox {
namespace {

base::Date DateOf(std::int64_t day) { return base::Date(std::chrono::days(day)); }

std::vector<GooglePoint> FromSlots(Person& person, GoogleType type, std::int64_t day) {
  std::vector<GooglePoint> points;
  const DaySlots slots = person.Slots(day);
  for (const Slot& slot : slots) {
    double value = slot.active_kcal;
    if (type == GoogleType::kSteps) value = slot.steps;
    if (type == GoogleType::kDistance) value = slot.millimeters;
    if (value <= 0) continue;
    GooglePoint point;
    point.start = slot.start;
    point.end = slot.start + std::chrono::minutes(15);
    point.start_offset = slot.offset;
    point.end_offset = &slot == &slots.back() || (&slot + 1)->offset != slot.offset
                           ? person.calendar().OffsetAt(point.end)
                           : slot.offset;
    point.value = value;
    points.push_back(point);
  }
  return points;
}

std::vector<GooglePoint> FromHeartBeats(Person& person, std::int64_t day,
                                        std::chrono::seconds interval) {
  std::vector<GooglePoint> points;
  for (const HeartBeat& beat : person.HeartBeats(day, interval)) {
    GooglePoint point;
    point.start = point.end = beat.at;
    point.start_offset = point.end_offset = beat.offset;
    point.value = beat.per_minute;
    points.push_back(point);
  }
  return points;
}

std::vector<GooglePoint> FromReadings(Person& person, const std::vector<Reading>& readings) {
  std::vector<GooglePoint> points;
  for (const Reading& reading : readings) {
    GooglePoint point;
    point.start = point.end = reading.at;
    point.start_offset = point.end_offset = person.calendar().OffsetAt(reading.at);
    point.value = reading.value;
    points.push_back(point);
  }
  return points;
}

// Daily values come of the night, so they exist where it was recorded.
std::vector<GooglePoint> Daily(Person& person, base::Date date, double DayProfile::* value) {
  const DayProfile& day = person.Day(date);
  if (!day.night_recorded) return {};
  GooglePoint point;
  point.start = base::StartOfDay(date, std::chrono::seconds(0));
  point.end = person.calendar().At(date + std::chrono::days(1), std::chrono::seconds(0));
  point.date = date;
  point.value = day.*value;
  return {point};
}

template <typename Session>
GooglePoint SessionPoint(Person& person, base::Date date, const Session& session, int index) {
  GooglePoint point;
  point.start = session.start;
  point.end = session.end;
  point.start_offset = person.calendar().OffsetAt(session.start);
  point.end_offset = person.calendar().OffsetAt(session.end);
  point.date = date;
  point.index = index;
  return point;
}

std::vector<GooglePoint> Sleeps(Person& person, base::Date date) {
  std::vector<GooglePoint> points;
  const DayProfile& day = person.Day(date);
  int index = 0;
  for (const Sleep& sleep : day.sleeps) {
    const bool recorded = sleep.nap ? !day.device_off && !sleep.deleted : day.night_recorded;
    if (recorded) points.push_back(SessionPoint(person, date, sleep, index));
    ++index;
  }
  return points;
}

std::vector<GooglePoint> Exercises(Person& person, base::Date date) {
  std::vector<GooglePoint> points;
  int index = 0;
  for (const Workout& workout : person.Day(date).workouts) {
    points.push_back(SessionPoint(person, date, workout, index++));
  }
  return points;
}

}  // namespace

std::vector<GooglePoint> PointsOfBlock(Person& person, GoogleType type, std::int64_t day,
                                       std::chrono::seconds heart_rate_interval) {
  const base::Date date = DateOf(day);
  switch (type) {
    case GoogleType::kSteps:
    case GoogleType::kDistance:
    case GoogleType::kActiveEnergyBurned:
      return FromSlots(person, type, day);
    case GoogleType::kHeartRate:
      return FromHeartBeats(person, day, heart_rate_interval);
    case GoogleType::kDailyRestingHeartRate:
      return Daily(person, date, &DayProfile::resting_heart_rate);
    case GoogleType::kDailyHeartRateVariability:
      return Daily(person, date, &DayProfile::variability);
    case GoogleType::kDailyOxygenSaturation:
      return Daily(person, date, &DayProfile::oxygen);
    case GoogleType::kDailyRespiratoryRate:
      return Daily(person, date, &DayProfile::breath);
    case GoogleType::kHeartRateVariability:
      return FromReadings(person, person.NightVariability(date));
    case GoogleType::kOxygenSaturation:
      return FromReadings(person, person.NightOxygen(date));
    case GoogleType::kSleep:
      return Sleeps(person, date);
    case GoogleType::kExercise:
      return Exercises(person, date);
    case GoogleType::kWeight:
      return FromReadings(person, person.WeightKilograms(date));
    case GoogleType::kBodyFat:
      return FromReadings(person, person.BodyFatPercent(date));
    case GoogleType::kBloodGlucose:
      return FromReadings(person, person.GlucoseMilligramsPerDeciliter(date));
    case GoogleType::kCoreBodyTemperature:
      return FromReadings(person, person.TemperatureCelsius(date));
    case GoogleType::kOther:
      return {};
  }
  return {};
}

}  // namespace coldpath::sandbox
