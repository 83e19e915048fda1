// Sleep and exercise, the two session types.
#include <array>
#include <utility>

#include "sandbox/google_health/points.h"
#include "sandbox/json_text.h"

namespace coldpath::sandbox {
namespace {

constexpr std::array<std::string_view, 5> kStageNames = {"", "DEEP", "LIGHT", "REM", "AWAKE"};

struct SportText {
  std::string_view type;
  std::string_view display;
};

SportText TextOf(Sport sport) {
  switch (sport) {
    case Sport::kRun:
      return {"RUNNING", "Running"};
    case Sport::kRide:
      return {"BIKING", "Biking"};
    case Sport::kWalk:
      return {"WALKING", "Walking"};
    case Sport::kStrength:
      return {"STRENGTH_TRAINING", "Strength training"};
    case Sport::kSwim:
      return {"SWIMMING", "Swimming"};
  }
  return {"OTHER", "Other"};
}

void AppendUtcMember(std::string& out, std::string_view name, base::Instant instant) {
  out += ",\"";
  out += name;
  out += "\":\"";
  AppendUtc(out, instant);
  out += '"';
}

void AppendSecondsMember(std::string& out, std::string_view name, std::chrono::seconds seconds) {
  out += ",\"";
  out += name;
  out += "\":\"";
  AppendInteger(out, seconds.count());
  out += "s\"";
}

void AppendCountMember(std::string& out, std::string_view name, std::int64_t count) {
  if (out.back() != '{') out += ',';
  out += '"';
  out += name;
  out += "\":\"";
  AppendInteger(out, count);
  out += '"';
}

void AppendStages(std::string& out, Person& person, const GooglePoint& point,
                  const std::vector<StageSpan>& stages) {
  out += ",\"stages\":[";
  base::Instant at = point.start;
  bool first = true;
  for (const StageSpan& span : stages) {
    const base::Instant until = at + std::chrono::seconds(span.seconds);
    if (!first) out += ',';
    first = false;
    out += "{\"type\":\"";
    out += kStageNames[static_cast<std::size_t>(span.stage)];
    out += '"';
    AppendUtcMember(out, "startTime", at);
    AppendSecondsMember(out, "startUtcOffset", person.calendar().OffsetAt(at));
    AppendUtcMember(out, "endTime", until);
    AppendSecondsMember(out, "endUtcOffset", person.calendar().OffsetAt(until));
    out += '}';
    at = until;
  }
  out += ']';
}

void AppendSleepSummary(std::string& out, const std::vector<StageSpan>& stages) {
  std::array<std::int64_t, 5> seconds{};
  std::array<std::int64_t, 5> counts{};
  std::int64_t total = 0;
  for (const StageSpan& span : stages) {
    seconds[static_cast<std::size_t>(span.stage)] += span.seconds;
    ++counts[static_cast<std::size_t>(span.stage)];
    total += span.seconds;
  }
  const std::int64_t awake = seconds[static_cast<std::size_t>(Stage::kAwake)];
  out += ",\"summary\":{";
  AppendCountMember(out, "minutesInSleepPeriod", total / 60);
  AppendCountMember(out, "minutesAsleep", (total - awake) / 60);
  AppendCountMember(out, "minutesAwake", awake / 60);
  AppendCountMember(out, "minutesToFallAsleep", stages.empty() ? 0 : stages.front().seconds / 60);
  out += ",\"stagesSummary\":[";
  bool first = true;
  for (std::size_t stage = 1; stage < kStageNames.size(); ++stage) {
    if (counts[stage] == 0) continue;
    if (!first) out += ',';
    first = false;
    out += "{\"type\":\"";
    out += kStageNames[stage];
    out += '"';
    AppendCountMember(out, "minutes", seconds[stage] / 60);
    AppendCountMember(out, "count", counts[stage]);
    out += '}';
  }
  out += "]}";
}

// What the device counted during a workout, summed over its quarter hours.
struct WorkoutTotals {
  double kcal = 0;
  double millimeters = 0;
  std::int64_t steps = 0;
};

WorkoutTotals TotalsOf(Person& person, const Workout& workout) {
  WorkoutTotals totals;
  const auto day_of = [](base::Instant t) {
    return base::LocalDate(t, std::chrono::seconds(0)).time_since_epoch().count();
  };
  for (std::int64_t day = day_of(workout.start); day <= day_of(workout.end); ++day) {
    for (const Slot& slot : person.Slots(day)) {
      const base::Instant middle = slot.start + std::chrono::minutes(15) / 2;
      if (middle < workout.start || middle >= workout.end) continue;
      totals.kcal += slot.active_kcal;
      totals.millimeters += slot.millimeters;
      totals.steps += slot.steps;
    }
  }
  const double hours = static_cast<double>((workout.end - workout.start).count()) / 3.6e9;
  if (workout.sport == Sport::kRide) totals.millimeters = (19 + 9 * workout.effort) * 1e6 * hours;
  if (workout.sport == Sport::kSwim)
    totals.millimeters = (1.6 + 0.8 * workout.effort) * 1e6 * hours;
  if (totals.kcal <= 0) totals.kcal = (240 + 260 * workout.effort) * hours;
  return totals;
}

}  // namespace

void AppendSleepMembers(std::string& out, Person& person, const GooglePoint& point,
                        bool impossible) {
  GooglePoint shown = point;
  if (impossible) std::swap(shown.start, shown.end);
  const Sleep& sleep = person.Day(point.date).sleeps[static_cast<std::size_t>(point.index)];
  AppendInterval(out, shown);
  const std::vector<StageSpan> stages = person.Stages(point.date, sleep);
  // Short naps are told as one stretch, without stages.
  const bool staged = !sleep.nap;
  out += staged ? R"(,"type":"STAGES")" : R"(,"type":"CLASSIC")";
  if (staged) AppendStages(out, person, point, stages);
  if (staged) AppendSleepSummary(out, stages);
  out += R"(,"metadata":{"processed":true,"stagesStatus":")";
  out += staged ? "SUCCEEDED\"" : "REJECTED_NAP\"";
  out += sleep.nap ? R"(,"nap":true})" : R"(,"mainSleep":true})";
  AppendUtcMember(out, "createTime", point.end + std::chrono::minutes(20));
  AppendUtcMember(out, "updateTime", point.end + std::chrono::minutes(25));
}

