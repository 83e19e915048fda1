// Carries out the tasks of the embedded engine in this process: lambda:invoke by the handlers,
// ecs:runTask.waitForTaskToken by chunk workers, of which a bounded number run at a time. The
// definition is the one that Step Functions runs; only its substitutions differ.
#ifndef COLDPATH_TASKS_EMBEDDED_TASK_INVOKER_H_
#define COLDPATH_TASKS_EMBEDDED_TASK_INVOKER_H_

#include <map>
#include <memory>
#include <string>

#include "tasks/chunk_worker.h"
#include "tasks/task_handlers.h"

namespace coldpath::tasks {

// Values of the definition's ${...} for the embedded engine (asl::Substitute).
std::map<std::string, std::string> EmbeddedSubstitutions();

struct EmbeddedInvokerOptions {
  int workers_max = 64;
  // How often a queued task says that it is still wanted: below the definition's HeartbeatSeconds.
  base::Duration heartbeat_every = std::chrono::seconds(100);
};

// Thread-safe. Everything that it refers to must outlive the executor's work.
class EmbeddedTaskInvoker final : public engine::TaskInvoker {
 public:
  // Runs chunks in place of ChunkWorker::Run.
  using RunChunk = std::function<void(ChunkAssignment, std::move_only_function<void()>)>;

  EmbeddedTaskInvoker(TaskHandlers& handlers, RunChunk run_chunk, base::Executor& executor,
                      EmbeddedInvokerOptions options = {});
  ~EmbeddedTaskInvoker() override;

  // The engine is made with its invoker: this joins them once both are there, before any task runs.
  void UseCallback(engine::TaskCallback& callback);
  void Invoke(engine::TaskInvocation invocation, Done done) override;

 private:
  struct Queue;
  void InvokeFunction(const base::Json& arguments, Done done);
  void InvokeContainer(const base::Json& arguments, Done done);

  TaskHandlers& handlers_;
  std::shared_ptr<Queue> queue_;
};

// The chunk that the container overrides of an ecs:runTask name. Error: task.invalid_payload.
base::Result<ChunkAssignment> ReadContainerOverrides(const base::Json& arguments);

}  // namespace coldpath::tasks

#endif  // COLDPATH_TASKS_EMBEDDED_TASK_INVOKER_H_
