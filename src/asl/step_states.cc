#include <chrono>
#include <cmath>
#include <utility>

#include "asl/limits.h"
#include "asl/stepper.h"

namespace coldpath::asl {

using base::Json;

void Stepper::Enter(Frame& frame, std::size_t state, ValuePtr input) {
  frame.state = state;
  frame.input = std::move(input);
  frame.phase = Phase::kReady;
  frame.entered_time = now_;
  frame.retry_count = 0;
  frame.retries.clear();
  frame.task = 0;
  frame.timer = {};
  frame.heartbeat = {};
  frame.seed = random_.NextUint64();
  const State& s = frame.current();
  EmitNext(frame, std::string(TypeName(s.type)) + "StateEntered",
           {{"name", s.name}, {"input", frame.input->text}});
  frame.entered_id = frame.last_id;
  ready_.push_back(frame.id);
}

void Stepper::Execute(Frame& frame) {
  switch (frame.current().type) {
    case StateType::kPass:
      return ExecutePass(frame);
    case StateType::kTask:
      return StartTask(frame);
    case StateType::kChoice:
      return ExecuteChoice(frame);
    case StateType::kWait:
      return ExecuteWait(frame);
    case StateType::kSucceed:
      return CompleteWithInput(frame, std::nullopt, std::nullopt);
    case StateType::kFail:
      return ExecuteFail(frame);
    case StateType::kParallel:
      return StartParallel(frame);
    case StateType::kMap:
      return frame.current().map.distributed ? StartDistributed(frame) : StartMap(frame);
  }
}

void Stepper::ExecutePass(Frame& frame) {
  const State& state = frame.current();
  if (state.result) return Complete(frame, *state.result);
  if (!state.parameters && state.input_path.kind == PathField::Kind::kDefault) {
    return Complete(frame, frame.input);
  }
  FrameEnvironment environment(tree_, frame, Purpose::kArguments);
  auto input = EffectiveInput(state, frame.input->json, environment);
  if (!input) return Fail(frame, std::move(input).error());
  if (!state.parameters) return Complete(frame, (*std::move(input)).Take());
  auto result = EvaluateTemplate(*state.parameters, input->get(), environment);
  if (!result) return Fail(frame, std::move(result).error());
  Complete(frame, *std::move(result));
}

void Stepper::ExecuteChoice(Frame& frame) {
  const State& state = frame.current();
  FrameEnvironment environment(tree_, frame, Purpose::kArguments);
  auto input = EffectiveInput(state, frame.input->json, environment);
  if (!input) return Fail(frame, std::move(input).error());
  for (const ChoiceBranch& branch : state.choices) {
    auto holds = RuleHolds(branch.rule, input->get(), environment);
    if (!holds) return Fail(frame, std::move(holds).error());
    if (*holds) return CompleteWithInput(frame, branch.assign, branch.next);
  }
  if (state.choice_default) return CompleteWithInput(frame, state.assign, state.choice_default);
  Fail(frame, FailState(kErrorNoChoice,
                        "Failed to transition out of the state. The state does not point to a next "
                        "state.")
                  .error());
}

void Stepper::ExecuteWait(Frame& frame) {
  FrameEnvironment environment(tree_, frame, Purpose::kArguments);
  auto input = EffectiveInput(frame.current(), frame.input->json, environment);
  if (!input) return Fail(frame, std::move(input).error());
  auto until = WaitUntil(frame, input->get(), environment);
  if (!until) return Fail(frame, std::move(until).error());
  if (*until <= now_) {
    return CompleteWithInput(frame, frame.current().assign, frame.current().next);
  }
  frame.phase = Phase::kWait;
  SetFrameTimer(frame, frame.timer, *until);
}

Evaluated<base::Instant> Stepper::WaitUntil(Frame& frame, const Json& input,
                                            Environment& environment) {
  const WaitFields& wait = frame.current().wait;
  if (wait.seconds) return now_ + std::chrono::seconds(*wait.seconds);
  if (wait.timestamp) return *wait.timestamp;
  const Path& path = wait.seconds_path ? *wait.seconds_path : *wait.timestamp_path;
  auto value = Lookup(path, input, environment);
  if (!value) {
    return FailState(kErrorRuntime, "Invalid path '" + path.text() + "' : " + value.error());
  }
  const Json& json = value->get();
  const std::string text = json.is_string() ? json.get<std::string>() : base::DumpJson(json);
  const std::string shown = path.text() + " == " + text;
  if (wait.timestamp_path) {
    const auto parsed = base::ParseRfc3339(text);
    if (json.is_string() && parsed && IsTimestamp(text)) return parsed->instant;
    return FailState(kErrorRuntime,
                     "The TimestampPath parameter does not reference a valid ISO-8601 extended "
                     "offset date-time format string: " +
                         shown);
  }
  const double seconds = json.is_number() ? json.get<double>() : NAN;
  if (std::isnan(seconds) || !json.is_number_integer()) {
    return FailState(kErrorRuntime,
                     "The SecondsPath parameter cannot be parsed as a long value: " + shown);
  }
  if (seconds < 0) {
    return FailState(kErrorRuntime,
                     "The SecondsPath parameter references a negative value: " + shown);
  }
  // An execution lasts a year at most; more could not be added to a time.
  return now_ + std::chrono::seconds(static_cast<std::int64_t>(std::min(seconds, 1e9)));
}

void Stepper::ExecuteFail(Frame& frame) {
  const FailFields& fields = frame.current().fail;
  FrameEnvironment environment(tree_, frame, Purpose::kArguments);
  Failure failure{fields.error, fields.cause};
  auto evaluate = [&](const std::optional<Expression>& expression, std::string_view field,
                      std::optional<std::string>& target) -> std::optional<Failure> {
    if (!expression) return std::nullopt;
    auto value = EvaluateExpression(*expression, field, frame.input->json, environment);
    if (!value) return std::move(value).error();
    if (!value->is_string()) {
      return FailState(kErrorRuntime, "The " + std::string(field) + " '" + expression->text() +
                                          "' does not refer to a string")
          .error();
    }
    target = value->get<std::string>();
    return std::nullopt;
  };
  if (auto wrong = evaluate(fields.error_path, "ErrorPath", failure.error)) {
    return Fail(frame, *std::move(wrong));
  }
  if (auto wrong = evaluate(fields.cause_path, "CausePath", failure.cause)) {
    return Fail(frame, *std::move(wrong));
  }
  Fail(frame, std::move(failure));
}

std::optional<Failure> Stepper::TooLarge(const std::string& text, std::string_view where) {
  if (text.size() <= kMaxPayloadBytes) return std::nullopt;
  return Failure{std::string(kErrorDataLimit),
                 "The state/task '" + std::string(where) +
                     "' returned a result with a size exceeding the maximum number of bytes "
                     "service limit."};
}

void Stepper::Complete(Frame& frame, Data result) {
  const State& state = frame.current();
  FrameEnvironment environment(tree_, frame, Purpose::kResult);
  if (state.result_selector) {
    auto selected = EvaluateTemplate(*state.result_selector, JsonOf(result), environment);
    if (!selected) return Fail(frame, std::move(selected).error());
    result = *std::move(selected);
  }
  FrameEnvironment assign_environment(tree_, frame, Purpose::kAssign);
  auto assigned = EvaluateAssign(state.assign, JsonOf(result), assign_environment);
  if (!assigned) return Fail(frame, std::move(assigned).error());
  auto combined = ApplyResultPath(frame, std::move(result));
  if (!combined) return Fail(frame, std::move(combined).error());
  auto output = ApplyOutputPath(frame, *std::move(combined), environment);
  if (!output) return Fail(frame, std::move(output).error());
  Leave(frame, *std::move(output), *std::move(assigned), state.next);
}

void Stepper::CompleteWithInput(Frame& frame, const std::optional<Template>& assign,
                                std::optional<std::size_t> next) {
  const State& state = frame.current();
  FrameEnvironment environment(tree_, frame, Purpose::kResult);
  Data data = frame.input;
  if (state.input_path.kind != PathField::Kind::kDefault) {
    auto input = EffectiveInput(state, frame.input->json, environment);
    if (!input) return Fail(frame, std::move(input).error());
    data = (*std::move(input)).Take();
  }
  FrameEnvironment assign_environment(tree_, frame, Purpose::kAssign);
  auto assigned = EvaluateAssign(assign, JsonOf(data), assign_environment);
  if (!assigned) return Fail(frame, std::move(assigned).error());
  auto output = ApplyOutputPath(frame, std::move(data), environment);
  if (!output) return Fail(frame, std::move(output).error());
  Leave(frame, *std::move(output), *std::move(assigned), next);
}

Evaluated<Stepper::Data> Stepper::ApplyResultPath(const Frame& frame, Data result) {
  const PathField& field = frame.current().result_path;
  if (field.kind == PathField::Kind::kDefault) return result;
  if (field.kind == PathField::Kind::kNull) return Data(frame.input);
  Json combined = frame.input->json;
  if (auto assigned = AssignAt(*field.path, combined, JsonOf(result)); !assigned) {
    return FailState(kErrorResultPath, "Unable to apply ReferencePath " + field.path->text() +
                                           " to input " + frame.input->text);
  }
  return Data(std::move(combined));
}

Evaluated<Stepper::Data> Stepper::ApplyOutputPath(const Frame& frame, Data output,
                                                  Environment& environment) {
  const PathField& field = frame.current().output_path;
  if (field.kind == PathField::Kind::kDefault) return output;
  if (field.kind == PathField::Kind::kNull) return Data(Json(Json::object()));
  auto value = Lookup(*field.path, JsonOf(output), environment);
  if (!value) {
    return FailState(kErrorRuntime, "Invalid path '" + field.path->text() + "' : " + value.error());
  }
  return Data((*std::move(value)).Take());
}

Evaluated<Json> Stepper::EvaluateAssign(const std::optional<Template>& assign, const Json& input,
                                        Environment& environment) {
  if (!assign) return Json(nullptr);
  return EvaluateTemplate(*assign, input, environment);
}

void Stepper::Leave(Frame& frame, Data data, Json assigned, std::optional<std::size_t> next) {
  const State& state = frame.current();
  ValuePtr output;
  if (auto* value = std::get_if<ValuePtr>(&data)) {
    output = std::move(*value);
  } else {
    output = MakeValue(std::get<Json>(std::move(data)));
  }
  // A state that failed must not fail again for the size of what its catcher made: its error is
  // short.
  if (auto failure = TooLarge(output->text, state.name); failure && output != frame.input) {
    return Fail(frame, *std::move(failure));
  }
  Json details = {{"name", state.name}, {"output", output->text}};
  if (assigned.is_object() && !assigned.empty()) {
    Json texts = Json::object();
    for (const auto& [name, value] : assigned.items()) texts[name] = base::DumpJson(value);
    details["assignedVariables"] = std::move(texts);
    Json variables = frame.variables == nullptr ? Json::object() : frame.variables->json;
    variables.update(assigned);
    frame.variables = MakeValue(std::move(variables));
  }
  EmitNext(frame, std::string(TypeName(state.type)) + "StateExited", std::move(details));
  if (next) return Enter(frame, *next, std::move(output));
  if (history_full_) return;
  if (frame.id == kRootFrame) {
    return End(ExecutionStatus::kSucceeded, output->json, std::nullopt, std::nullopt);
  }
  EndBranch(frame, std::move(output));
}

}  // namespace coldpath::asl
