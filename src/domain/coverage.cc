#include "domain/coverage.h"

namespace coldpath::domain {

std::string_view DayStateName(DayState state) {
  switch (state) {
    case DayState::kComplete:
      return "complete";
    case DayState::kEmpty:
      return "empty";
    case DayState::kFailed:
      return "failed";
    case DayState::kBeyondProviderHistory:
      return "beyond_provider_history";
    case DayState::kNotAttempted:
      return "not_attempted";
  }
  return "unknown";
}

CoverageCounts Count(const TypeCoverage& coverage) {
  CoverageCounts counts;
  for (const char day : coverage.days) {
    ++counts.requested;
    switch (static_cast<DayState>(day)) {
      case DayState::kComplete:
        ++counts.complete;
        break;
      case DayState::kEmpty:
        ++counts.empty;
        break;
      case DayState::kFailed:
        ++counts.failed;
        break;
      case DayState::kBeyondProviderHistory:
        ++counts.beyond_provider_history;
        break;
      case DayState::kNotAttempted:
        ++counts.not_attempted;
        break;
    }
  }
  return counts;
}

CoverageCounts Count(const Coverage& coverage) {
  CoverageCounts sum;
  for (const auto& [type, days] : coverage) {
    const CoverageCounts one = Count(days);
    sum.requested += one.requested;
    sum.complete += one.complete;
    sum.empty += one.empty;
    sum.failed += one.failed;
    sum.beyond_provider_history += one.beyond_provider_history;
    sum.not_attempted += one.not_attempted;
  }
  return sum;
}

}  // namespace coldpath::domain
