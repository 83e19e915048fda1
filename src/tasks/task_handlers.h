// All lambda:invoke tasks of the workflow by the name of their function: what the embedded engine's
// invoker and the Lambda runtime both call.
#ifndef COLDPATH_TASKS_TASK_HANDLERS_H_
#define COLDPATH_TASKS_TASK_HANDLERS_H_

#include <string_view>

#include "tasks/handlers.h"

namespace coldpath::tasks {

// Thread-safe as far as the ports are. Blocks for as long as the stores do.
class TaskHandlers {
 public:
  explicit TaskHandlers(TaskPorts ports) : ports_(std::move(ports)) {}
  // `function` is one of tasks/workflow_names.h. Failures have the error name Unavailable (try
  // again) or InvalidTask.
  engine::TaskReply Invoke(std::string_view function, const base::Json& payload);
  const TaskPorts& ports() const { return ports_; }

 private:
  const TaskPorts ports_;
};

}  // namespace coldpath::tasks

#endif  // COLDPATH_TASKS_TASK_HANDLERS_H_
