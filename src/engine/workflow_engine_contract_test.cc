// The embedded engine under the contract that Step Functions passes too.
#include "engine/workflow_engine_contract.h"

#include "engine/engine_testing.h"

namespace coldpath::engine {
namespace {

class EmbeddedFixture final : public WorkflowEngineFixture {
 public:
  WorkflowEngine& engine() override { return *world_.engine; }
  TaskCallback& callback() override { return *world_.engine; }
  std::string NewName() override { return "contract-" + std::to_string(++names_); }

  std::string AwaitToken(const std::string& name) override {
    for (int tries = 0; tries < 100; ++tries) {
      for (const TaskInvocation& invocation : world_.invoker.deliveries) {
        if (invocation.execution_name == name) return invocation.task.token;
      }
      world_.executor.RunFor(std::chrono::milliseconds(10));
    }
    ADD_FAILURE() << name << " asks nobody";
    return "";
  }

  ExecutionDescription AwaitEnd(const std::string& name) override {
    for (int seconds = 0; seconds < 700; ++seconds) {
      world_.executor.RunFor(std::chrono::seconds(1));
      auto description = world_.Describe(name);
      if (description.status != asl::ExecutionStatus::kRunning) return description;
    }
    ADD_FAILURE() << name << " does not end";
    return {};
  }

 private:
  EngineWorld world_{kContractDefinition};
  int names_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Embedded, WorkflowEngineContract,
                         ::testing::Values(WorkflowEngineUnderTest{
                             "Embedded", [] { return std::make_unique<EmbeddedFixture>(); }}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace coldpath::engine
