#include "providers/mapping/possible.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace coldpath::providers::mapping {
namespace {

// In the order of the enumeration. "Google" is the range that the Google Health API v4 documents
// for the field.
constexpr std::array<PossibleRange, domain::kDataTypeCount> kRanges{{
    {0, 1'000'000, "steps: Google"},
    {0, 1'000'000, "distance in m: Google (10^9 mm)"},
    {0, 50'000, "active energy in kcal: five times a day of a cycling grand tour"},
    {20, 300, "heart rate: below 20 nobody is up, above 300 sensors do not count (Google: to 300)"},
    {20, 220, "resting heart rate: no heart rests faster than it can beat at most"},
    {1, 500, "RMSSD in ms: Google from 1; athletes' five-minute values pass its 200"},
    {1, 500, "SDNN in ms: as RMSSD; 24-hour values of the healthy end near 250"},
    {50, 100, "oxygen saturation: oximeters are not calibrated below 50, nothing is above 100"},
    {4, 60, "respiratory rate: below 4 is apnoea, above 60 is a newborn's"},
    {0, 2'880, "sleep in minutes: two days"},
    {2, 650, "body weight in kg: a newborn to the heaviest person known (635)"},
    {1, 85, "body fat: below 2 nobody lives long, scales end near 75"},
    {20, 350, "blood pressure in mm[Hg]: what cuffs can measure"},
    {10, 900, "blood glucose in mg/dL: Google to 900; below 10 nobody lives"},
    {25, 45, "core body temperature: deep accidental hypothermia to the end of thermometers"},
    {0, 10'080, "workout in minutes: a week"},
}};

// For people: "1000000", not "1e+06".
std::string Written(double value) {
  char text[400];  // the longest double has 309 digits before the point
  const auto end = std::to_chars(text, text + sizeof(text), value, std::chars_format::fixed).ptr;
  return std::string(text, std::min<std::size_t>(static_cast<std::size_t>(end - text), 40));
}

}  // namespace

const PossibleRange& Possible(domain::DataType type) {
  return kRanges[static_cast<std::size_t>(type)];
}

base::Result<double> CheckBetween(double least, double most, double value, const Node& node) {
  if (value >= least && value <= most) return value;
  return node.Wrong(Written(value) + " is outside " + Written(least) + " to " + Written(most));
}

base::Result<double> CheckPossible(domain::DataType type, double value, const Node& node) {
  const PossibleRange& range = Possible(type);
  return CheckBetween(range.least, range.most, value, node);
}

base::Status CheckInterval(base::Instant start, base::Instant end, const Node& end_node) {
  if (end < start) return end_node.Wrong("is before the start");
  if (end - start > kLongestInterval) return end_node.Wrong("is more than a week after the start");
  return {};
}

}  // namespace coldpath::providers::mapping
