// The Lambda functions: what each makes of its event.
#ifndef COLDPATH_APP_AWS_FUNCTIONS_H_
#define COLDPATH_APP_AWS_FUNCTIONS_H_

#include <memory>
#include <string>

#include "api/api_handler.h"
#include "app/aws_parts.h"
#include "aws/event_bridge_publisher.h"
#include "aws/lambda_runtime.h"
#include "aws/step_functions_engine.h"
#include "engine/task_invoker.h"
#include "service/context.h"
#include "tasks/task_handlers.h"

namespace coldpath::app {

// What EventBridge's "Step Functions Execution Status Change" tells of an execution of
// `state_machine_arn` (empty: of any). Nothing if the event is about another state machine, such
// as the children of a Distributed Map. Error: lambda.malformed_event, also if the input was too
// long for the event.
base::Result<std::optional<engine::ExecutionEnd>> ReadStatusChange(
    const base::Json& event, const std::string& state_machine_arn);

// The payload of the function execution-ended for an execution that ended.
base::Result<base::Json> EndedPayload(const engine::ExecutionEnd& end);

// Thread-safe; `parts` must outlive it and its machine's work.
class AwsFunctions {
 public:
  explicit AwsFunctions(AwsParts& parts);
  ~AwsFunctions();

  // `function` is one that RoleOfFunction knows. Error types: Unavailable (worth another try),
  // InvalidTask, MalformedEvent.
  aws::LambdaAnswer Invoke(const std::string& function, const aws::LambdaInvocation& invocation);

 private:
  class KeySet;

  aws::LambdaAnswer Serve(const base::Json& event);
  aws::LambdaAnswer Perform(const std::string& function, const base::Json& payload);
  aws::LambdaAnswer NoteEnd(const base::Json& event);
  aws::LambdaAnswer Recover();
  base::Status Settle(const engine::ExecutionEnd& end);

  AwsParts& parts_;
  tasks::TaskHandlers handlers_;
  aws::StepFunctionsEngine engine_;
  aws::EventBridgePublisher events_;
  service::Context context_;
  std::unique_ptr<KeySet> keys_;
  std::unique_ptr<api::ApiHandler> api_;
};

}  // namespace coldpath::app

#endif  // COLDPATH_APP_AWS_FUNCTIONS_H_
