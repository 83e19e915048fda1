// What a recorded case expects of a value: JSON with wildcards (the corpus's own README explains
// them).
#ifndef COLDPATH_TESTS_CONFORMANCE_EXPECTATION_H_
#define COLDPATH_TESTS_CONFORMANCE_EXPECTATION_H_

#include <optional>
#include <string>

#include "base/json.h"

namespace coldpath::conformance {

struct Rules {
  // Recordings from before AWS added Execution.RedriveCount to the context object.
  bool redrive_count_may_appear = false;
};

// Where and how `actual` differs from what is expected; nothing if it does not.
//   {"$any": hint}      any value, but present
//   {"$parts": [a, b]}  a string that starts with the first part and holds the others in order
//   {"$json": v}        a string that holds JSON equal to v
// Everything else is exact: equal members, numbers equal by value.
std::optional<std::string> Difference(const base::Json& expected, const base::Json& actual,
                                      const Rules& rules, const std::string& at = "");

}  // namespace coldpath::conformance

#endif  // COLDPATH_TESTS_CONFORMANCE_EXPECTATION_H_
