// Step Functions under the contract that the embedded engine passes too, where an emulator (moto)
// is there: COLDPATH_TEST_MOTO is its base URL.
#include "aws/aws_testing.h"
#include "aws/step_functions_engine.h"
#include "base/ids.h"
#include "engine/workflow_engine_contract.h"

namespace coldpath::aws {
namespace {

using engine::WorkflowEngineContract;

// Tasks ask through a queue.
class MotoFixture final : public engine::WorkflowEngineFixture {
 public:
  explicit MotoFixture(const std::string& url) : aws_(url) {
    const std::string name = base::MakeUuidV4(*aws_.random);
    queue_ = Call("sqs", "AmazonSQS.CreateQueue", {{"QueueName", name}}).value("QueueUrl", "");
    auto definition = asl::Substitute(engine::kContractDefinition, {{"QueueUrl", queue_}});
    EXPECT_TRUE(definition);
    // Executes under whatever role.
    const base::Json made = Call("states", "AWSStepFunctions.CreateStateMachine",
                                 {{"name", name},
                                  {"definition", *definition},
                                  {"roleArn", "arn:aws:iam::123456789012:role/contract"}});
    machine_ = made.value("stateMachineArn", "");
    engine_.emplace(
        aws_.client, [this](base::Duration pause) { Pause(pause); },
        StepFunctionsSettings{machine_});
  }

  // Of moto 5.2.5; none of them is reported there yet.
  engine::EmulatorDefects defects() const override {
    return {.loses_causes = true, .forgets_tokens = true, .cannot_stop = true};
  }
  engine::WorkflowEngine& engine() override { return *engine_; }
  engine::TaskCallback& callback() override { return callback_; }
  std::string NewName() override { return base::MakeUuidV4(*aws_.random); }

  std::string AwaitToken(const std::string& name) override {
    for (int tries = 0; tries < 500; ++tries) {
      if (const auto found = tokens_.find(name); found != tokens_.end()) return found->second;
      const base::Json got = Call("sqs", "AmazonSQS.ReceiveMessage", {{"QueueUrl", queue_}});
      for (const base::Json& message : got.value("Messages", base::Json::array())) {
        const auto body = base::ParseJson(message.value("Body", ""));
        if (body) tokens_[body->value("execution", "")] = body->value("token", "");
      }
      if (!tokens_.contains(name)) Pause(std::chrono::milliseconds(20));
    }
    ADD_FAILURE() << name << " asks nobody";
    return "";
  }

  engine::ExecutionDescription AwaitEnd(const std::string& name) override {
    for (int tries = 0; tries < 1000; ++tries) {
      auto described = engine_->Describe(name);
      if (!described) {
        ADD_FAILURE() << described.error().message;
        return {};
      }
      if (described->status != asl::ExecutionStatus::kRunning) return *std::move(described);
      Pause(std::chrono::milliseconds(20));
    }
    ADD_FAILURE() << name << " does not end";
    return {};
  }

 private:
  base::Json Call(const std::string& service, const std::string& target, const base::Json& body) {
    auto answer = aws_.client.CallJson(service, target, body);
    EXPECT_TRUE(answer) << answer.error().name << ": " << answer.error().message;
    return answer ? *std::move(answer) : base::Json::object();
  }
  // Between two questions whether what is awaited has come.
  void Pause(base::Duration span) {
    base::MutexLock lock(mutex_);
    const base::Instant until = aws_.clock->Now() + span;
    while (aws_.clock->Now() < until) never_.WaitUntil(mutex_, until);
  }

  EmulatedAws aws_;
  base::Mutex mutex_;
  base::CondVar never_;
  std::string queue_;
  std::string machine_;
  std::optional<StepFunctionsEngine> engine_;
  StepFunctionsCallback callback_{aws_.client};
  std::map<std::string, std::string> tokens_;
};

INSTANTIATE_TEST_SUITE_P(Moto, WorkflowEngineContract,
                         ::testing::Values(engine::WorkflowEngineUnderTest{
                             "StepFunctionsOnMoto",
                             []() -> std::unique_ptr<engine::WorkflowEngineFixture> {
                               const auto url = EmulatorUrl("COLDPATH_TEST_MOTO");
                               if (!url) return nullptr;
                               return std::make_unique<MotoFixture>(*url);
                             }}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace coldpath::aws
