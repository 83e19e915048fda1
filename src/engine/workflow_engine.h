// Port: runs executions of a state machine. Adapters: the embedded engine (embedded_engine.h) and
// AWS Step Functions. It has no pause, since Step Functions has none: see docs/adr.
#ifndef COLDPATH_ENGINE_WORKFLOW_ENGINE_H_
#define COLDPATH_ENGINE_WORKFLOW_ENGINE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "asl/advance.h"
#include "base/result.h"

namespace coldpath::engine {

enum class StartOutcome {
  kStarted,
  kAlreadyRunning,  // the same name and input, still running: nothing was started
  kAlreadyExists,   // the name was used with another input, or its execution has ended: Describe
                    // tells
};

struct StartReply {
  StartOutcome outcome;
  std::string execution_arn;
};

struct ExecutionDescription {
  std::string arn;
  std::string name;
  asl::ExecutionStatus status;
  base::Instant started;
  std::optional<base::Instant> stopped;
  std::string input;
  std::string output;
  std::optional<std::string> error;
  std::optional<std::string> cause;
};

struct HistoryPage {
  std::vector<asl::HistoryEvent> events;
  std::optional<std::int64_t> next;  // pass as `after` to go on
};

// Thread-safe. Calls block until the answer is durable or known; none takes longer than a commit
// (or an AWS call). Errors: engine.invalid_name, engine.invalid_input (not JSON),
// engine.input_too_large (262,144 bytes), engine.no_such_execution, engine.unavailable.
class WorkflowEngine {
 public:
  virtual ~WorkflowEngine() = default;

  // Starts the state machine that this engine was made for. Idempotent by name as StartExecution
  // is: names are 1 to 80 characters out of 0-9 A-Z a-z - _ and unique per state machine.
  virtual base::Result<StartReply> Start(const std::string& name, const std::string& input) = 0;
  // May lag behind Start on AWS (eventually consistent).
  virtual base::Result<ExecutionDescription> Describe(const std::string& name) = 0;
  // For operators: workers that run are not told. Succeeds if the execution has ended already.
  virtual base::Status Stop(const std::string& name, std::string error, std::string cause) = 0;
  virtual base::Result<HistoryPage> History(const std::string& name, std::int64_t after,
                                            int limit) = 0;
};

// Port: how a worker that was given a task token reports back. Thread-safe, any process. A success
// means accepted: a crash right after it can deliver the task again, which at-least-once delivery
// allows at any time. Errors: engine.task_timed_out (the result is no longer wanted: stop working),
// engine.invalid_token, engine.unavailable.
class TaskCallback {
 public:
  virtual ~TaskCallback() = default;
  virtual base::Status SendTaskSuccess(const std::string& token, const base::Json& output) = 0;
  virtual base::Status SendTaskFailure(const std::string& token, std::string error,
                                       std::string cause) = 0;
  virtual base::Status SendTaskHeartbeat(const std::string& token) = 0;
};

}  // namespace coldpath::engine

#endif  // COLDPATH_ENGINE_WORKFLOW_ENGINE_H_
