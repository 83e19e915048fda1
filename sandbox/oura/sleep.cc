// The sleep document: one period in bed, with its phases and the samples measured in it.
#include <algorithm>
#include <array>
#include <cmath>

#include "sandbox/oura/writer.h"

namespace coldpath::sandbox {
namespace {

constexpr std::int64_t kSample = 300;

// One digit every 30 seconds.
std::string Phases(const std::vector<StageSpan>& stages) {
  std::string phases;
  for (const StageSpan& span : stages) {
    phases.append(static_cast<std::size_t>(span.seconds / 30),
                  static_cast<char>('0' + static_cast<int>(span.stage)));
  }
  return phases;
}

// The most frequent phase of each five minutes.
std::string PerFiveMinutes(const std::string& phases) {
  std::string result;
  for (std::size_t at = 0; at < phases.size(); at += 10) {
    const auto end = phases.begin() + static_cast<std::ptrdiff_t>(std::min(at + 10, phases.size()));
    std::array<int, 5> counts{};
    for (auto phase = phases.begin() + static_cast<std::ptrdiff_t>(at); phase != end; ++phase) {
      ++counts[static_cast<std::size_t>(*phase - '0')];
    }
    result +=
        static_cast<char>('0' + (std::max_element(counts.begin(), counts.end()) - counts.begin()));
  }
  return result;
}

std::int64_t SecondsOf(const std::string& phases, Stage stage) {
  return 30 *
         std::count(phases.begin(), phases.end(), static_cast<char>('0' + static_cast<int>(stage)));
}

struct Samples {
  std::string json;
  double mean = 0;
  double lowest = 0;
};

// A PublicSample every five minutes; one in twenty-five could not be measured.
Samples Measure(Person& person, base::Date date, const Sleep& sleep, std::size_t count, Topic topic,
                double mean, double spread, double low, double high) {
  const std::int64_t number = date.time_since_epoch().count();
  Samples samples;
  samples.lowest = high;
  samples.json = R"({"interval":300,"items":[)";
  double sum = 0;
  int measured = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) samples.json += ',';
    const auto index = static_cast<std::int64_t>(10'000 * (sleep.index + 1) + static_cast<int>(i));
    if (person.noise().Chance(0.04, topic, number, -index)) {
      samples.json += "null";
      continue;
    }
    const double value = std::round(
        std::clamp(mean + spread * person.noise().Bell(topic, number, index), low, high));
    AppendDecimal(samples.json, value, 0);
    sum += value;
    ++measured;
    samples.lowest = std::min(samples.lowest, value);
  }
  samples.json += R"(],"timestamp":")";
  AppendLocal(samples.json, sleep.start, person.calendar().OffsetAt(sleep.start));
  samples.json += R"("})";
  samples.mean = measured > 0 ? sum / measured : mean;
  return samples;
}

std::string_view TypeOf(const Sleep& sleep, std::int64_t seconds) {
  if (sleep.deleted) return "deleted";
  if (!sleep.nap) return "long_sleep";
  return seconds > 3 * 3600 ? "long_sleep" : "sleep";
}

}  // namespace

std::string SleepDocument(Person& person, base::Date date, const Sleep& sleep, bool impossible) {
  const DayProfile& day = person.Day(date);
  const std::string phases = Phases(person.Stages(date, sleep));
  const std::int64_t in_bed = 30 * static_cast<std::int64_t>(phases.size());
  const std::int64_t awake = SecondsOf(phases, Stage::kAwake);
  const auto count = static_cast<std::size_t>((in_bed + kSample - 1) / kSample);
  const Samples heart = Measure(person, date, sleep, count, Topic::kHeart,
                                day.resting_heart_rate * 0.98, 2.4, 36, 120);
  const Samples hrv = Measure(person, date, sleep, count, Topic::kVariability, day.variability,
                              day.variability * 0.15, 5, 190);
  const auto latency =
      static_cast<std::int64_t>(std::min(phases.find_first_not_of('4'), phases.size()));
  const auto local = [&](base::Instant t) { return LocalText(t, person.calendar().OffsetAt(t)); };
  std::string movement(phases.size(), '1');
  for (std::size_t i = 0; i < phases.size(); ++i) {
    if (phases[i] == '4') movement[i] = i % 3 == 0 ? '3' : '2';
  }
  OuraWriter out;
  out.Text("id", person.Identifier("oura_sleep", date, sleep.index))
      .Number("average_breath", day.breath, 3)
      .Number("average_heart_rate", heart.mean, 2)
      .Integer("average_hrv", impossible ? -20 : std::llround(hrv.mean))
      .Integer("awake_time", awake)
      .Text("bedtime_end", local(impossible ? sleep.start : sleep.end))
      .Text("bedtime_start", local(impossible ? sleep.end : sleep.start))
      .Text("day", DateText(date))
      .Integer("deep_sleep_duration", SecondsOf(phases, Stage::kDeep))
      .Integer("efficiency", std::clamp<std::int64_t>(100 * (in_bed - awake) / in_bed, 1, 100))
      .Raw("heart_rate", heart.json)
      .Raw("hrv", hrv.json)
      .Integer("latency", 30 * latency)
      .Integer("light_sleep_duration", SecondsOf(phases, Stage::kLight))
      .Raw("low_battery_alert", "false")
      .Integer("lowest_heart_rate", std::llround(heart.lowest))
      .Text("movement_30_sec", movement)
      .Integer("period", sleep.index)
      .Null("readiness")
      .Null("readiness_score_delta")
      .Integer("rem_sleep_duration", SecondsOf(phases, Stage::kRem))
      .Integer("restless_periods", 60 + awake / 60)
      .Text("sleep_algorithm_version", "v2")
      .Text("sleep_analysis_reason", "foreground_sleep_analysis")
      .Text("sleep_phase_30_sec", phases)
      .Text("sleep_phase_5_min", PerFiveMinutes(phases))
      .Null("sleep_score_delta")
      .Integer("time_in_bed", in_bed)
      .Integer("total_sleep_duration", in_bed - awake)
      .Text("type", TypeOf(sleep, in_bed));
  return std::move(out).Object();
}

}  // namespace coldpath::sandbox
