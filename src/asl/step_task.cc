#include <chrono>
#include <utility>

#include "asl/stepper.h"
#include "asl/token.h"

namespace coldpath::asl {
namespace {

using base::Json;

// What a Task asks for, evaluated: the same each time for one attempt, since the seed is.
struct Request {
  Json arguments;
  Json credentials;
  std::optional<std::int64_t> timeout;
  std::optional<std::int64_t> heartbeat;
};

Evaluated<Request> EvaluateRequest(const ExecutionTree& tree, const Frame& frame) {
  const State& state = frame.current();
  FrameEnvironment environment(tree, frame, Purpose::kArguments);
  auto input = EffectiveInput(state, frame.input->json, environment);
  if (!input) return std::unexpected(std::move(input).error());
  Request request;
  if (state.parameters) {
    auto arguments = EvaluateTemplate(*state.parameters, input->get(), environment);
    if (!arguments) return std::unexpected(std::move(arguments).error());
    request.arguments = *std::move(arguments);
  } else {
    request.arguments = input->get();
  }
  if (state.task.credentials) {
    auto credentials = EvaluateTemplate(*state.task.credentials, input->get(), environment);
    if (!credentials) return std::unexpected(std::move(credentials).error());
    request.credentials = *std::move(credentials);
  }
  auto timeout =
      ReadInteger(state.task.timeout_seconds, "TimeoutSeconds", input->get(), environment);
  if (!timeout) return std::unexpected(std::move(timeout).error());
  request.timeout = *timeout;
  auto heartbeat =
      ReadInteger(state.task.heartbeat_seconds, "HeartbeatSeconds", input->get(), environment);
  if (!heartbeat) return std::unexpected(std::move(heartbeat).error());
  request.heartbeat = *heartbeat;
  return request;
}

// The fourth part of an ARN.
std::string RegionOf(const std::string& arn) {
  std::size_t from = 0;
  for (int i = 0; i < 3; ++i) {
    from = arn.find(':', from);
    if (from == std::string::npos) return "";
    ++from;
  }
  return arn.substr(from, arn.find(':', from) - from);
}

std::optional<base::Duration> Seconds(std::optional<std::int64_t> seconds) {
  if (!seconds) return std::nullopt;
  return std::chrono::seconds(*seconds);
}

InvokeTask Invocation(const ExecutionTree& tree, const Frame& frame, Request request) {
  const State& state = frame.current();
  InvokeTask invoke;
  invoke.frame = frame.id;
  invoke.task = frame.task;
  invoke.state = state.name;
  invoke.resource = state.task.resource.arn;
  invoke.arguments = std::move(request.arguments);
  if (EndsByReport(state.task.resource)) invoke.token = MakeToken(tree, frame);
  invoke.attempt = static_cast<int>(frame.retry_count);
  invoke.timeout = Seconds(request.timeout);
  invoke.heartbeat = Seconds(request.heartbeat);
  return invoke;
}

}  // namespace

Evaluated<InvokeTask> Stepper::MakeInvocation(const ExecutionTree& tree, const Frame& frame) {
  auto request = EvaluateRequest(tree, frame);
  if (!request) return std::unexpected(std::move(request).error());
  return Invocation(tree, frame, *std::move(request));
}

std::string Stepper::EventPrefix(const Resource& resource) {
  switch (resource.kind) {
    case ResourceKind::kLambda:
      return "LambdaFunction";
    case ResourceKind::kActivity:
      return "Activity";
    case ResourceKind::kService:
      break;
  }
  return "Task";
}

void Stepper::AddResource(const State& state, Json& details) {
  if (state.task.resource.kind != ResourceKind::kService) return;
  details["resourceType"] = state.task.resource.service;
  details["resource"] = state.task.resource.action;
}

void Stepper::StartTask(Frame& frame) {
  const State& state = frame.current();
  const Resource& resource = state.task.resource;
  auto request = EvaluateRequest(tree_, frame);
  if (!request) return Fail(frame, std::move(request).error());
  std::string arguments = base::DumpJson(request->arguments);
  if (auto failure = TooLarge(arguments, state.name)) return Fail(frame, *std::move(failure));
  Json details = Json::object();
  if (resource.kind == ResourceKind::kService) {
    AddResource(state, details);
    details["region"] = RegionOf(tree_.context.state_machine_arn);
    details["parameters"] = std::move(arguments);
  } else {
    details["resource"] = resource.arn;
    details["input"] = std::move(arguments);
  }
  if (request->timeout) details["timeoutInSeconds"] = *request->timeout;
  if (request->heartbeat) details["heartbeatInSeconds"] = *request->heartbeat;
  if (const Json* role = base::FindMember(request->credentials, "RoleArn")) {
    details["taskCredentials"] = {{"roleArn", *role}};
  }
  EmitNext(frame, EventPrefix(resource) + "Scheduled", std::move(details));
  if (history_full_) return;
  frame.phase = Phase::kTask;
  frame.task = frame.last_id;
  frame.submitted = false;
  frame.started = resource.kind != ResourceKind::kActivity;
  if (frame.started) {
    Json started = nullptr;
    AddResource(state, started);
    EmitNext(frame, EventPrefix(resource) + "Started", std::move(started));
  }
  if (request->timeout) {
    SetFrameTimer(frame, frame.timer, now_ + std::chrono::seconds(*request->timeout));
  }
  frame.heartbeat_every = Seconds(request->heartbeat).value_or(base::Duration(0));
  if (request->heartbeat && frame.started) {
    frame.heartbeat_limit = now_ + frame.heartbeat_every;
    SetFrameTimer(frame, frame.heartbeat, frame.heartbeat_limit);
  }
  transition_.effects.push_back(Invocation(tree_, frame, *std::move(request)));
}

void Stepper::On(const ActivityStarted& event) {
  Frame* frame = tree_.Find(event.frame);
  if (frame == nullptr || frame->phase != Phase::kTask || frame->task != event.task) return;
  if (std::exchange(frame->started, true)) return;
  Json details = nullptr;
  if (event.worker_name) details["workerName"] = *event.worker_name;
  EmitNext(*frame, "ActivityStarted", std::move(details));
  if (frame->heartbeat_every.count() > 0) {
    frame->heartbeat_limit = now_ + frame->heartbeat_every;
    SetFrameTimer(*frame, frame->heartbeat, frame->heartbeat_limit);
  }
}

void Stepper::On(const TaskSubmitted& event) {
  Frame* frame = tree_.Find(event.frame);
  if (frame == nullptr || frame->phase != Phase::kTask || frame->task != event.task) return;
  if (std::exchange(frame->submitted, true)) return;
  Json details = {{"output", base::DumpJson(event.output)}};
  AddResource(frame->current(), details);
  EmitNext(*frame, "TaskSubmitted", std::move(details));
}

void Stepper::On(const TaskSucceeded& event) {
  Frame* frame = tree_.Find(event.frame);
  if (frame == nullptr || frame->phase != Phase::kTask || frame->task != event.task) return;
  const State& state = frame->current();
  const Resource& resource = state.task.resource;
  ValuePtr output = MakeValue(event.output);
  const std::string& where =
      resource.kind == ResourceKind::kService ? resource.service : resource.arn;
  if (const auto failure = TooLarge(output->text, where)) {
    return On(TaskFailed{event.frame, event.task, failure->error, failure->cause});
  }
  Json details = {{"output", output->text}};
  AddResource(state, details);
  EmitNext(*frame, EventPrefix(resource) + "Succeeded", std::move(details));
  if (history_full_) return;
  frame->timer = {};
  frame->heartbeat = {};
  frame->task = 0;
  Complete(*frame, std::move(output));
}

void Stepper::On(const TaskFailed& event) {
  Frame* frame = tree_.Find(event.frame);
  if (frame == nullptr || frame->phase != Phase::kTask || frame->task != event.task) return;
  Json details = nullptr;
  AddResource(frame->current(), details);
  if (event.error) details["error"] = *event.error;
  if (event.cause) details["cause"] = *event.cause;
  EmitNext(*frame, EventPrefix(frame->current().task.resource) + "Failed", std::move(details));
  if (history_full_) return;
  Fail(*frame, Failure{event.error, event.cause});
}

void Stepper::TaskTimedOut(Frame& frame, bool heartbeat) {
  transition_.effects.push_back(CancelTask{frame.id, frame.task});
  Json details = {{"error", kErrorTimeout}};
  AddResource(frame.current(), details);
  EmitNext(frame, EventPrefix(frame.current().task.resource) + "TimedOut", std::move(details));
  if (history_full_) return;
  Fail(frame, Failure{std::string(kErrorTimeout), std::nullopt, heartbeat});
}

}  // namespace coldpath::asl
