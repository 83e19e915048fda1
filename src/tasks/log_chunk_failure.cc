#include "tasks/handlers.h"
#include "tasks/job_update.h"

namespace coldpath::tasks {
namespace {

// What the catcher knows. The worker's own causes are JSON (tasks/chunk_worker.h); the platform's
// are text.
domain::Failure ReadFailure(const base::Json& error) {
  const std::string name = base::FindString(error, "Error").value_or("");
  const std::string cause = base::FindString(error, "Cause").value_or("");
  const auto kind = domain::FindFailureKind(name);
  domain::Failure failure{kind.value_or(domain::FailureKind::kInterrupted), {}, {}, {}};
  if (kind) {
    const auto json = base::ParseJson(cause);
    if (json) {
      failure.message = base::FindString(*json, "message").value_or("");
      failure.where = base::FindString(*json, "where").value_or("");
    }
  } else {
    failure.where = name;
  }
  if (failure.message.empty()) {
    failure.message = kind ? "The chunk could not be fetched."
                           : "The worker did not come to an end, although it was tried again.";
  }
  return failure;
}

}  // namespace

engine::TaskReply LogChunkFailure(const TaskPorts& ports, const TaskPayload& task,
                                  const base::Json& error) {
  const auto chunk =
      FailChunk(ports, task.job_id, task.chunk_id, task.execution, ReadFailure(error));
  if (!chunk) return ReplyFailure(chunk.error());
  const auto settled =
      ports.quota.Settle(task.execution + "/" + task.chunk_id, 0, ports.clock.Now());
  if (!settled) return ReplyFailure(settled.error());
  return engine::TaskReply::Success({{"status", domain::ChunkStatusName(chunk->status)}});
}

}  // namespace coldpath::tasks
