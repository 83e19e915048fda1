// The quarter hours of a day of UTC, and the heart rate in them.
#include <algorithm>
#include <array>

#include "sandbox/person/person.h"

namespace coldpath::sandbox {
namespace {

constexpr std::chrono::minutes kSlot(15);
constexpr std::chrono::seconds kDay = std::chrono::hours(24);

// How likely a quarter hour of a local hour holds steps, on working days and on weekends.
constexpr std::array<double, 24> kWorkday = {.01, .01, .01, .01, .02, .06, .35, .75,
                                             .70, .40, .38, .42, .75, .50, .38, .38,
                                             .45, .75, .70, .50, .40, .30, .15, .05};
constexpr std::array<double, 24> kWeekend = {.02, .01, .01, .01, .01, .03, .10, .25,
                                             .40, .60, .70, .70, .65, .60, .65, .65,
                                             .60, .55, .50, .45, .40, .30, .20, .08};
// How far the waking heart rate stands above its morning level, by local hour.
constexpr std::array<double, 24> kCircadian = {-4, -5, -5, -5, -4, -2, 0, 2, 3, 4, 5,  6,
                                               7,  6,  5,  6,  7,  8,  7, 5, 3, 1, -1, -3};

base::Instant StartOf(std::int64_t day) { return base::FromUnixSeconds(0) + day * kDay; }

template <typename Span>
const Span* Covering(const std::vector<Span>& spans, base::Instant instant) {
  for (const Span& span : spans) {
    if (instant >= span.start && instant < span.end) return &span;
  }
  return nullptr;
}

double StepsPerSlot(Sport sport) {
  switch (sport) {
    case Sport::kRun:
      return 2350;
    case Sport::kWalk:
      return 1550;
    case Sport::kStrength:
      return 180;
    case Sport::kRide:
    case Sport::kSwim:
      return 0;
  }
  return 0;
}

double KcalPerSlot(Sport sport) {
  switch (sport) {
    case Sport::kRun:
      return 150;
    case Sport::kRide:
      return 120;
    case Sport::kSwim:
      return 125;
    case Sport::kStrength:
      return 70;
    case Sport::kWalk:
      return 60;
  }
  return 0;
}

}  // namespace

DaySlots Person::Slots(std::int64_t day) {
  DaySlots slots;
  const base::Instant start = StartOf(day);
  const std::chrono::seconds offset = calendar_.OffsetAt(start);
  const Calendar::Trip& trip =
      calendar_.TripOfQuarter(Noise::FloorDiv(day, Calendar::kQuarterDays));
  const auto within = [&](base::Instant t) { return t >= start && t < start + kDay; };
  const bool changes = offset != calendar_.OffsetAt(start + kDay) ||
                       (trip.exists && (within(trip.departure) || within(trip.arrival_home)));
  for (int index = 0; index < kSlotsPerDay; ++index) {
    Slot& slot = slots[static_cast<std::size_t>(index)];
    slot.start = start + index * kSlot;
    slot.offset = changes ? calendar_.OffsetAt(slot.start) : offset;
    const base::Date date = base::LocalDate(slot.start, slot.offset);
    slot.local_minute =
        static_cast<int>((slot.start + slot.offset - StartOf(date.time_since_epoch().count())) /
                         std::chrono::minutes(1));
    Decide(slot, day, index, date);
  }
  return slots;
}

void Person::Decide(Slot& slot, std::int64_t day, int index, base::Date date) {
  const base::Instant middle = slot.start + kSlot / 2;
  const DayProfile& today = Day(date);
  // The night may belong to the next civil day.
  const bool evening = slot.local_minute >= 18 * 60;
  const DayProfile& waking = evening ? Day(date + std::chrono::days(1)) : today;
  if (const Sleep* sleep = Covering(waking.sleeps, middle)) {
    slot.doing = waking.night_recorded && !sleep->deleted ? Doing::kAsleep : Doing::kNotWorn;
    return;
  }
  if (today.device_off ||
      (slot.local_minute >= today.off_from_minute && slot.local_minute < today.off_to_minute)) {
    return;
  }
  const Workout* workout = Covering(today.workouts, middle);
  slot.doing = workout != nullptr ? Doing::kWorkout : Doing::kAwake;
  Move(slot, day, index, today, workout);
}

void Person::Move(Slot& slot, std::int64_t day, int index, const DayProfile& profile,
                  const Workout* workout) const {
  const double vary = noise_.Between(0.75, 1.25, Topic::kMotion, day, index * 4 + 1);
  double steps = 0;
  double kcal = 0;
  double stride = traits_.stride_mm;
  if (workout != nullptr) {
    slot.effort = static_cast<float>(workout->effort);
    steps = StepsPerSlot(workout->sport) * (0.85 + 0.3 * workout->effort) * (0.9 + vary * 0.1);
    kcal =
        KcalPerSlot(workout->sport) * (0.8 + 0.5 * workout->effort) * vary * traits_.weight_kg / 75;
    if (workout->sport == Sport::kRun) stride *= 1.45;
  } else {
    const std::int64_t number = profile.date.time_since_epoch().count();
    const std::int64_t weekday = (number + 4) - 7 * Noise::FloorDiv(number + 4, 7);
    const auto& hours = weekday == 0 || weekday == 6 ? kWeekend : kWorkday;
    const double likely = hours[static_cast<std::size_t>(slot.local_minute / 60 % 24)];
    if (!noise_.Chance(likely, Topic::kMotion, day, index * 4 + 2)) return;
    const double draw = noise_.Unit(Topic::kMotion, day, index * 4 + 3);
    steps = (40 + 900 * draw * draw) * profile.activity * vary;
    kcal = steps * 0.042 * traits_.weight_kg / 75;
  }
  slot.steps = std::clamp(static_cast<int>(steps), 0, 3200);
  slot.millimeters = static_cast<int>(slot.steps * stride);
  slot.active_kcal = kcal;
}

std::vector<HeartBeat> Person::HeartBeats(std::int64_t day, std::chrono::seconds interval) {
  const DaySlots slots = Slots(day);
  const std::int64_t step = std::max<std::int64_t>(1, interval.count());
  const std::int64_t jitter = std::max<std::int64_t>(1, step / 10);
  std::vector<HeartBeat> beats;
  beats.reserve(static_cast<std::size_t>(kDay.count() / step + 1));
  base::Date date{};
  const DayProfile* profile = nullptr;
  for (std::int64_t second = 0; second < kDay.count(); second += step) {
    const Slot& slot = slots[static_cast<std::size_t>(second / 900)];
    if (slot.doing == Doing::kNotWorn) continue;
    const base::Date here = base::LocalDate(slot.start, slot.offset);
    if (profile == nullptr || here != date) {
      date = here;
      profile = &Day(date);
    }
    const double rest = profile->resting_heart_rate;
    const double bell = noise_.Bell(Topic::kHeart, day, second);
    double rate = 0;
    if (slot.doing == Doing::kAsleep) {
      rate = rest * 0.97 + 2.2 * bell + (slot.local_minute % 90 < 20 ? 3 : 0);
    } else if (slot.doing == Doing::kWorkout) {
      rate = rest +
             (0.48 + 0.32 * static_cast<double>(slot.effort)) * (traits_.max_heart_rate - rest) +
             5 * bell;
    } else {
      rate = rest + 12 + kCircadian[static_cast<std::size_t>(slot.local_minute / 60 % 24)] +
             std::min(38.0, slot.steps / 24.0) + 3.5 * bell;
    }
    // Never into the next slot, where the clock may show another offset.
    const std::int64_t late =
        std::min(static_cast<std::int64_t>(noise_.Hash(Topic::kHeart, day, -1 - second) %
                                           static_cast<std::uint64_t>(jitter)),
                 899 - second % 900);
    beats.push_back({slot.start + std::chrono::seconds(second % 900 + late), slot.offset,
                     std::clamp(static_cast<int>(rate + 0.5), 36, 205), slot.doing});
  }
  return beats;
}

}  // namespace coldpath::sandbox