void AppendExerciseMembers(std::string& out, Person& person, const GooglePoint& point,
                           bool impossible) {
  const Workout& workout = person.Day(point.date).workouts[static_cast<std::size_t>(point.index)];
  const WorkoutTotals totals = TotalsOf(person, workout);
  const SportText text = TextOf(workout.sport);
  AppendInterval(out, point);
  out += ",\"exerciseType\":\"";
  out += text.type;
  out += "\",\"displayName\":\"";
  out += text.display;
  out += '"';
  AppendSecondsMember(
      out, "activeDuration",
      std::chrono::duration_cast<std::chrono::seconds>(workout.end - workout.start));
  out += ",\"metricsSummary\":{\"caloriesKcal\":";
  AppendDecimal(out, impossible ? -totals.kcal : totals.kcal, 1);
  if (totals.millimeters > 0) {
    out += ",\"distanceMillimeters\":";
    AppendDecimal(out, totals.millimeters, 0);
  }
  if (totals.steps > 0) AppendCountMember(out, "steps", totals.steps);
  if (!workout.entered_by_hand) {
    AppendCountMember(out, "averageHeartRateBeatsPerMinute",
                      static_cast<std::int64_t>(108 + 44 * workout.effort));
  }
  out += '}';
  AppendUtcMember(out, "createTime", point.end + std::chrono::minutes(3));
  AppendUtcMember(out, "updateTime", point.end + std::chrono::minutes(3));
}

}  // namespace coldpath::sandbox
