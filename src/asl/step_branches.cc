// Parallel and inline Map: frames below a frame.
#include <algorithm>
#include <utility>

#include "asl/limits.h"
#include "asl/stepper.h"

namespace coldpath::asl {

using base::Json;

void Stepper::StartParallel(Frame& frame) {
  const State& state = frame.current();
  FrameEnvironment environment(tree_, frame, Purpose::kArguments);
  auto input = EffectiveInput(state, frame.input->json, environment);
  if (!input) return Fail(frame, std::move(input).error());
  ValuePtr shared = frame.input;
  if (state.parameters) {
    auto parameters = EvaluateTemplate(*state.parameters, input->get(), environment);
    if (!parameters) return Fail(frame, std::move(parameters).error());
    shared = MakeValue(*std::move(parameters));
  } else if (state.input_path.kind != PathField::Kind::kDefault) {
    shared = MakeValue((*std::move(input)).Take());
  }
  EmitNext(frame, "ParallelStateStarted");
  frame.phase = Phase::kBranches;
  frame.total = frame.next = frame.running = static_cast<std::int64_t>(state.branches.size());
  frame.succeeded = frame.failed = 0;
  frame.children.clear();
  for (std::size_t i = 0; i < state.branches.size() && !history_full_; ++i) {
    Frame& branch = NewFrame(frame.id, static_cast<std::int64_t>(i), state.branches[i]);
    branch.last_id = frame.last_id;
    frame.children.push_back(branch.id);
    Enter(branch, state.branches[i].start, shared);
  }
}

void Stepper::StartMap(Frame& frame) {
  const State& state = frame.current();
  FrameEnvironment environment(tree_, frame, Purpose::kArguments);
  auto input = EffectiveInput(state, frame.input->json, environment);
  if (!input) return Fail(frame, std::move(input).error());
  auto concurrency =
      ReadInteger(state.map.max_concurrency, "MaxConcurrency", input->get(), environment);
  if (!concurrency) return Fail(frame, std::move(concurrency).error());
  auto items = MapItems(state, input->get(), environment);
  if (!items) return Fail(frame, std::move(items).error());
  frame.phase = Phase::kBranches;
  frame.total = static_cast<std::int64_t>(items->get().size());
  frame.next = frame.running = frame.succeeded = frame.failed = 0;
  const std::int64_t asked = concurrency->value_or(0);
  frame.concurrency = asked <= 0 ? kMaxInlineConcurrency : std::min(asked, kMaxInlineConcurrency);
  frame.children.clear();
  EmitNext(frame, "MapStateStarted", {{"length", frame.total}});
  if (frame.total == 0) return FinishBranches(frame);
  LaunchIterations(frame);
}

void Stepper::LaunchIterations(Frame& frame) {
  const FrameId id = frame.id;
  // A failure to make an item's input ends the whole Map and with it this loop.
  while (frame.phase == Phase::kBranches && frame.running < frame.concurrency &&
         frame.next < frame.total && !history_full_) {
    StartIteration(frame);
    if (tree_.Find(id) != &frame) return;
  }
}

void Stepper::StartIteration(Frame& frame) {
  const State& state = frame.current();
  const std::int64_t index = frame.next;
  FrameEnvironment environment(tree_, frame, Purpose::kArguments);
  auto input = EffectiveInput(state, frame.input->json, environment);
  if (!input) return Fail(frame, std::move(input).error());
  auto items = MapItems(state, input->get(), environment);
  if (!items) return Fail(frame, std::move(items).error());
  const Json& item = items->get()[static_cast<std::size_t>(index)];
  Json item_input;
  if (state.map.item_selector) {
    FrameEnvironment item_environment(tree_, frame, Purpose::kItem);
    item_environment.SetItem(index, item);
    auto selected = EvaluateTemplate(*state.map.item_selector, input->get(), item_environment);
    if (!selected) {
      AbortChildren(frame);
      return Fail(frame, std::move(selected).error());
    }
    item_input = *std::move(selected);
  } else {
    item_input = item;
  }
  const Sequence& sequence = state.map.processor->root;
  ++frame.next;
  ++frame.running;
  Touch(frame);
  Frame& iteration = NewFrame(frame.id, index, sequence);
  frame.children.push_back(iteration.id);
  iteration.last_id = frame.last_id;
  EmitNext(iteration, "MapIterationStarted", {{"name", state.name}, {"index", index}});
  Enter(iteration, sequence.start, MakeValue(std::move(item_input)));
}

void Stepper::EndBranch(Frame& branch, ValuePtr output) {
  Frame& parent = *tree_.Find(branch.parent);
  const State& state = parent.current();
  branch.phase = Phase::kDone;
  branch.input = std::move(output);
  branch.variables = nullptr;
  branch.retries.clear();
  Touch(branch);
  Touch(parent);
  --parent.running;
  ++parent.succeeded;
  // Observed: what follows an iteration shares its previous event with MapIterationSucceeded.
  parent.last_id = branch.last_id;
  std::int64_t last = branch.last_id;
  if (state.type == StateType::kMap) {
    last = Emit("MapIterationSucceeded", {{"name", state.name}, {"index", branch.index}},
                branch.last_id);
  }
  if (history_full_) return;
  if (parent.succeeded == parent.total) {
    parent.last_id = last;
    return FinishBranches(parent);
  }
  if (state.type == StateType::kMap) LaunchIterations(parent);
}

void Stepper::FinishBranches(Frame& frame) {
  const State& state = frame.current();
  Json results = Json::array();
  for (const FrameId id : std::exchange(frame.children, {})) {
    Frame& child = *tree_.Find(id);
    results.push_back(child.input->json);
    RemoveFrame(child);
  }
  // Observed: StateExited has the same previous event as this one.
  Emit(std::string(TypeName(state.type)) + "StateSucceeded", nullptr, frame.last_id);
  if (history_full_) return;
  Complete(frame, std::move(results));
}

void Stepper::FailBranch(Frame& branch, const Failure& failure) {
  Frame& parent = *tree_.Find(branch.parent);
  const State& state = parent.current();
  parent.last_id = branch.last_id;
  if (branch.current().type == StateType::kTask) {
    Emit("TaskStateAborted", nullptr, branch.last_id);
  }
  if (state.type == StateType::kMap) {
    Emit("MapIterationFailed", {{"name", state.name}, {"index", branch.index}}, branch.last_id);
  }
  std::erase(parent.children, branch.id);
  AbortChildren(branch);
  RemoveFrame(branch);
  AbortChildren(parent);
  if (history_full_) return;
  Fail(parent, failure);
}

}  // namespace coldpath::asl
