// Person: the life behind an account, day by day.
//
// Everything is a function of (seed, account, day) with random access: any day can be asked for
// alone, in any order, and is always the same. Two providers that ask for the same account see the
// same life: the same nights, workouts and trips, each in its own words.
#ifndef COLDPATH_SANDBOX_PERSON_PERSON_H_
#define COLDPATH_SANDBOX_PERSON_PERSON_H_

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "sandbox/person/calendar.h"
#include "sandbox/person/noise.h"

namespace coldpath::sandbox {

enum class Stage { kDeep = 1, kLight = 2, kRem = 3, kAwake = 4 };

struct StageSpan {
  Stage stage;
  std::int64_t seconds;  // a multiple of 30
};

// A time asleep; belongs to the day on which it ends.
struct Sleep {
  base::Instant start;
  base::Instant end;
  bool nap = false;
  // Seen by the device and taken back by the person: providers show it marked, or not at all.
  bool deleted = false;
  int index = 0;  // within its day
};

enum class Sport { kRun, kRide, kWalk, kStrength, kSwim };

struct Workout {
  base::Instant start;
  base::Instant end;
  Sport sport;
  double effort;  // 0 easy to 1 hard
  bool entered_by_hand;
};

// What decides a civil day.
struct DayProfile {
  base::Date date;
  bool device_off = false;  // the whole day
  int off_from_minute = 0;  // and for a part of it, in minutes of the local day: [from, to)
  int off_to_minute = 0;
  bool night_recorded = false;  // the night that ends on this day
  bool sick = false;
  double activity = 1;            // multiplies the steps of an ordinary day
  double resting_heart_rate = 0;  // per minute
  double variability = 0;         // RMSSD, milliseconds
  double oxygen = 0;              // percent
  double breath = 0;              // per minute
  std::vector<Sleep> sleeps;      // in order of time
  std::vector<Workout> workouts;  // in order of time
};

enum class Doing : std::uint8_t { kNotWorn, kAsleep, kAwake, kWorkout };

// A quarter of an hour.
struct Slot {
  base::Instant start;
  std::chrono::seconds offset;
  Doing doing = Doing::kNotWorn;
  float effort = 0;
  int local_minute = 0;
  int steps = 0;
  int millimeters = 0;
  double active_kcal = 0;
};
inline constexpr int kSlotsPerDay = 96;
using DaySlots = std::array<Slot, kSlotsPerDay>;

struct HeartBeat {
  base::Instant at;
  std::chrono::seconds offset;
  int per_minute;
  Doing doing;
};

// A reading of something that is measured now and then.
struct Reading {
  base::Instant at;
  double value;
};

// Not thread-safe: days are kept once they were made, and references to them stay valid. Callers
// ask only for days that have data, so what is kept is bounded by SandboxOptions::years.
class Person {
 public:
  Person(std::uint64_t seed, std::string_view account, std::string home_zone);

  const DayProfile& Day(base::Date date);
  Calendar& calendar() { return calendar_; }
  const Noise& noise() const { return noise_; }

  // The stages of a sleep of `date`; they fill it from start to end.
  std::vector<StageSpan> Stages(base::Date date, const Sleep& sleep) const;

  // `day` counts days of UTC since 1970.
  DaySlots Slots(std::int64_t day);
  // One reading every `interval` while the device is worn, in order of time.
  std::vector<HeartBeat> HeartBeats(std::int64_t day, std::chrono::seconds interval);

  // Readings of a civil day, in order of time.
  std::vector<Reading> WeightKilograms(base::Date date);
  std::vector<Reading> BodyFatPercent(base::Date date);
  std::vector<Reading> GlucoseMilligramsPerDeciliter(base::Date date);
  std::vector<Reading> TemperatureCelsius(base::Date date);
  // Readings during the night that ends on `date`.
  std::vector<Reading> NightVariability(base::Date date);
  std::vector<Reading> NightOxygen(base::Date date);

  // An id for the n-th thing of a kind on a day, in the form of a UUID.
  std::string Identifier(std::string_view kind, base::Date date, int index) const;

 private:
  struct Traits {
    double resting_heart_rate;
    double max_heart_rate;
    double variability;
    double weight_kg;
    double fat_percent;
    double stride_mm;
    double bedtime_minutes;  // before or after midnight
    double sleep_minutes;
    double activity;
    Sport favourite;
  };

  void DrawTraits();
  DayProfile MakeDay(base::Date date);
  void DecideWear(DayProfile& day) const;
  bool DeviceOff(std::int64_t day) const;
  bool Sick(std::int64_t day) const;
  void DecideBody(DayProfile& day) const;
  void AddSleeps(DayProfile& day);
  void AddWorkouts(DayProfile& day);
  void Decide(Slot& slot, std::int64_t day, int index, base::Date date);
  void Move(Slot& slot, std::int64_t day, int index, const DayProfile& profile,
            const Workout* workout) const;
  std::vector<Reading> NightReadings(base::Date date, Topic topic, std::chrono::seconds first,
                                     double mean, double spread, double low, double high);

  Noise noise_;
  Calendar calendar_;
  Traits traits_;
  std::unordered_map<std::int64_t, DayProfile> days_;
};

}  // namespace coldpath::sandbox

#endif  // COLDPATH_SANDBOX_PERSON_PERSON_H_
