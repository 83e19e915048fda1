// Names that the workflow's definition and the handlers share.
#ifndef COLDPATH_TASKS_WORKFLOW_NAMES_H_
#define COLDPATH_TASKS_WORKFLOW_NAMES_H_

#include <string_view>

namespace coldpath::tasks {

// The last part of the function ARNs that the definition's substitutions give to lambda:invoke.
inline constexpr std::string_view kValidateFunction = "validate";
inline constexpr std::string_view kCalculateChunksFunction = "calculate-chunks";
inline constexpr std::string_view kAdmitChunkFunction = "admit-chunk";
inline constexpr std::string_view kLogChunkFailureFunction = "log-chunk-failure";
inline constexpr std::string_view kAggregateFunction = "aggregate";
inline constexpr std::string_view kNotifyFunction = "notify";
inline constexpr std::string_view kExecutionEndedFunction = "execution-ended";

// Environment variables by which ecs:runTask hands a chunk to its worker (ContainerOverrides).
inline constexpr std::string_view kTaskTokenVariable = "COLDPATH_TASK_TOKEN";
inline constexpr std::string_view kUserVariable = "COLDPATH_USER_ID";
inline constexpr std::string_view kJobVariable = "COLDPATH_JOB_ID";
inline constexpr std::string_view kChunkVariable = "COLDPATH_CHUNK_ID";
inline constexpr std::string_view kExecutionVariable = "COLDPATH_EXECUTION";

}  // namespace coldpath::tasks

#endif  // COLDPATH_TASKS_WORKFLOW_NAMES_H_
