#include "app/core.h"

#include <algorithm>

#include "asl/definition.h"
#include "service/outbox_relay.h"
#include "service/recovery.h"
#include "tasks/workflow_names.h"

namespace coldpath::app {
namespace {

constexpr const char* kStateMachineName = "coldpath-historical-sync";
constexpr const char* kStateMachineArn =
    "arn:aws:states:local:000000000000:stateMachine:coldpath-historical-sync";
constexpr const char* kRoleArn = "arn:aws:iam::000000000000:role/coldpath";

// The interpreter words some reasons as AWS does, on several lines; a command line shows one.
base::Error DefinitionError(std::string code, const std::string& name, std::string reason) {
  std::ranges::replace(reason, '\n', ' ');
  return {std::move(code), name + ": " + reason};
}

tasks::TaskPorts TaskPortsOf(const CorePorts& ports, const tasks::TaskSettings& settings) {
  return {ports.jobs,         ports.connections, ports.objects,   ports.quota, ports.notifier,
          ports.entitlements, ports.vault,       ports.providers, ports.clock, ports.random,
          ports.log,          ports.metrics,     settings};
}

}  // namespace

class Core::LateCallback final : public engine::TaskCallback {
 public:
  void Set(engine::TaskCallback* target) { target_ = target; }

  base::Status SendTaskSuccess(const std::string& token, const base::Json& output) override {
    return target_->SendTaskSuccess(token, output);
  }
  base::Status SendTaskFailure(const std::string& token, std::string error,
                               std::string cause) override {
    return target_->SendTaskFailure(token, std::move(error), std::move(cause));
  }
  base::Status SendTaskHeartbeat(const std::string& token) override {
    return target_->SendTaskHeartbeat(token);
  }

 private:
  engine::TaskCallback* target_ = nullptr;  // set before any task runs
};

Core::Core(CorePorts ports, CoreSettings settings)
    : ports_(ports),
      settings_(std::move(settings)),
      handlers_(TaskPortsOf(ports_, settings_.tasks)),
      tokens_(TaskPortsOf(ports_, settings_.tasks), ports_.http, ports_.executor,
              settings_.process_name),
      callback_(std::make_unique<LateCallback>()),
      items_(ports_.objects) {
  worker_ = std::make_unique<tasks::ChunkWorker>(tasks::WorkerPorts{
      TaskPortsOf(ports_, settings_.tasks), tokens_, ports_.http, ports_.executor, *callback_, {}});
  invoker_ = std::make_unique<tasks::EmbeddedTaskInvoker>(
      handlers_,
      [this](tasks::ChunkAssignment chunk, std::move_only_function<void()> ended) {
        worker_->Run(std::move(chunk), std::move(ended));
      },
      ports_.executor, tasks::EmbeddedInvokerOptions{.workers_max = settings_.chunk_workers});
}

Core::~Core() = default;

base::Result<std::unique_ptr<Core>> Core::Make(CorePorts ports, CoreSettings settings) {
  std::unique_ptr<Core> core(new Core(ports, std::move(settings)));
  COLDPATH_RETURN_IF_ERROR(core->MakeEngine());
  return core;
}

base::Status Core::MakeEngine() {
  auto definition = asl::Substitute(settings_.definition, tasks::EmbeddedSubstitutions());
  if (!definition) {
    return base::Fail(DefinitionError("asl.invalid_definition", settings_.definition_name,
                                      definition.error().message));
  }
  auto engine = engine::EmbeddedEngine::Make(
      {*std::move(definition), kRoleArn, kStateMachineArn, kStateMachineName},
      {ports_.journal, *invoker_, items_, ports_.executor, ports_.clock, ports_.random, ports_.log},
      [this](const engine::ExecutionEnd& end) {
        if (const base::Status settled = Settle(end); !settled) {
          ports_.log.Warning("execution_end_not_settled", {{"execution", end.execution_name},
                                                           {"reason", settled.error().message}});
        }
      });
  if (!engine) {
    return base::Fail(
        DefinitionError(engine.error().code, settings_.definition_name, engine.error().message));
  }
  engine_ = *std::move(engine);
  callback_->Set(engine_.get());
  invoker_->UseCallback(*engine_);
  context_ = std::make_unique<service::Context>(
      service::Context{ports_.clock, ports_.random, ports_.executor, ports_.http, ports_.metrics,
                       ports_.log, *engine_, ports_.jobs, ports_.connections, ports_.objects,
                       ports_.quota, ports_.entitlements, ports_.inbox, ports_.push, ports_.vault,
                       ports_.providers, settings_.service, &ports_.deliveries});
  return {};
}

// What EventBridge's rule does on AWS.
base::Status Core::Settle(const engine::ExecutionEnd& end) {
  const auto input = base::ParseJson(end.input);
  if (!input) return base::Fail(input.error());
  const base::Json payload{{"userId", base::FindString(*input, "userId").value_or("")},
                           {"jobId", base::FindString(*input, "jobId").value_or("")},
                           {"execution", end.execution_name},
                           {"status", asl::StatusName(end.status)}};
  const engine::TaskReply reply = handlers_.Invoke(tasks::kExecutionEndedFunction, payload);
  if (reply.succeeded) return {};
  return base::Fail(reply.error.value_or("task.failed"), reply.cause.value_or(""));
}

base::Status Core::Start() {
  COLDPATH_RETURN_IF_ERROR(engine_->Recover());
  recovery_ = std::make_unique<service::Repeat>(
      ports_.clock, ports_.executor, settings_.recovery_interval, [this] {
        const auto counts = service::RecoverJobs(
            *context_, [this](const engine::ExecutionEnd& end) { return Settle(end); });
        if (!counts) {
          ports_.log.Error("recovery_failed", {{"reason", counts.error().message}});
        } else if (counts->launched + counts->settled + counts->failed > 0) {
          ports_.log.Info("jobs_recovered", {{"launched", counts->launched},
                                             {"settled", counts->settled},
                                             {"failed", counts->failed}});
        }
      });
  outbox_ = std::make_unique<service::Repeat>(
      ports_.clock, ports_.executor, settings_.outbox_interval, [this] {
        if (const auto sent = service::DrainOutbox(ports_.jobs, ports_.events); !sent) {
          ports_.log.Warning("outbox_not_drained", {{"reason", sent.error().message}});
        }
      });
  return {};
}

void Core::Shutdown() {
  outbox_.reset();
  recovery_.reset();
  worker_->Stop(tasks::ChunkWorker::StopMode::kSilently);
  engine_->Shutdown();
}

void Core::Abandon() {
  outbox_.reset();
  recovery_.reset();
  worker_->Stop(tasks::ChunkWorker::StopMode::kSilently);
  engine_->Abandon();
}

}  // namespace coldpath::app
