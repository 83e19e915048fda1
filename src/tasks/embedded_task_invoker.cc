#include "tasks/embedded_task_invoker.h"

#include <array>
#include <deque>
#include <utility>

#include "tasks/workflow_names.h"

namespace coldpath::tasks {
namespace {

constexpr std::string_view kFunctionPrefix = "arn:aws:lambda:local:000000000000:function:";
constexpr std::string_view kInvokeResource = "arn:aws:states:::lambda:invoke";
constexpr std::string_view kRunTaskResource = "arn:aws:states:::ecs:runTask.waitForTaskToken";

}  // namespace

std::map<std::string, std::string> EmbeddedSubstitutions() {
  const auto function = [](std::string_view name) {
    return std::string(kFunctionPrefix) + std::string(name);
  };
  return {{"ValidateFunctionArn", function(kValidateFunction)},
          {"CalculateChunksFunctionArn", function(kCalculateChunksFunction)},
          {"AdmitChunkFunctionArn", function(kAdmitChunkFunction)},
          {"LogChunkFailureFunctionArn", function(kLogChunkFailureFunction)},
          {"AggregateFunctionArn", function(kAggregateFunction)},
          {"NotifyFunctionArn", function(kNotifyFunction)},
          {"ExecutionEndedFunctionArn", function(kExecutionEndedFunction)},
          {"ArtifactsBucket", "local"},
          {"ClusterArn", "arn:aws:ecs:local:000000000000:cluster/coldpath"},
          {"TaskDefinitionArn", "arn:aws:ecs:local:000000000000:task-definition/worker"},
          {"SubnetA", "local-a"},
          {"SubnetB", "local-b"},
          {"WorkerSecurityGroup", "local"}};
}

base::Result<ChunkAssignment> ReadContainerOverrides(const base::Json& arguments) {
  ChunkAssignment read;
  const std::array<std::pair<std::string_view, std::string*>, 5> needed{
      {{kTaskTokenVariable, &read.token},
       {kUserVariable, &read.user_id},
       {kJobVariable, &read.job_id},
       {kChunkVariable, &read.chunk_id},
       {kExecutionVariable, &read.execution}}};
  const base::Json::json_pointer place("/Overrides/ContainerOverrides/0/Environment");
  const base::Json environment =
      arguments.contains(place) ? arguments.at(place) : base::Json::array();
  for (const base::Json& variable : environment) {
    const auto name = base::FindString(variable, "Name");
    for (const auto& [wanted, member] : needed) {
      if (name == wanted) *member = base::FindString(variable, "Value").value_or("");
    }
  }
  for (const auto& [wanted, member] : needed) {
    if (!member->empty()) continue;
    return base::Fail("task.invalid_payload",
                      "The container's environment has no " + std::string(wanted) + ".");
  }
  return read;
}

// The chunks that run and those that wait for a worker.
struct EmbeddedTaskInvoker::Queue : std::enable_shared_from_this<Queue> {
  Queue(RunChunk given, base::Executor& executor_given, const base::Clock& clock_given,
        EmbeddedInvokerOptions options_given)
      : run(std::move(given)),
        executor(executor_given),
        clock(clock_given),
        options(options_given) {}

  void Add(ChunkAssignment assignment) {
    bool schedule = false;
    {
      base::MutexLock lock(mutex);
      waiting.push_back(std::move(assignment));
      schedule = !std::exchange(beating, true);
    }
    if (schedule) ScheduleBeat();
    StartNext();
  }

  void StartNext() {
    std::optional<ChunkAssignment> next;
    {
      base::MutexLock lock(mutex);
      if (waiting.empty() || running >= options.workers_max) return;
      next = std::move(waiting.front());
      waiting.pop_front();
      ++running;
    }
    executor.Post([self = shared_from_this(), next = *std::move(next)]() mutable {
      self->run(std::move(next), [self] {
        {
          base::MutexLock lock(self->mutex);
          --self->running;
        }
        self->StartNext();
      });
    });
  }

  void ScheduleBeat() {
    executor.PostAt(clock.Now() + options.heartbeat_every,
                    [self = shared_from_this()] { self->Beat(); });
  }

  // Tasks in the queue count as started: without a sign of life they would time out.
  void Beat() {
    std::vector<std::string> tokens;
    {
      base::MutexLock lock(mutex);
      for (const ChunkAssignment& one : waiting) tokens.push_back(one.token);
      beating = !tokens.empty();
    }
    if (tokens.empty()) return;
    for (const std::string& token : tokens) {
      // One that is not wanted any more ends when a worker takes it up.
      if (callback != nullptr) (void)callback->SendTaskHeartbeat(token);
    }
    ScheduleBeat();
  }

  const RunChunk run;
  base::Executor& executor;
  const base::Clock& clock;
  const EmbeddedInvokerOptions options;
  engine::TaskCallback* callback = nullptr;  // set before the first task
  base::Mutex mutex;
  std::deque<ChunkAssignment> waiting COLDPATH_GUARDED_BY(mutex);
  int running COLDPATH_GUARDED_BY(mutex) = 0;
  bool beating COLDPATH_GUARDED_BY(mutex) = false;
};

EmbeddedTaskInvoker::EmbeddedTaskInvoker(TaskHandlers& handlers, RunChunk run_chunk,
                                         base::Executor& executor, EmbeddedInvokerOptions options)
    : handlers_(handlers),
      queue_(std::make_shared<Queue>(std::move(run_chunk), executor, handlers.ports().clock,
                                     options)) {}

EmbeddedTaskInvoker::~EmbeddedTaskInvoker() = default;

void EmbeddedTaskInvoker::UseCallback(engine::TaskCallback& callback) {
  queue_->callback = &callback;
}

void EmbeddedTaskInvoker::Invoke(engine::TaskInvocation invocation, Done done) {
  const engine::TaskInvocation& given = invocation;
  if (given.task.resource == kInvokeResource) {
    return InvokeFunction(given.task.arguments, std::move(done));
  }
  if (given.task.resource == kRunTaskResource) {
    return InvokeContainer(given.task.arguments, std::move(done));
  }
  done(engine::TaskReply::Failure("States.TaskFailed",
                                  "This engine does not carry out " + given.task.resource + "."));
}

void EmbeddedTaskInvoker::InvokeFunction(const base::Json& arguments, Done done) {
  const std::string arn = base::FindString(arguments, "FunctionName").value_or("");
  const std::string function = arn.substr(arn.rfind(':') + 1);
  const base::Json* payload = base::FindMember(arguments, "Payload");
  engine::TaskReply reply =
      handlers_.Invoke(function, payload == nullptr ? base::Json::object() : *payload);
  if (reply.succeeded) {
    reply.output = {
        {"ExecutedVersion", "$LATEST"}, {"Payload", std::move(reply.output)}, {"StatusCode", 200}};
  }
  done(std::move(reply));
}

void EmbeddedTaskInvoker::InvokeContainer(const base::Json& arguments, Done done) {
  auto assignment = ReadContainerOverrides(arguments);
  if (!assignment) {
    return done(engine::TaskReply::Failure("ECS.ClientException", assignment.error().message));
  }
  const std::string task = "arn:aws:ecs:local:000000000000:task/" + assignment->chunk_id;
  done(engine::TaskReply::Success(
      {{"Failures", base::Json::array()}, {"Tasks", {{{"TaskArn", task}}}}}));
  queue_->Add(*std::move(assignment));
}

}  // namespace coldpath::tasks
