// The workflow engine that is AWS Step Functions (API 2016-11-23), and how workers report to it.
// Standard workflows only.
#ifndef COLDPATH_AWS_STEP_FUNCTIONS_ENGINE_H_
#define COLDPATH_AWS_STEP_FUNCTIONS_ENGINE_H_

#include <functional>
#include <string>

#include "aws/aws_client.h"
#include "engine/workflow_engine.h"

namespace coldpath::aws {

struct StepFunctionsSettings {
  std::string state_machine_arn;  // also with ":version" or ":alias": then that is started
  // DescribeExecution is eventually consistent: how often it is asked about an execution that it
  // does not know, and how long before the second time (doubled from then on).
  int describe_tries = 4;
  base::Duration describe_pause = std::chrono::milliseconds(200);
};

// Thread-safe. `wait` blocks the calling thread. What AWS refuses, or why it cannot be asked, is
// engine.unavailable with AWS's name for it and its message.
//
// StartExecution answers alike whether it started the execution or found it running with the same
// input, so Start says kStarted for both.
class StepFunctionsEngine final : public engine::WorkflowEngine {
 public:
  StepFunctionsEngine(AwsClient& client, std::function<void(base::Duration)> wait,
                      StepFunctionsSettings settings);

  base::Result<engine::StartReply> Start(const std::string& name,
                                         const std::string& input) override;
  // PENDING_REDRIVE, an execution that an operator takes up again, is kRunning.
  base::Result<engine::ExecutionDescription> Describe(const std::string& name) override;
  // `error` is cut to 256 bytes, `cause` to 32,768: StopExecution's limits.
  base::Status Stop(const std::string& name, std::string error, std::string cause) override;
  // Reads from the beginning each time, a thousand events a call, since GetExecutionHistory knows
  // no place but its own tokens: for operators and tests, not for progress.
  base::Result<engine::HistoryPage> History(const std::string& name, std::int64_t after,
                                            int limit) override;

 private:
  base::Result<std::string> ArnOf(const std::string& name) const;

  AwsClient& client_;
  const std::function<void(base::Duration)> wait_;
  const StepFunctionsSettings settings_;
};

// SendTaskSuccess, SendTaskFailure, SendTaskHeartbeat. Thread-safe. A report whose answer was lost
// is sent again and then refused as timed out: engine.task_timed_out can mean "has arrived before".
class StepFunctionsCallback final : public engine::TaskCallback {
 public:
  explicit StepFunctionsCallback(AwsClient& client) : client_(client) {}

  base::Status SendTaskSuccess(const std::string& token, const base::Json& output) override;
  // `error` is cut to 256 bytes. A `cause` above 32,768 bytes is replaced by {"message": ...} with
  // its beginning: the definition reads causes as JSON.
  base::Status SendTaskFailure(const std::string& token, std::string error,
                               std::string cause) override;
  base::Status SendTaskHeartbeat(const std::string& token) override;

 private:
  AwsClient& client_;
};

// One event as GetExecutionHistory shows it. Error: engine.unavailable if it lacks what every event
// has.
base::Result<asl::HistoryEvent> ReadHistoryEvent(const base::Json& json);

// ARN of an execution of that state machine, of which a version or alias is left out: executions
// are the state machine's.
std::string StepFunctionsExecutionArn(const std::string& state_machine_arn,
                                      const std::string& name);

}  // namespace coldpath::aws

#endif  // COLDPATH_AWS_STEP_FUNCTIONS_ENGINE_H_
