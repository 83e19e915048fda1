// Noise: chance that can be asked for any day in any order, because each draw is a hash of what it
// is for.
#ifndef COLDPATH_SANDBOX_PERSON_NOISE_H_
#define COLDPATH_SANDBOX_PERSON_NOISE_H_

#include <cmath>
#include <cstdint>
#include <string_view>

namespace coldpath::sandbox {

// A 64-bit mix (splitmix64's finaliser): every input bit changes half of the output bits.
constexpr std::uint64_t Mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

// FNV-1a, then mixed.
constexpr std::uint64_t HashText(std::string_view text, std::uint64_t seed = 0) {
  std::uint64_t hash = 0xcbf29ce484222325u ^ seed;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return Mix(hash);
}

constexpr double UnitOf(std::uint64_t hash) { return static_cast<double>(hash >> 11) * 0x1.0p-53; }

// What a draw is for: draws of different topics are independent.
enum class Topic : std::uint64_t {
  kTrait = 1,
  kTrip,
  kOff,
  kOffHours,
  kNight,
  kBed,
  kWake,
  kNap,
  kSick,
  kWorkout,
  kRestingHeart,
  kVariability,
  kMotion,
  kHeart,
  kOxygen,
  kBreath,
  kStage,
  kWeight,
  kFat,
  kGlucose,
  kTemperature,
  kScore,
  kIdentity,
};

class Noise {
 public:
  explicit constexpr Noise(std::uint64_t seed) : seed_(Mix(seed)) {}

  constexpr std::uint64_t Hash(Topic topic, std::int64_t day, std::int64_t index = 0) const {
    return Mix(
        Mix(seed_ ^ (static_cast<std::uint64_t>(topic) << 56) ^ static_cast<std::uint64_t>(day)) +
        static_cast<std::uint64_t>(index));
  }
  // Uniform in [0, 1).
  constexpr double Unit(Topic topic, std::int64_t day, std::int64_t index = 0) const {
    return UnitOf(Hash(topic, day, index));
  }
  // Uniform in [low, high).
  constexpr double Between(double low, double high, Topic topic, std::int64_t day,
                           std::int64_t index = 0) const {
    return low + (high - low) * Unit(topic, day, index);
  }
  constexpr bool Chance(double probability, Topic topic, std::int64_t day,
                        std::int64_t index = 0) const {
    return Unit(topic, day, index) < probability;
  }
  // Mean 0, standard deviation 1, never beyond 3.5: the sum of four 16-bit uniforms.
  constexpr double Bell(Topic topic, std::int64_t day, std::int64_t index = 0) const {
    const std::uint64_t hash = Hash(topic, day, index);
    const double sum = static_cast<double>((hash & 0xffff) + ((hash >> 16) & 0xffff) +
                                           ((hash >> 32) & 0xffff) + (hash >> 48)) /
                       65536.0;
    return (sum - 2.0) * 1.7320508;
  }
  // A slow walk: Bell values at every `period` days, joined smoothly.
  double Drift(Topic topic, std::int64_t day, std::int64_t period) const {
    const std::int64_t knot = FloorDiv(day, period);
    const double x = static_cast<double>(day - knot * period) / static_cast<double>(period);
    const double smooth = x * x * (3 - 2 * x);
    const std::int64_t index = 1'000'000 + period;
    return Bell(topic, knot, index) * (1 - smooth) + Bell(topic, knot + 1, index) * smooth;
  }

  static constexpr std::int64_t FloorDiv(std::int64_t a, std::int64_t b) {
    return a >= 0 ? a / b : -((-a + b - 1) / b);
  }

 private:
  std::uint64_t seed_;
};

}  // namespace coldpath::sandbox

#endif  // COLDPATH_SANDBOX_PERSON_NOISE_H_
