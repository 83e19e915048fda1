// Which values are possible at all: the line between unusual and impossible. A value outside fails
// its type with the place, rather than be stored (possible.cc has the table and its reasons).
#ifndef COLDPATH_PROVIDERS_MAPPING_POSSIBLE_H_
#define COLDPATH_PROVIDERS_MAPPING_POSSIBLE_H_

#include <chrono>
#include <string_view>

#include "domain/data_type.h"
#include "providers/mapping/node.h"

namespace coldpath::providers::mapping {

struct PossibleRange {
  double least;
  double most;
  std::string_view reason;
};

// In the unit of the type.
const PossibleRange& Possible(domain::DataType type);

// `value` if it is possible; the error names `node`. The value is in the unit of the type: convert
// before.
base::Result<double> CheckPossible(domain::DataType type, double value, const Node& node);
// The same with bounds of one's own.
base::Result<double> CheckBetween(double least, double most, double value, const Node& node);

// No single observation lasts longer.
inline constexpr std::chrono::hours kLongestInterval{24 * 7};
// Checks that an interval neither runs backwards nor lasts longer than that; the error names `end`.
base::Status CheckInterval(base::Instant start, base::Instant end, const Node& end_node);

// Clocks are at most 14 hours ahead of UTC and 12 behind (IANA tz); two hours more are allowed for.
inline constexpr std::chrono::hours kLargestUtcOffset{16};

}  // namespace coldpath::providers::mapping

#endif  // COLDPATH_PROVIDERS_MAPPING_POSSIBLE_H_
