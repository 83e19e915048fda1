// Compares a history with the recorded one.
#ifndef COLDPATH_TESTS_CONFORMANCE_HISTORY_JUDGE_H_
#define COLDPATH_TESTS_CONFORMANCE_HISTORY_JUDGE_H_

#include <vector>

#include "asl/advance.h"
#include "base/json.h"
#include "expectation.h"
#include "verdict.h"

namespace coldpath::conformance {

// An event as the corpus writes it: {id, prev, type, details}, with inputs, outputs and parameters
// decoded.
base::Json AsRecorded(const asl::HistoryEvent& event);

// Levels 2 to 4 (2: not even types and names agree). `how` is the case's history_compare: exact,
// multiset or subset.
Verdict JudgeHistory(const base::Json& expected, const std::string& how,
                     const std::vector<asl::HistoryEvent>& actual, const Rules& rules);

}  // namespace coldpath::conformance

#endif  // COLDPATH_TESTS_CONFORMANCE_HISTORY_JUDGE_H_
