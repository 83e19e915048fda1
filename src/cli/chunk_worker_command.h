// `coldpath chunk-worker`: one chunk in a container on Fargate (docs/aws/configuration.md).
#ifndef COLDPATH_CLI_CHUNK_WORKER_COMMAND_H_
#define COLDPATH_CLI_CHUNK_WORKER_COMMAND_H_

#include "cli/exit_codes.h"

namespace coldpath::cli {

// kOk if the chunk's result was reported, whatever it was, or nobody wants it any more. kUsage if
// the environment is wrong, else kRefused: the task's heartbeat runs out, and another worker tries.
ExitCode RunChunkWorker();

}  // namespace coldpath::cli

#endif  // COLDPATH_CLI_CHUNK_WORKER_COMMAND_H_
