// What a case has shown.
#ifndef COLDPATH_TESTS_CONFORMANCE_VERDICT_H_
#define COLDPATH_TESTS_CONFORMANCE_VERDICT_H_

#include <optional>
#include <string>

namespace coldpath::conformance {

// Levels of agreement: 1 status, and output or the error's name; 2 also the cause; 3 also the types
// and names of the history's events; 4 also their ids and details. A level that was not recorded is
// passed with the one below.
inline constexpr int kHighestLevel = 4;

struct Verdict {
  int level = 0;                        // the highest that was passed
  std::string difference;               // why not the next; empty at the highest
  std::optional<std::string> left_out;  // the case is not asked of this engine, and why

  static Verdict Passed() { return {kHighestLevel, "", std::nullopt}; }
  static Verdict Differs(int level, std::string why) {
    return {level, std::move(why), std::nullopt};
  }
  static Verdict LeftOut(std::string why) { return {0, "", std::move(why)}; }
};

}  // namespace coldpath::conformance

#endif  // COLDPATH_TESTS_CONFORMANCE_VERDICT_H_
