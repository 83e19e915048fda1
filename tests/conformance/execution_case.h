// A case that is one execution: started with the recorded input, its tasks as recorded, its end and
// its history compared.
#ifndef COLDPATH_TESTS_CONFORMANCE_EXECUTION_CASE_H_
#define COLDPATH_TESTS_CONFORMANCE_EXECUTION_CASE_H_

#include "base/json.h"
#include "verdict.h"

namespace coldpath::conformance {

Verdict JudgeExecution(const base::Json& recorded);

// Definitions that AWS judged without running them.
Verdict JudgeDefinition(const base::Json& recorded);

}  // namespace coldpath::conformance

#endif  // COLDPATH_TESTS_CONFORMANCE_EXECUTION_CASE_H_
