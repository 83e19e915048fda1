#include "asl/stepper.h"

#include <utility>

#include "asl/limits.h"
#include "asl/token.h"

namespace coldpath::asl {

using base::Json;

const Json& Stepper::JsonOf(const Data& data) {
  if (const auto* value = std::get_if<ValuePtr>(&data)) return (*value)->json;
  return std::get<Json>(data);
}

Transition Stepper::Run(const Event& event) {
  if (!tree_.ended) {
    std::visit([this](const auto& e) { On(e); }, event);
    RunReadyFrames();
    Commit();
  }
  return std::move(transition_);
}

void Stepper::RunReadyFrames() {
  while (!ready_.empty() && !tree_.ended && !history_full_) {
    const FrameId id = ready_.front();
    ready_.pop_front();
    Frame* frame = tree_.Find(id);
    if (frame != nullptr && frame->phase == Phase::kReady) Execute(*frame);
  }
  if (history_full_ && !tree_.ended) {
    End(ExecutionStatus::kFailed, nullptr, std::string(kErrorRuntime),
        "The execution reached the maximum number of history events (25000).");
  }
}

void Stepper::Touch(Frame& frame) {
  if (std::exchange(frame.touched, true)) return;
  touched_.push_back(frame.id);
}

void Stepper::Commit() {
  for (const FrameId id : touched_) {
    Frame* frame = tree_.Find(id);
    if (frame == nullptr) continue;
    frame->touched = false;
    FrameChange change{id, false, EncodeControl(*frame), std::nullopt};
    if (frame->input != frame->stored_input || frame->variables != frame->stored_variables) {
      change.payload = EncodePayload(*frame);
      frame->stored_input = frame->input;
      frame->stored_variables = frame->variables;
    }
    frame->stored = true;
    transition_.frames.push_back(std::move(change));
  }
}

std::int64_t Stepper::Emit(std::string type, Json details, std::int64_t previous) {
  // The last place is kept for the event that ends the execution.
  if (tree_.last_event_id + 1 >= kMaxEvents && !tree_.ended) {
    history_full_ = true;
    return tree_.last_event_id;
  }
  transition_.events.push_back(
      {++tree_.last_event_id, previous, now_, std::move(type), std::move(details)});
  return tree_.last_event_id;
}

void Stepper::EmitNext(Frame& frame, std::string type, Json details) {
  frame.last_id = Emit(std::move(type), std::move(details), frame.last_id);
  Touch(frame);
}

Frame& Stepper::NewFrame(FrameId parent, std::int64_t index, const Sequence& sequence) {
  // Ids of events are unique and a frame begins with one.
  const auto id = static_cast<FrameId>(tree_.last_event_id + 1);
  auto& slot = tree_.frames[id];
  slot = std::make_unique<Frame>();
  slot->id = id;
  slot->parent = parent;
  slot->index = index;
  slot->sequence = &sequence;
  Touch(*slot);
  return *slot;
}

void Stepper::RemoveFrame(Frame& frame) {
  if (frame.stored) transition_.frames.push_back({frame.id, true, "", std::nullopt});
  tree_.frames.erase(frame.id);
}

void Stepper::SetFrameTimer(Frame& frame, Frame::Timer& timer, base::Instant when) {
  timer.number = static_cast<std::int64_t>(frame.id << 32) + ++frame.timers_used;
  timer.when = when;
  Touch(frame);
  transition_.effects.push_back(SetTimer{frame.id, timer.number, when});
}

void Stepper::End(ExecutionStatus status, Json output, std::optional<std::string> error,
                  std::optional<std::string> cause) {
  Frame* root = tree_.Find(kRootFrame);
  const std::int64_t previous = root == nullptr ? 0 : root->last_id;
  for (const auto& [id, frame] : tree_.frames) CancelWork(*frame);
  while (!tree_.frames.empty()) RemoveFrame(*tree_.frames.begin()->second);
  tree_.ended = true;
  ready_.clear();
  Json details = nullptr;
  const char* type = "ExecutionSucceeded";
  if (status == ExecutionStatus::kSucceeded) {
    details = {{"output", base::DumpJson(output)}};
  } else {
    type = status == ExecutionStatus::kFailed    ? "ExecutionFailed"
           : status == ExecutionStatus::kAborted ? "ExecutionAborted"
                                                 : "ExecutionTimedOut";
    if (error) details["error"] = *error;
    if (cause) details["cause"] = *cause;
  }
  Emit(type, std::move(details), previous);
  transition_.effects.push_back(
      ExecutionEnds{status, std::move(output), std::move(error), std::move(cause)});
}

void Stepper::On(const ExecutionBegins& event) {
  if (tree_.last_event_id != 0) return;
  tree_.input = event.text.empty() ? MakeValue(event.input)
                                   : std::make_shared<const Value>(event.input, event.text);
  Frame& root = NewFrame(0, 0, tree_.definition->root);
  Emit("ExecutionStarted", {{"input", tree_.input->text}, {"roleArn", tree_.context.role_arn}}, 0);
  if (tree_.definition->timeout_seconds) {
    const auto seconds = static_cast<std::int64_t>(*tree_.definition->timeout_seconds);
    transition_.effects.push_back(SetTimer{
        kRootFrame, kExecutionTimer, tree_.context.start_time + std::chrono::seconds(seconds)});
  }
  // Observed: the first state's event names 0 as its previous one.
  Enter(root, tree_.definition->root.start, tree_.input);
}

void Stepper::On(const TaskHeartbeat& event) {
  Frame* frame = tree_.Find(event.frame);
  if (frame == nullptr || frame->phase != Phase::kTask || frame->task != event.task) return;
  if (frame->heartbeat.number == 0) return;
  frame->heartbeat_limit = now_ + frame->heartbeat_every;
  Touch(*frame);
}

void Stepper::On(const TimerFired& event) {
  if (event.frame == kRootFrame && event.timer == kExecutionTimer) {
    return End(ExecutionStatus::kTimedOut, nullptr, std::string(kErrorTimeout), std::nullopt);
  }
  Frame* frame = tree_.Find(event.frame);
  if (frame == nullptr) return;
  if (frame->phase == Phase::kTask && frame->heartbeat.number == event.timer) {
    if (frame->heartbeat_limit > now_) {
      return SetFrameTimer(*frame, frame->heartbeat, frame->heartbeat_limit);
    }
    return TaskTimedOut(*frame, true);
  }
  if (frame->timer.number != event.timer) return;
  switch (frame->phase) {
    case Phase::kTask:
      return TaskTimedOut(*frame, false);
    case Phase::kWait:
      return CompleteWithInput(*frame, frame->current().assign, frame->current().next);
    case Phase::kBackoff:
      frame->timer = {};
      frame->phase = Phase::kReady;
      Touch(*frame);
      ready_.push_back(frame->id);
      return;
    default:
      return;
  }
}

void Stepper::On(const StopRequested& event) {
  End(ExecutionStatus::kAborted, nullptr, event.error, event.cause);
}

}  // namespace coldpath::asl
