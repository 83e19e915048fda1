#include "tasks/task_handlers.h"

#include "tasks/workflow_names.h"

namespace coldpath::tasks {
namespace {

base::Json ErrorOf(const base::Json& payload) {
  const base::Json* error = base::FindMember(payload, "error");
  return error == nullptr ? base::Json::object() : *error;
}

}  // namespace

engine::TaskReply TaskHandlers::Invoke(std::string_view function, const base::Json& payload) {
  const auto task = ReadPayload(payload);
  if (!task) return ReplyFailure(task.error());
  if (function == kValidateFunction) return ValidateAndInitiate(ports_, *task);
  if (function == kCalculateChunksFunction) return CalculateChunks(ports_, *task);
  if (function == kAdmitChunkFunction) return AdmitChunk(ports_, *task);
  if (function == kLogChunkFailureFunction) {
    return LogChunkFailure(ports_, *task, ErrorOf(payload));
  }
  if (function == kAggregateFunction) return AggregateResults(ports_, *task);
  if (function == kNotifyFunction) return NotifyUser(ports_, *task);
  if (function == kExecutionEndedFunction) {
    const std::string status = base::FindString(payload, "status").value_or("");
    return ExecutionEnded(ports_, *task, status, ErrorOf(payload));
  }
  return ReplyFailure(
      {"task.unknown_function", "There is no function " + std::string(function) + "."});
}

}  // namespace coldpath::tasks
