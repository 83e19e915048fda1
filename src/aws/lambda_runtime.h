// A Lambda custom runtime: takes invocations from the runtime API (2018-06-01,
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html) and brings back what became of
// them, one at a time.
#ifndef COLDPATH_AWS_LAMBDA_RUNTIME_H_
#define COLDPATH_AWS_LAMBDA_RUNTIME_H_

#include <expected>
#include <functional>
#include <string>

#include "base/clock.h"
#include "base/executor.h"
#include "base/http.h"
#include "base/log.h"
#include "base/time.h"

namespace coldpath::aws {

struct LambdaInvocation {
  std::string request_id;
  base::Instant deadline;  // after it Lambda kills the process
  std::string function_arn;
  std::string trace_id;  // X-Ray's; empty if there is none
  std::string event;     // as it came: JSON, at most kMostEventBytes
};

// What a failed invocation is called. Step Functions matches `type` against ErrorEquals.
struct LambdaError {
  std::string type;
  std::string message;
};

// JSON, at most kMostAnswerBytes.
using LambdaAnswer = std::expected<std::string, LambdaError>;
using LambdaHandler = std::function<LambdaAnswer(const LambdaInvocation&)>;

// Lambda's own bounds: 6 MB of event and of answer, and a little for the envelope.
inline constexpr std::size_t kMostAnswerBytes = 6u * 1024 * 1024 + 100;
inline constexpr std::size_t kMostEventBytes = 6u * 1024 * 1024 + 64 * 1024;

struct LambdaRuntimePorts {
  // Its completions must run where no handler can block them.
  base::HttpClient& http;
  const base::Clock& clock;
  base::Executor& executor;  // handlers run here
  base::Log& log;
};

struct LambdaRuntimeSettings {
  std::string api;  // AWS_LAMBDA_RUNTIME_API: "127.0.0.1:9001"
  // A handler that has not answered so long before its deadline is given up: the invocation fails
  // as `late_error`, and the process lives. Killing it would cost the next invocation a cold start
  // and give Step Functions an error (Sandbox.Timedout) that the definition does not retry.
  base::Duration margin = std::chrono::milliseconds(500);
  LambdaError late_error = {"Unavailable", "The function did not end in time."};
};

// Not thread-safe: one loop, one thread. That one must not be the executor's only one.
class LambdaRuntime {
 public:
  LambdaRuntime(LambdaRuntimePorts ports, LambdaRuntimeSettings settings);

  // Takes and serves invocations until the runtime API is gone or refuses, which is the error
  // (lambda.runtime_api): the process should end, and Lambda starts another.
  //
  // A handler that was given up may still run while the next one does; `handler` must bear that,
  // and outlive the executor's work.
  base::Error Run(const LambdaHandler& handler);
  // Takes and serves one invocation. Error: lambda.runtime_api.
  base::Status ServeOne(const LambdaHandler& handler);

  // In place of Run: the function cannot start. The process then ends with an exit code other
  // than 0.
  base::Status ReportInitError(const LambdaError& error);

 private:
  base::Result<LambdaInvocation> Next();
  LambdaAnswer Invoke(const LambdaHandler& handler, const LambdaInvocation& invocation);
  base::Status Answer(const LambdaInvocation& invocation, LambdaAnswer answer);
  base::Status Post(const std::string& path, base::HttpHeaders headers, std::string body);
  base::HttpRequest Request(const std::string& method, const std::string& path) const;

  const LambdaRuntimePorts ports_;
  const LambdaRuntimeSettings settings_;
};

}  // namespace coldpath::aws

#endif  // COLDPATH_AWS_LAMBDA_RUNTIME_H_
