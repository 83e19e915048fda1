// What an engine asks about the children of a Distributed Map.
#include <utility>

#include "asl/advance.h"
#include "asl/frame.h"
#include "asl/frame_environment.h"
#include "asl/stepper.h"

namespace coldpath::asl {
namespace {

using base::Json;

std::unexpected<base::Error> AsError(const Frame& frame, Failure failure) {
  std::string cause = failure.cause.value_or("");
  if (failure.names_no_state) {
    cause = "An error occurred while executing the state '" + frame.current().name +
            "' (entered at the event id #" + std::to_string(frame.entered_id) + "). " + cause;
  }
  return base::Fail(failure.error.value_or(std::string(kErrorRuntime)), std::move(cause));
}

base::Result<Json> ItemInput(const ExecutionTree& tree, const Frame& frame, const Json& input,
                             std::int64_t index, const Json& item) {
  if (!frame.current().map.item_selector) return item;
  FrameEnvironment environment(tree, frame, Purpose::kItem);
  environment.SetItem(index, item);
  auto selected = EvaluateTemplate(*frame.current().map.item_selector, input, environment);
  if (!selected) return AsError(frame, std::move(selected).error());
  return *std::move(selected);
}

}  // namespace

base::Result<Json> ChildInput(const ExecutionState& parent, FrameId frame_id, std::int64_t index,
                              const std::vector<Json>& items) {
  const ExecutionTree& tree = parent.tree();
  const Frame* frame = tree.Find(frame_id);
  if (frame == nullptr || frame->current().type != StateType::kMap) {
    return base::Fail(std::string(kErrorRuntime), "The Map does not run any more.");
  }
  const MapFields& map = frame->current().map;
  FrameEnvironment environment(tree, *frame, Purpose::kArguments);
  auto input = EffectiveInput(frame->current(), frame->input->json, environment);
  if (!input) return AsError(*frame, std::move(input).error());
  if (!map.item_batcher) {
    return ItemInput(tree, *frame, input->get(), index, items.empty() ? Json() : items.front());
  }
  Json batch = Json::object();
  if (map.item_batcher->batch_input) {
    auto evaluated = EvaluateTemplate(*map.item_batcher->batch_input, input->get(), environment);
    if (!evaluated) return AsError(*frame, std::move(evaluated).error());
    batch["BatchInput"] = *std::move(evaluated);
  }
  const std::int64_t first = index * PlanChildren(parent, frame_id).items_per_child;
  Json inputs = Json::array();
  for (std::size_t i = 0; i < items.size(); ++i) {
    COLDPATH_ASSIGN_OR_RETURN(Json one, ItemInput(tree, *frame, input->get(),
                                                  first + static_cast<std::int64_t>(i), items[i]));
    inputs.push_back(std::move(one));
  }
  batch["Items"] = std::move(inputs);
  return batch;
}

ChildPlan PlanChildren(const ExecutionState& parent, FrameId frame_id) {
  ChildPlan plan;
  const ExecutionTree& tree = parent.tree();
  const Frame* frame = tree.Find(frame_id);
  if (frame == nullptr || frame->current().type != StateType::kMap) return plan;
  const MapFields& map = frame->current().map;
  plan.definition = map.processor;
  plan.label = map.label;
  plan.map_run_arn = MapRunArn(tree, *frame);
  if (!map.item_batcher) return plan;
  plan.batched = true;
  FrameEnvironment environment(tree, *frame, Purpose::kArguments);
  auto input = EffectiveInput(frame->current(), frame->input->json, environment);
  if (!input) return plan;
  auto number = [&](const NumberField& field,
                    std::string_view name) -> std::optional<std::int64_t> {
    auto value = ReadInteger(field, name, input->get(), environment);
    if (!value || !*value || **value < 1) return std::nullopt;
    return *value;
  };
  // Without a count only the bytes limit a batch; the reader's own limit of items is far below
  // this.
  plan.items_per_child =
      number(map.item_batcher->max_items_per_batch, "MaxItemsPerBatch").value_or(1 << 30);
  plan.max_bytes = number(map.item_batcher->max_input_bytes_per_batch, "MaxInputBytesPerBatch");
  return plan;
}

}  // namespace coldpath::asl
