// Names of the enumerations of a record, as record files and exports have them. ON DISK: add, never
// rename.
#ifndef COLDPATH_RECORDS_NAMES_H_
#define COLDPATH_RECORDS_NAMES_H_

#include <array>
#include <optional>
#include <string_view>

#include "domain/record.h"

namespace coldpath::records {

inline constexpr std::array<std::string_view, 2> kOffsetOriginNames{"given", "inferred"};
inline constexpr std::array<std::string_view, 6> kStatisticNames{"sample",  "sum",     "mean",
                                                                 "minimum", "maximum", "session"};
inline constexpr std::array<std::string_view, 4> kGranularityNames{"instant", "interval", "daily",
                                                                   "session"};
inline constexpr std::array<std::string_view, 3> kModalityNames{"sensed", "manual", "unknown"};
inline constexpr std::array<std::string_view, 7> kSleepStageNames{
    "awake", "light", "deep", "rem", "asleep", "restless", "unknown"};

// The name of a value, and back. The arrays stand in the order of the enumerations.
template <std::size_t kCount, typename Enum>
constexpr std::string_view NameIn(const std::array<std::string_view, kCount>& names, Enum value) {
  return names[static_cast<std::size_t>(value)];
}
template <typename Enum, std::size_t kCount>
constexpr std::optional<Enum> FindIn(const std::array<std::string_view, kCount>& names,
                                     std::string_view name) {
  for (std::size_t i = 0; i < kCount; ++i) {
    if (names[i] == name) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace coldpath::records

#endif  // COLDPATH_RECORDS_NAMES_H_
