// What the workflow's definition hands to the handlers, and how they answer.
#ifndef COLDPATH_TASKS_TASK_PAYLOAD_H_
#define COLDPATH_TASKS_TASK_PAYLOAD_H_

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "engine/task_invoker.h"

namespace coldpath::tasks {

// The input of an execution, as the API writes it and as the definition reads it. It holds no times
// and no request ids, so that every repetition of a request gives the same bytes.
std::string ExecutionInput(const std::string& user_id, const std::string& job_id);

struct TaskPayload {
  std::string user_id;
  std::string job_id;
  std::string execution;  // its name
  std::string chunk_id;   // empty outside the map
};
// Error: task.invalid_payload, naming the member that is missing.
base::Result<TaskPayload> ReadPayload(const base::Json& payload);

// The error name by which the definition's retriers know that trying again helps.
inline constexpr std::string_view kUnavailable = "Unavailable";
// The error name of a task that can never succeed.
inline constexpr std::string_view kInvalidTask = "InvalidTask";

// The answer of a handler that could not do its work: stores and services that failed are
// Unavailable, all else is InvalidTask.
engine::TaskReply ReplyFailure(const base::Error& error);

}  // namespace coldpath::tasks

#endif  // COLDPATH_TASKS_TASK_PAYLOAD_H_
