#include "tasks/task_payload.h"

#include <algorithm>
#include <array>
#include <utility>

namespace coldpath::tasks {

std::string ExecutionInput(const std::string& user_id, const std::string& job_id) {
  return base::DumpJson({{"userId", user_id}, {"jobId", job_id}});
}

base::Result<TaskPayload> ReadPayload(const base::Json& payload) {
  TaskPayload read;
  const std::array<std::pair<std::string_view, std::string*>, 3> needed{
      {{"userId", &read.user_id}, {"jobId", &read.job_id}, {"execution", &read.execution}}};
  for (const auto& [name, member] : needed) {
    auto value = base::FindString(payload, name);
    if (!value || value->empty()) {
      return base::Fail("task.invalid_payload",
                        "The task's payload has no " + std::string(name) + ".");
    }
    *member = *std::move(value);
  }
  read.chunk_id = base::FindString(payload, "chunkId").value_or("");
  return read;
}

engine::TaskReply ReplyFailure(const base::Error& error) {
  constexpr std::array<std::string_view, 7> kPassing{
      "store.conflict", "store.io",          "store.full",          "store.read_only",
      "object.corrupt", "vault.unavailable", "notifier.unavailable"};
  const bool passing = std::ranges::count(kPassing, error.code) > 0;
  return engine::TaskReply::Failure(std::string(passing ? kUnavailable : kInvalidTask),
                                    error.message + " (" + error.code + ")");
}

}  // namespace coldpath::tasks
