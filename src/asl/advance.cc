#include "asl/advance.h"

#include <algorithm>
#include <utility>

#include "asl/frame.h"
#include "asl/limits.h"
#include "asl/stepper.h"
#include "asl/token.h"

namespace coldpath::asl {

using base::Json;

std::string_view StatusName(ExecutionStatus status) {
  switch (status) {
    case ExecutionStatus::kRunning:
      return "RUNNING";
    case ExecutionStatus::kSucceeded:
      return "SUCCEEDED";
    case ExecutionStatus::kFailed:
      return "FAILED";
    case ExecutionStatus::kTimedOut:
      return "TIMED_OUT";
    case ExecutionStatus::kAborted:
      return "ABORTED";
  }
  return "";
}

ExecutionState::ExecutionState(std::shared_ptr<const Definition> definition,
                               ExecutionContext context)
    : tree_(std::make_unique<ExecutionTree>()) {
  tree_->definition = std::move(definition);
  tree_->context = std::move(context);
}
ExecutionState::~ExecutionState() = default;
ExecutionState::ExecutionState(ExecutionState&&) noexcept = default;
ExecutionState& ExecutionState::operator=(ExecutionState&&) noexcept = default;

const ExecutionContext& ExecutionState::context() const { return tree_->context; }
const Definition& ExecutionState::definition() const { return *tree_->definition; }
bool ExecutionState::ended() const { return tree_->ended; }

namespace {

base::Status Corrupt(const Frame& frame, const char* what) {
  return base::Fail("asl.corrupt_frame", "The stored frame " + std::to_string(frame.id) +
                                             " does not fit the definition: " + what + ".");
}

// Gives the frame its sequence; its parent has one already, since parents have smaller ids.
base::Status Attach(ExecutionTree& tree, Frame& frame) {
  if (frame.id == kRootFrame) {
    frame.sequence = &tree.definition->root;
  } else {
    Frame* parent = frame.parent < frame.id ? tree.Find(frame.parent) : nullptr;
    if (parent == nullptr || parent->sequence == nullptr || parent->phase != Phase::kBranches) {
      return Corrupt(frame, "it has no parent");
    }
    const State& state = parent->current();
    if (state.type == StateType::kMap) {
      frame.sequence = &state.map.processor->root;
    } else if (state.type == StateType::kParallel && frame.index >= 0 &&
               frame.index < static_cast<std::int64_t>(state.branches.size())) {
      frame.sequence = &state.branches[static_cast<std::size_t>(frame.index)];
    } else {
      return Corrupt(frame, "its parent is not a Parallel or Map");
    }
    parent->children.push_back(frame.id);
  }
  if (frame.state >= frame.sequence->states.size()) return Corrupt(frame, "it has no state");
  return {};
}

}  // namespace

base::Result<ExecutionState> ExecutionState::Restore(std::shared_ptr<const Definition> definition,
                                                     ExecutionContext context, Json input,
                                                     const std::vector<FrameChange>& frames,
                                                     std::int64_t last_event_id) {
  ExecutionState state(std::move(definition), std::move(context));
  ExecutionTree& tree = *state.tree_;
  tree.input = MakeValue(std::move(input));
  tree.last_event_id = last_event_id;
  for (const FrameChange& stored : frames) {
    if (stored.removed) continue;
    auto frame = std::make_unique<Frame>();
    frame->id = stored.id;
    COLDPATH_RETURN_IF_ERROR(DecodeFrame(stored.control, stored.payload.value_or(""), *frame));
    frame->stored = true;
    frame->stored_input = frame->input;
    frame->stored_variables = frame->variables;
    tree.frames[stored.id] = std::move(frame);
  }
  // In the order of their ids, parents come before children.
  for (const auto& [id, frame] : tree.frames) COLDPATH_RETURN_IF_ERROR(Attach(tree, *frame));
  for (const auto& [id, frame] : tree.frames) {
    std::sort(frame->children.begin(), frame->children.end(),
              [&](FrameId a, FrameId b) { return tree.frames[a]->index < tree.frames[b]->index; });
  }
  tree.ended = last_event_id > 0 && tree.frames.empty();
  return state;
}

std::optional<ExecutionState::PendingTask> ExecutionState::FindTask(std::string_view token) const {
  const auto parts = ReadToken(token);
  if (!parts || parts->execution_arn != tree_->context.execution_arn) return std::nullopt;
  const Frame* frame = tree_->Find(parts->frame);
  if (frame == nullptr || frame->phase != Phase::kTask) return std::nullopt;
  if (!EndsByReport(frame->current().task.resource)) return std::nullopt;
  if (MakeToken(*tree_, *frame) != token) return std::nullopt;
  return PendingTask{frame->id, frame->task};
}

Transition Advance(ExecutionState& state, const Event& event, const Moment& moment) {
  return Stepper(state.tree(), moment).Run(event);
}

namespace {

void AddOutstanding(const ExecutionTree& tree, const Frame& frame, std::vector<Effect>& effects) {
  auto timer = [&](const Frame::Timer& t) {
    if (t.number != 0) effects.push_back(SetTimer{frame.id, t.number, t.when});
  };
  switch (frame.phase) {
    case Phase::kTask:
      timer(frame.timer);
      timer(frame.heartbeat);
      // A submitted task too: whether its worker outlived the crash is not known here, and another
      // TaskSubmitted changes nothing.
      // It could be evaluated when the task was scheduled, so it can be now.
      if (auto invoke = Stepper::MakeInvocation(tree, frame)) effects.push_back(*std::move(invoke));
      return;
    case Phase::kWait:
    case Phase::kBackoff:
      return timer(frame.timer);
    case Phase::kChildren:
      // The items of the children that are still to be started; the answer changes nothing.
      if (frame.next >= frame.total) return;
      [[fallthrough]];
    case Phase::kLoading:
      if (auto load = Stepper::MakeLoadItems(tree, frame)) effects.push_back(*std::move(load));
      return;
    case Phase::kCollecting:
      if (auto collect = Stepper::MakeCollectResults(tree, frame)) {
        effects.push_back(*std::move(collect));
      }
      return;
    default:
      return;
  }
}

}  // namespace

std::vector<Effect> OutstandingEffects(const ExecutionState& state) {
  const ExecutionTree& tree = state.tree();
  std::vector<Effect> effects;
  if (tree.ended) return effects;
  if (tree.definition->timeout_seconds && tree.last_event_id > 0) {
    const auto seconds = static_cast<std::int64_t>(*tree.definition->timeout_seconds);
    effects.push_back(SetTimer{kRootFrame, kExecutionTimer,
                               tree.context.start_time + std::chrono::seconds(seconds)});
  }
  for (const auto& [id, frame] : tree.frames) AddOutstanding(tree, *frame, effects);
  return effects;
}

base::Result<std::string> ExecutionOfToken(std::string_view token) {
  COLDPATH_ASSIGN_OR_RETURN(TokenParts parts, ReadToken(token));
  return std::move(parts.execution_arn);
}

}  // namespace coldpath::asl
