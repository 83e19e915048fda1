// Distributed Map: child executions. The frame holds counters only, so that the end of a child
// costs the same whatever the number of items.
#include <algorithm>
#include <utility>

#include "asl/limits.h"
#include "asl/stepper.h"
#include "base/ids.h"

namespace coldpath::asl {

using base::Json;

namespace {

Evaluated<std::optional<double>> ReadPercentage(const NumberField& field, const Json& input,
                                                Environment& environment) {
  if (!field.path) return field.number;
  double percentage = 0;
  const auto value = Lookup(*field.path, input, environment);
  if (value && value->get().is_number()) {
    percentage = value->get().get<double>();
  } else {
    auto integer = ReadInteger(field, "ToleratedFailurePercentage", input, environment);
    if (!integer) return std::unexpected(std::move(integer).error());
    percentage = static_cast<double>(integer->value_or(0));
  }
  if (percentage >= 0 && percentage <= 100) return percentage;
  return FailState(kErrorRuntime, "ToleratedFailurePercentage must be between 0 and 100.");
}

}  // namespace

std::string MapRunArn(const ExecutionTree& tree, const Frame& frame) {
  // arn:aws:states:region:account:stateMachine:name
  const std::string& machine = tree.context.state_machine_arn;
  const std::size_t kind = machine.find(":stateMachine:");
  base::SeededRandom random(SeedOf(frame, Purpose::kMapRun));
  return machine.substr(0, kind) + ":mapRun:" + tree.context.state_machine_name + "/" +
         frame.current().map.label + ":" + base::MakeUuidV4(random);
}

Evaluated<LoadItems> Stepper::MakeLoadItems(const ExecutionTree& tree, const Frame& frame) {
  const State& state = frame.current();
  FrameEnvironment environment(tree, frame, Purpose::kArguments);
  auto input = EffectiveInput(state, frame.input->json, environment);
  if (!input) return std::unexpected(std::move(input).error());
  LoadItems load{frame.id, frame.task, std::nullopt, nullptr};
  if (!state.map.item_reader) {
    auto items = MapItems(state, input->get(), environment);
    if (!items) return std::unexpected(std::move(items).error());
    load.items = (*std::move(items)).Take();
    return load;
  }
  const ItemReader& reader = *state.map.item_reader;
  Json config = reader.config;
  auto max_items = ReadInteger(NumberField{std::nullopt, reader.max_items_path}, "MaxItems",
                               input->get(), environment);
  if (!max_items) return std::unexpected(std::move(max_items).error());
  if (*max_items) config["MaxItems"] = **max_items;
  Json parameters = Json::object();
  if (reader.parameters) {
    auto evaluated = EvaluateTemplate(*reader.parameters, input->get(), environment);
    if (!evaluated) return std::unexpected(std::move(evaluated).error());
    parameters = *std::move(evaluated);
  }
  load.reader = {{"Resource", reader.resource},
                 {"ReaderConfig", std::move(config)},
                 {"Parameters", std::move(parameters)}};
  return load;
}

Evaluated<CollectResults> Stepper::MakeCollectResults(const ExecutionTree& tree,
                                                      const Frame& frame) {
  const State& state = frame.current();
  CollectResults collect{frame.id, frame.task, frame.total, nullptr};
  if (!state.map.result_writer) return collect;
  const ResultWriter& writer = *state.map.result_writer;
  Json parameters = Json::object();
  if (writer.parameters) {
    FrameEnvironment environment(tree, frame, Purpose::kArguments);
    auto input = EffectiveInput(state, frame.input->json, environment);
    if (!input) return std::unexpected(std::move(input).error());
    auto evaluated = EvaluateTemplate(*writer.parameters, input->get(), environment);
    if (!evaluated) return std::unexpected(std::move(evaluated).error());
    parameters = *std::move(evaluated);
  }
  collect.writer = {{"Resource", writer.resource},
                    {"WriterConfig", writer.config},
                    {"Parameters", std::move(parameters)}};
  return collect;
}

void Stepper::StartDistributed(Frame& frame) {
  const State& state = frame.current();
  FrameEnvironment environment(tree_, frame, Purpose::kArguments);
  auto input = EffectiveInput(state, frame.input->json, environment);
  if (!input) return Fail(frame, std::move(input).error());
  auto concurrency =
      ReadInteger(state.map.max_concurrency, "MaxConcurrency", input->get(), environment);
  if (!concurrency) return Fail(frame, std::move(concurrency).error());
  auto load = MakeLoadItems(tree_, frame);
  if (!load) return Fail(frame, std::move(load).error());
  const std::int64_t asked = concurrency->value_or(0);
  frame.concurrency =
      asked <= 0 ? kMaxDistributedConcurrency : std::min(asked, kMaxDistributedConcurrency);
  frame.total = frame.next = frame.running = frame.succeeded = frame.failed = 0;
  EmitNext(frame, "MapStateStarted",
           {{"length", load->items ? static_cast<std::int64_t>(load->items->size()) : 0}});
  // Observed: tolerances are looked at only now.
  auto count =
      ReadInteger(state.map.tolerated_count, "ToleratedFailureCount", input->get(), environment);
  if (!count) return Fail(frame, std::move(count).error());
  auto percentage = ReadPercentage(state.map.tolerated_percentage, input->get(), environment);
  if (!percentage) return Fail(frame, std::move(percentage).error());
  frame.phase = Phase::kLoading;
  EmitNext(frame, "MapRunStarted", {{"mapRunArn", MapRunArn(tree_, frame)}});
  if (history_full_) return;
  frame.task = frame.last_id;
  load->run = frame.task;
  transition_.effects.push_back(*std::move(load));
}

void Stepper::On(const ItemsLoaded& event) {
  Frame* frame = tree_.Find(event.frame);
  if (frame == nullptr || frame->phase != Phase::kLoading || frame->task != event.run) return;
  if (event.error) return FailMapRun(*frame, Failure{event.error, event.cause});
  frame->phase = Phase::kChildren;
  frame->total = event.children;
  Touch(*frame);
  LaunchChildren(*frame);
}

void Stepper::LaunchChildren(Frame& frame) {
  Touch(frame);
  while (frame.running < frame.concurrency && frame.next < frame.total) {
    transition_.effects.push_back(StartChild{frame.id, frame.task, frame.next++});
    ++frame.running;
  }
  if (frame.running == 0) ChildrenEnded(frame);
}

bool Stepper::ToleranceExceeded(const Frame& frame) {
  if (frame.failed == 0) return false;
  const MapFields& map = frame.current().map;
  FrameEnvironment environment(tree_, frame, Purpose::kArguments);
  auto input = EffectiveInput(frame.current(), frame.input->json, environment);
  if (!input) return true;
  // Both could be read when the run began, so they can be now.
  const auto count =
      ReadInteger(map.tolerated_count, "ToleratedFailureCount", input->get(), environment)
          .value_or(0);
  const auto percentage =
      ReadPercentage(map.tolerated_percentage, input->get(), environment).value_or(0);
  const auto failed = static_cast<double>(frame.failed);
  if (!count && !percentage) return true;
  if (count && frame.failed > *count) return true;
  return percentage && failed * 100 > *percentage * static_cast<double>(frame.total);
}

void Stepper::On(const ChildEnded& event) {
  Frame* frame = tree_.Find(event.frame);
  if (frame == nullptr || frame->phase != Phase::kChildren || frame->task != event.run) return;
  --frame->running;
  if (event.status == ExecutionStatus::kSucceeded) {
    ++frame->succeeded;
  } else {
    ++frame->failed;
    if (ToleranceExceeded(*frame)) {
      return FailMapRun(*frame, Failure{std::string(kErrorTolerance),
                                        "The specified tolerated failure threshold was exceeded"});
    }
  }
  LaunchChildren(*frame);
}

void Stepper::ChildrenEnded(Frame& frame) {
  const State& state = frame.current();
  const bool discarded = state.result_path.kind == PathField::Kind::kNull &&
                         !state.result_selector && !state.assign && !state.map.result_writer;
  if (discarded) return FinishMapRun(frame, nullptr);
  auto collect = MakeCollectResults(tree_, frame);
  if (!collect) return FailMapRun(frame, std::move(collect).error());
  frame.phase = Phase::kCollecting;
  Touch(frame);
  transition_.effects.push_back(*std::move(collect));
}

void Stepper::On(const ResultsCollected& event) {
  Frame* frame = tree_.Find(event.frame);
  if (frame == nullptr || frame->phase != Phase::kCollecting || frame->task != event.run) return;
  if (event.error) return FailMapRun(*frame, Failure{event.error, event.cause});
  FinishMapRun(*frame, event.results);
}

void Stepper::FailMapRun(Frame& frame, Failure failure) {
  transition_.effects.push_back(StopChildren{frame.id, frame.task});
  Json details = nullptr;
  if (failure.error) details["error"] = *failure.error;
  if (failure.cause) details["cause"] = *failure.cause;
  EmitNext(frame, "MapRunFailed", std::move(details));
  if (history_full_) return;
  Fail(frame, std::move(failure));
}

void Stepper::FinishMapRun(Frame& frame, Json results) {
  EmitNext(frame, "MapRunSucceeded");
  Emit("MapStateSucceeded", nullptr, frame.last_id);
  if (history_full_) return;
  frame.task = 0;
  Complete(frame, std::move(results));
}

}  // namespace coldpath::asl
