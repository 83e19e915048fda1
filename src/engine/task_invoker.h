// Ports of the embedded engine: who carries out tasks, who brings a Map's items, who hears of an
// execution's end.
#ifndef COLDPATH_ENGINE_TASK_INVOKER_H_
#define COLDPATH_ENGINE_TASK_INVOKER_H_

#include <functional>
#include <optional>
#include <string>

#include "asl/advance.h"
#include "base/json.h"

namespace coldpath::engine {

struct TaskInvocation {
  std::string execution_arn;
  std::string execution_name;
  asl::InvokeTask task;
};

// What became of an invocation. For a task that completes by its token, success means "submitted":
// the request was accepted, and the result comes through TaskCallback.
struct TaskReply {
  bool succeeded = false;
  base::Json output;                 // if it succeeded
  std::optional<std::string> error;  // else
  std::optional<std::string> cause;

  static TaskReply Success(base::Json output) { return {true, std::move(output), {}, {}}; }
  static TaskReply Failure(std::string error, std::string cause) {
    return {false, {}, std::move(error), std::move(cause)};
  }
};

// Called on the engine's executor, possibly concurrently. The same task may be invoked again after
// a crash. `done` is called once, on any thread.
class TaskInvoker {
 public:
  using Done = std::move_only_function<void(TaskReply)>;
  virtual ~TaskInvoker() = default;
  virtual void Invoke(TaskInvocation invocation, Done done) = 0;
};

// Brings the array that an ItemReader names ({"Resource": "arn:aws:states:::s3:getObject",
// "Parameters": {...}}). Error code: the ASL error name, e.g. "States.ItemReaderFailed". Blocks;
// called on the executor.
class ItemSource {
 public:
  virtual ~ItemSource() = default;
  virtual base::Result<base::Json> ReadItems(const base::Json& reader) = 0;
  // Writes a ResultWriter's object and returns what the Map's result then is.
  virtual base::Result<base::Json> WriteResults(const base::Json& writer,
                                                const base::Json& results) = 0;
};

// Said of each top-level execution that ended, after that is durable: the counterpart of
// EventBridge's "Step Functions Execution Status Change". A crash can swallow it, as EventBridge
// can delay it: the service's recovery asks Describe for every job whose execution should be
// running.
struct ExecutionEnd {
  std::string execution_arn;
  std::string execution_name;
  std::string input;
  asl::ExecutionStatus status;
};

}  // namespace coldpath::engine

#endif  // COLDPATH_ENGINE_TASK_INVOKER_H_
