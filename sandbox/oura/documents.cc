#include "sandbox/oura/documents.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "sandbox/json_text.h"
#include "sandbox/oura/writer.h"

namespace coldpath::sandbox {
namespace {

constexpr OuraRouteInfo kRoutes[] = {
    {OuraRoute::kDailyActivity, "daily_activity", "daily"},
    {OuraRoute::kSleep, "sleep", "daily"},
    {OuraRoute::kDailySleep, "daily_sleep", "daily"},
    {OuraRoute::kDailyReadiness, "daily_readiness", "daily"},
    {OuraRoute::kDailySpo2, "daily_spo2", "spo2"},
    {OuraRoute::kWorkout, "workout", "workout"},
    {OuraRoute::kHeartRate, "heartrate", "heartrate"},
    {OuraRoute::kPersonalInfo, "personal_info", "personal"},
    {OuraRoute::kOther, "daily_stress", "daily"},
    {OuraRoute::kOther, "daily_resilience", "daily"},
    {OuraRoute::kOther, "daily_cardiovascular_age", "daily"},
    {OuraRoute::kOther, "vO2_max", "daily"},
    {OuraRoute::kOther, "sleep_time", "daily"},
    {OuraRoute::kOther, "rest_mode_period", "daily"},
    {OuraRoute::kOther, "session", "session"},
    {OuraRoute::kOther, "enhanced_tag", "tag"},
};

int Score(const Person& person, base::Date date, std::int64_t index) {
  return static_cast<int>(std::clamp(
      76 + 9 * person.noise().Bell(Topic::kScore, date.time_since_epoch().count(), index), 35.0,
      99.0));
}

// 24 hours from 4 a.m., as the document says.
struct ActiveDay {
  base::Instant start;
  std::int64_t steps = 0;
  std::int64_t millimeters = 0;
  double kcal = 0;
  std::array<std::int64_t, 6> seconds{};  // by class: non-wear, rest, inactive, low, medium, high
  std::string classes;                    // one digit every five minutes
};

int ClassOf(const Slot& slot) {
  if (slot.doing == Doing::kNotWorn) return 0;
  if (slot.doing == Doing::kAsleep) return 1;
  if (slot.doing == Doing::kWorkout) return slot.effort > 0.6F ? 5 : 4;
  return slot.steps == 0 ? 2 : slot.steps < 500 ? 3 : 4;
}

ActiveDay SumUp(Person& person, base::Date date) {
  ActiveDay active;
  active.start = person.calendar().At(date, std::chrono::hours(4));
  const base::Instant end =
      person.calendar().At(date + std::chrono::days(1), std::chrono::hours(4));
  const auto day_of = [](base::Instant t) {
    return base::LocalDate(t, std::chrono::seconds(0)).time_since_epoch().count();
  };
  for (std::int64_t day = day_of(active.start); day <= day_of(end); ++day) {
    for (const Slot& slot : person.Slots(day)) {
      if (slot.start < active.start || slot.start >= end) continue;
      active.steps += slot.steps;
      active.millimeters += slot.millimeters;
      active.kcal += slot.active_kcal;
      const int digit = ClassOf(slot);
      active.seconds[static_cast<std::size_t>(digit)] += 900;
      active.classes.append(3, static_cast<char>('0' + digit));
    }
  }
  return active;
}

constexpr std::array<double, 6> kMetOfClass = {0.1, 0.9, 1.2, 2.3, 4.4, 7.6};

std::string DailyActivity(Person& person, base::Date date, bool impossible) {
  const ActiveDay active = SumUp(person, date);
  const std::chrono::seconds offset = person.calendar().OffsetAt(active.start);
  const auto seconds = [&](std::size_t digit) { return active.seconds[digit]; };
  const auto met_minutes = [&](std::size_t digit) {
    return static_cast<std::int64_t>(static_cast<double>(seconds(digit)) / 60 * kMetOfClass[digit]);
  };
  double met_sum = 0;
  for (std::size_t digit = 0; digit < 6; ++digit)
    met_sum += static_cast<double>(met_minutes(digit));
  OuraWriter out;
  out.Text("id", person.Identifier("daily_activity", date, 0))
      .Text("class_5_min", active.classes)
      .Integer("score", Score(person, date, 1))
      .Integer("active_calories", std::llround(active.kcal))
      .Number("average_met_minutes", met_sum / 1440, 4)
      .Raw(
          "contributors",
          R"({"meet_daily_targets":78,"move_every_hour":90,"recovery_time":85,"stay_active":72,"training_frequency":71,"training_volume":80})")
      .Integer("equivalent_walking_distance", active.millimeters / 1000)
      .Integer("high_activity_met_minutes", met_minutes(5))
      .Integer("high_activity_time", seconds(5))
      .Integer("inactivity_alerts", seconds(2) / 21'600)
      .Integer("low_activity_met_minutes", met_minutes(3))
      .Integer("low_activity_time", seconds(3))
      .Integer("medium_activity_met_minutes", met_minutes(4))
      .Integer("medium_activity_time", seconds(4));
  std::string met = R"({"interval":300,"items":[)";
  for (std::size_t i = 0; i < active.classes.size(); ++i) {
    if (i > 0) met += ',';
    AppendDecimal(met, kMetOfClass[static_cast<std::size_t>(active.classes[i] - '0')], 1);
  }
  met += R"(],"timestamp":")" + LocalText(active.start, offset) + R"("})";
  out.Raw("met", met)
      .Integer("meters_to_target", std::max<std::int64_t>(0, 8000 - active.millimeters / 1000))
      .Integer("non_wear_time", seconds(0))
      .Integer("resting_time", seconds(1))
      .Integer("sedentary_met_minutes", met_minutes(2))
      .Integer("sedentary_time", seconds(2))
      .Integer("steps", impossible ? -120 : active.steps)
      .Integer("target_calories", 400)
      .Integer("target_meters", 8000)
      .Integer("total_calories", 1550 + std::llround(active.kcal))
      .Text("day", DateText(date))
      .Text("timestamp", LocalText(active.start, offset));
  return std::move(out).Object();
}

std::string DailySleep(Person& person, base::Date date) {
  OuraWriter out;
  const base::Instant start = person.calendar().At(date, std::chrono::seconds(0));
  out.Text("id", person.Identifier("daily_sleep", date, 0))
      .Raw(
          "contributors",
          R"({"deep_sleep":88,"efficiency":86,"latency":80,"rem_sleep":77,"restfulness":70,"timing":92,"total_sleep":79})")
      .Text("day", DateText(date))
      .Integer("score", Score(person, date, 2))
      .Text("timestamp", LocalText(start, person.calendar().OffsetAt(start)));
  return std::move(out).Object();
}

std::string DailyReadiness(Person& person, base::Date date) {
  const DayProfile& day = person.Day(date);
  const base::Instant start = person.calendar().At(date, std::chrono::seconds(0));
  OuraWriter out;
  out.Text("id", person.Identifier("daily_readiness", date, 0))
      .Raw(
          "contributors",
          R"({"activity_balance":80,"body_temperature":94,"hrv_balance":82,"previous_day_activity":76,"previous_night":81,"recovery_index":85,"resting_heart_rate":87,"sleep_balance":79,"sleep_regularity":83})")
      .Text("day", DateText(date))
      .Integer("score", Score(person, date, 3))
      .Number("temperature_deviation",
              0.15 * person.noise().Bell(Topic::kTemperature, date.time_since_epoch().count(), 3) +
                  (day.sick ? 0.9 : 0),
              2)
      .Number("temperature_trend_deviation", day.sick ? 0.35 : 0.02, 2)
      .Text("timestamp", LocalText(start, person.calendar().OffsetAt(start)));
  return std::move(out).Object();
}

std::string DailySpo2(Person& person, base::Date date, bool impossible) {
  std::string aggregate = R"({"average":)";
  AppendDecimal(aggregate, impossible ? 173 : person.Day(date).oxygen, 3);
  aggregate += '}';
  OuraWriter out;
  out.Text("id", person.Identifier("daily_spo2", date, 0))
      .Integer("breathing_disturbance_index", Score(person, date, 4) / 20)
      .Text("day", DateText(date))
      .Raw("spo2_percentage", aggregate);
  return std::move(out).Object();
}

std::string_view ActivityOf(Sport sport) {
  switch (sport) {
    case Sport::kRun:
      return "running";
    case Sport::kRide:
      return "cycling";
    case Sport::kWalk:
      return "walking";
    case Sport::kStrength:
      return "strength_training";
    case Sport::kSwim:
      return "swimming";
  }
  return "other";
}

std::string WorkoutDocument(Person& person, base::Date date, int index, bool impossible) {
  const Workout& workout = person.Day(date).workouts[static_cast<std::size_t>(index)];
  const double hours = static_cast<double>((workout.end - workout.start).count()) / 3.6e9;
  const double kmh = workout.sport == Sport::kRun    ? 9 + 3 * workout.effort
                     : workout.sport == Sport::kRide ? 19 + 9 * workout.effort
                     : workout.sport == Sport::kWalk ? 4.6 + workout.effort
                     : workout.sport == Sport::kSwim ? 1.6 + 0.8 * workout.effort
                                                     : 0;
  const double kcal = (260 + 380 * workout.effort) * hours;
  const auto local = [&](base::Instant t) { return LocalText(t, person.calendar().OffsetAt(t)); };
  OuraWriter out;
  out.Text("id", person.Identifier("workout", date, index))
      .Text("activity", ActivityOf(workout.sport))
      .Number("calories", impossible ? -kcal : kcal, 3)
      .Text("day", DateText(date));
  if (kmh > 0) {
    out.Number("distance", kmh * 1000 * hours, 1);
  } else {
    out.Null("distance");
  }
  out.Text("end_datetime", local(workout.end))
      .Text("intensity", workout.effort < 0.33   ? "easy"
                         : workout.effort < 0.75 ? "moderate"
                                                 : "hard")
      .Null("label")
      .Text("source", workout.entered_by_hand ? "manual" : "confirmed")
      .Text("start_datetime", local(workout.start));
  return std::move(out).Object();
}

std::string_view SourceOf(Doing doing) {
  if (doing == Doing::kAsleep) return "sleep";
  return doing == Doing::kWorkout ? "workout" : "awake";
}

}  // namespace

const OuraRouteInfo* FindOuraRoute(std::string_view name) {
  for (const OuraRouteInfo& route : kRoutes) {
    if (route.name == name) return &route;
  }
  return nullptr;
}

std::vector<std::string> OuraDocuments(Person& person, OuraRoute route, base::Date date,
                                       bool impossible) {
  const DayProfile& day = person.Day(date);
  std::vector<std::string> documents;
  switch (route) {
    case OuraRoute::kDailyActivity:
      if (!day.device_off) documents.push_back(DailyActivity(person, date, impossible));
      break;
    case OuraRoute::kDailySleep:
      if (day.night_recorded) documents.push_back(DailySleep(person, date));
      break;
    case OuraRoute::kDailyReadiness:
      if (day.night_recorded) documents.push_back(DailyReadiness(person, date));
      break;
    case OuraRoute::kDailySpo2:
      if (day.night_recorded) documents.push_back(DailySpo2(person, date, impossible));
      break;
    case OuraRoute::kSleep:
      for (std::size_t i = 0; i < day.sleeps.size(); ++i) {
        const bool recorded = day.sleeps[i].nap ? !day.device_off : day.night_recorded;
        if (recorded) documents.push_back(SleepDocument(person, date, day.sleeps[i], impossible));
      }
      break;
    case OuraRoute::kWorkout:
      for (std::size_t i = 0; i < day.workouts.size(); ++i) {
        documents.push_back(WorkoutDocument(person, date, static_cast<int>(i), impossible));
      }
      break;
    case OuraRoute::kHeartRate:
    case OuraRoute::kPersonalInfo:
    case OuraRoute::kOther:
      break;
  }
  return documents;
}

void AppendHeartRateRow(std::string& out, const HeartBeat& beat, bool impossible) {
  out += "{\"timestamp\":\"";
  AppendUtc(out, beat.at);
  out.insert(out.size() - 1, ".000");
  out += "\",\"timestamp_unix\":";
  AppendInteger(out, base::UnixMillis(beat.at));
  out += ",\"bpm\":";
  AppendInteger(out, impossible ? 4000 : beat.per_minute);
  out += ",\"source\":\"";
  out += SourceOf(beat.doing);
  out += "\"}";
}

}  // namespace coldpath::sandbox
