// Names and ARNs of executions, and the form in which their context is kept.
#ifndef COLDPATH_ENGINE_EXECUTION_NAMES_H_
#define COLDPATH_ENGINE_EXECUTION_NAMES_H_

#include <string>
#include <string_view>

#include "asl/advance.h"
#include "base/result.h"
#include "engine/journal.h"

namespace coldpath::engine {

// Of an execution's input (StartExecution's limit).
inline constexpr std::size_t kMaxInputBytes = 262'144;
inline constexpr std::size_t kMaxNameLength = 80;

// Error: engine.invalid_name unless it is 1 to 80 characters out of 0-9 A-Z a-z - _.
base::Status CheckExecutionName(std::string_view name);

// "arn:aws:states:local:0:stateMachine:sync" and "run" give
// "arn:aws:states:local:0:execution:sync:run".
std::string ExecutionArn(std::string_view state_machine_arn, std::string_view name);

// The state machine that a Distributed Map's children run in the eyes of AWS: "<state
// machine>/<label>". Of a nested Map too: labels are unique within a state machine.
std::string ChildMachine(std::string_view state_machine, std::string_view label);

// What ExecutionRecord::context holds: all of the context that its other members do not tell.
std::string DumpContext(const asl::ExecutionContext& context);
// Error: engine.corrupt_context.
base::Result<asl::ExecutionContext> ContextOf(const ExecutionRecord& record);

}  // namespace coldpath::engine

#endif  // COLDPATH_ENGINE_EXECUTION_NAMES_H_
