#include <utility>

#include "asl/limits.h"
#include "asl/stepper.h"

namespace coldpath::asl {

using base::Json;

void Stepper::Fail(Frame& frame, Failure failure) {
  const State& state = frame.current();
  if (failure.names_no_state) {
    failure.cause = "An error occurred while executing the state '" + state.name +
                    "' (entered at the event id #" + std::to_string(frame.entered_id) + "). " +
                    failure.cause.value_or("");
    failure.names_no_state = false;
  }
  frame.timer = {};
  frame.heartbeat = {};
  frame.task = 0;
  Touch(frame);
  if (TryRetry(frame, failure)) return;
  const bool began = frame.phase >= Phase::kBranches && frame.phase <= Phase::kCollecting;
  if (began && state.type == StateType::kParallel) EmitNext(frame, "ParallelStateFailed");
  if (began && state.type == StateType::kMap) EmitNext(frame, "MapStateFailed");
  if (TryCatch(frame, failure)) return;
  FailFrame(frame, failure);
}

bool Stepper::TryRetry(Frame& frame, const Failure& failure) {
  const auto& retry = frame.current().retry;
  for (std::size_t i = 0; i < retry.size(); ++i) {
    if (!Matches(retry[i].error_equals, failure)) continue;
    frame.retries.resize(retry.size(), 0);
    // Only the first retrier that matches decides.
    if (frame.retries[i] >= retry[i].max_attempts) return false;
    const base::Duration delay = BackoffDelay(retry[i], frame.retries[i], random_);
    ++frame.retries[i];
    ++frame.retry_count;
    frame.seed = random_.NextUint64();
    frame.phase = Phase::kBackoff;
    SetFrameTimer(frame, frame.timer, now_ + delay);
    return true;
  }
  return false;
}

bool Stepper::TryCatch(Frame& frame, const Failure& failure) {
  for (const Catcher& catcher : frame.current().catchers) {
    if (!Matches(catcher.error_equals, failure)) continue;
    // Observed: a timeout has an empty cause here; a worker that gave neither error nor cause has
    // nulls.
    Json error = Json::object();
    error["Error"] = failure.error ? Json(*failure.error) : Json(nullptr);
    error["Cause"] = failure.cause                    ? Json(*failure.cause)
                     : failure.error == kErrorTimeout ? Json("")
                                                      : Json(nullptr);
    FrameEnvironment environment(tree_, frame, Purpose::kCatch);
    auto assigned = EvaluateAssign(catcher.assign, error, environment);
    if (!assigned) return false;
    Data output = frame.input;
    if (!catcher.discards_result) {
      if (catcher.result_path) {
        Json combined = frame.input->json;
        if (!AssignAt(*catcher.result_path, combined, std::move(error))) return false;
        output = std::move(combined);
      } else {
        output = std::move(error);
      }
    }
    if (const auto* json = std::get_if<Json>(&output)) {
      // No room for the error beside the input.
      ValuePtr value = MakeValue(*json);
      if (value->text.size() > kMaxPayloadBytes) return false;
      output = std::move(value);
    }
    Leave(frame, std::move(output), *std::move(assigned), catcher.next);
    return true;
  }
  return false;
}

void Stepper::FailFrame(Frame& frame, const Failure& failure) {
  if (frame.id == kRootFrame) {
    return End(ExecutionStatus::kFailed, nullptr, failure.error, failure.cause);
  }
  FailBranch(frame, failure);
}

void Stepper::CancelWork(Frame& frame) {
  if (frame.phase == Phase::kTask) {
    transition_.effects.push_back(CancelTask{frame.id, frame.task});
  }
  const bool distributed = frame.phase == Phase::kLoading || frame.phase == Phase::kChildren ||
                           frame.phase == Phase::kCollecting;
  if (distributed) transition_.effects.push_back(StopChildren{frame.id, frame.task});
}

void Stepper::AbortFrame(Frame& frame) {
  CancelWork(frame);
  AbortChildren(frame);
  if (frame.phase != Phase::kDone) {
    const StateType type = frame.current().type;
    if (type == StateType::kTask || type == StateType::kWait || type == StateType::kParallel ||
        type == StateType::kMap) {
      if (frame.phase == Phase::kChildren) EmitNext(frame, "MapRunAborted");
      EmitNext(frame, std::string(TypeName(type)) + "StateAborted");
    }
    if (const Frame* parent = tree_.Find(frame.parent);
        parent != nullptr && parent->current().type == StateType::kMap) {
      EmitNext(frame, "MapIterationAborted",
               {{"name", parent->current().name}, {"index", frame.index}});
    }
  }
  RemoveFrame(frame);
}

void Stepper::AbortChildren(Frame& frame) {
  for (const FrameId id : std::exchange(frame.children, {})) {
    if (Frame* child = tree_.Find(id)) AbortFrame(*child);
  }
}

}  // namespace coldpath::asl
