// The chunk worker: carries out one attempt at a chunk, from a task token to the chunk's row. It
// drives the ChunkDriver over the ports; no thread waits for the network, for quota or for another
// process. The embedded engine runs many in one process, a Fargate task runs one.
//
// An attempt begins by claiming the chunk's row (attempt number and token, a conditional write) and
// ends by switching the row to its result, again conditionally: a worker whose attempt was given
// away changes nothing, and its objects are garbage. A token that is delivered again goes on under
// its own attempt number, or reports the result that the row holds already.
//
// Failures are reported by FailureName; the cause is compact JSON {"message", "retryAt", "where"},
// retryAt always for RateLimited.
#ifndef COLDPATH_TASKS_CHUNK_WORKER_H_
#define COLDPATH_TASKS_CHUNK_WORKER_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "base/executor.h"
#include "base/http.h"
#include "engine/workflow_engine.h"
#include "tasks/access_tokens.h"
#include "tasks/chunk_driver.h"
#include "tasks/task_ports.h"

namespace coldpath::tasks {

// What a worker is told: the environment of its container (tasks/workflow_names.h).
struct ChunkAssignment {
  std::string token;
  std::string user_id;
  std::string job_id;
  std::string chunk_id;
  std::string execution;
};

struct WorkerLimits {
  // A third of the definition's HeartbeatSeconds.
  base::Duration heartbeat_every = std::chrono::seconds(100);
  DriverLimits driver;
};

// All that is referred to must outlive every run.
struct WorkerPorts {
  TaskPorts tasks;
  AccessTokens& tokens;
  base::HttpClient& http;
  base::Executor& executor;
  engine::TaskCallback& callback;
  WorkerLimits limits;
};

struct ChunkWorkerState;

// Thread-safe.
class ChunkWorker {
 public:
  explicit ChunkWorker(WorkerPorts ports);

  // Starts an attempt and returns; `ended` is called once it has reported (or been stopped), on any
  // thread, possibly within this call.
  void Run(ChunkAssignment assignment, std::move_only_function<void()> ended);

  enum class StopMode {
    kSilently,           // report nothing: the engine delivers the tasks again when it restarts
    kReportInterrupted,  // the machine is taken away: let another one try
  };
  // Every attempt ends at its next step.
  void Stop(StopMode mode);

 private:
  std::shared_ptr<ChunkWorkerState> state_;
};

}  // namespace coldpath::tasks

#endif  // COLDPATH_TASKS_CHUNK_WORKER_H_
