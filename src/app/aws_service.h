// The service on AWS, one process at a time: a Lambda function's sandbox, or a chunk's container.
#ifndef COLDPATH_APP_AWS_SERVICE_H_
#define COLDPATH_APP_AWS_SERVICE_H_

#include <functional>
#include <memory>
#include <string>

#include "aws/environment.h"
#include "base/log.h"
#include "base/result.h"

namespace coldpath::app {

// Serves one Lambda function until the runtime API is gone. The result is why it ended: always an
// error. One at the start (config.*, aws.*) has been reported to Lambda as the function's init
// error. config.invalid also if this is not Lambda: AWS_LAMBDA_RUNTIME_API is not set.
base::Error RunLambdaFunction(const aws::Environment& environment, base::Log::Sink log);

// One chunk in a container. Its last log line is "chunk_worker_ended" with what became of it.
class ChunkContainer {
 public:
  // Errors: config.*, aws.*.
  static base::Result<std::unique_ptr<ChunkContainer>> Make(const aws::Environment& environment,
                                                            base::Log::Sink log);
  virtual ~ChunkContainer() = default;

  // Starts the attempt; `ended` is called once it has reported or been given up, on any thread.
  virtual void Start(std::function<void()> ended) = 0;
  // The machine is taken away (SIGTERM): the attempt ends at its next step as Interrupted, so that
  // another worker tries. Thread-safe.
  virtual void Interrupt() = 0;
  // The end. Reports Interrupted in place of an attempt that has not ended. True if the engine has
  // been told, or does not want to be told any more.
  virtual bool Finish() = 0;
};

}  // namespace coldpath::app

#endif  // COLDPATH_APP_AWS_SERVICE_H_
