#include "asl/frame_environment.h"

#include <charconv>
#include <cmath>
#include <utility>

#include "asl/token.h"

namespace coldpath::asl {

using base::Json;

std::uint64_t SeedOf(const Frame& frame, Purpose purpose, std::int64_t index) {
  // Odd constants spread the purposes over the seeds; SeededRandom mixes them further.
  return frame.seed ^ (static_cast<std::uint64_t>(purpose) * 0x9e3779b97f4a7c15ULL) ^
         (static_cast<std::uint64_t>(index) * 0xbf58476d1ce4e5b9ULL);
}

const ContextObject& FrameEnvironment::Context() {
  if (context_) return *context_;
  const ExecutionContext& execution = tree_.context;
  ContextObject& context = context_.emplace();
  context.execution_input = &tree_.input->json;
  context.small = {{"Execution",
                    {{"Id", execution.execution_arn},
                     {"Name", execution.execution_name},
                     {"RoleArn", execution.role_arn},
                     {"StartTime", ContextTime(execution.start_time)}}},
                   {"StateMachine",
                    {{"Id", execution.state_machine_arn}, {"Name", execution.state_machine_name}}}};
  if (execution.redrive_count >= 0) {
    context.small["Execution"]["RedriveCount"] = execution.redrive_count;
  }
  const State& state = frame_.current();
  Json about = {{"Name", state.name}, {"EnteredTime", ContextTime(frame_.entered_time)}};
  if (state.type == StateType::kTask) about["RetryCount"] = frame_.retry_count;
  context.small["State"] = std::move(about);
  if (state.type == StateType::kTask && NeedsToken(state.task.resource)) {
    context.small["Task"] = {{"Token", MakeToken(tree_, frame_)}};
  }
  AddItem(context);
  return context;
}

void FrameEnvironment::AddItem(ContextObject& context) {
  if (item_index_) {
    context.small["Map"] = {{"Item", {{"Index", *item_index_}}}};
    context.item_value = item_value_;
    return;
  }
  // The nearest iteration that the frame is in.
  for (const Frame* inner = &frame_; inner->parent != 0;) {
    const Frame* outer = tree_.Find(inner->parent);
    if (outer->current().type == StateType::kMap) {
      FrameEnvironment above(tree_, *outer, Purpose::kArguments);
      auto effective = EffectiveInput(outer->current(), outer->input->json, above);
      if (!effective) return;
      auto items = MapItems(outer->current(), effective->get(), above);
      if (!items || inner->index >= static_cast<std::int64_t>(items->get().size())) return;
      owned_item_ = items->get()[static_cast<std::size_t>(inner->index)];
      context.small["Map"] = {{"Item", {{"Index", inner->index}}}};
      context.item_value = &owned_item_;
      return;
    }
    inner = outer;
  }
  if (tree_.context.map_item_index) {
    context.small["Map"] = {{"Item", {{"Index", *tree_.context.map_item_index}}}};
    context.item_value = &tree_.context.map_item_value;
  }
}

const Json* FrameEnvironment::Variable(const std::string& name) {
  // Inner frames see the variables of outer ones.
  for (const Frame* frame = &frame_; frame != nullptr; frame = tree_.Find(frame->parent)) {
    if (frame->variables == nullptr) continue;
    if (const Json* value = base::FindMember(frame->variables->json, name)) return value;
  }
  return nullptr;
}

Evaluated<PathValue> EffectiveInput(const State& state, const Json& input,
                                    Environment& environment) {
  switch (state.input_path.kind) {
    case PathField::Kind::kDefault:
      return PathValue(&input);
    case PathField::Kind::kNull:
      return PathValue(Json(Json::object()));
    case PathField::Kind::kPath:
      break;
  }
  auto value = Lookup(*state.input_path.path, input, environment);
  if (value) return *std::move(value);
  return FailState(kErrorRuntime,
                   "Invalid path '" + state.input_path.path->text() + "' : " + value.error());
}

Evaluated<PathValue> MapItems(const State& state, const Json& effective, Environment& environment) {
  const std::optional<Path>& path = state.map.items_path;
  std::expected<PathValue, std::string> items =
      path ? Lookup(*path, effective, environment) : PathValue(&effective);
  if (!items) {
    return FailState(kErrorRuntime, "Invalid path '" + path->text() + "' : " + items.error());
  }
  if (items->get().is_array()) return *std::move(items);
  return FailState(kErrorRuntime,
                   "Reference path \"" + (path ? path->text() : "$") + "\" must point to array.");
}

Evaluated<std::optional<std::int64_t>> ReadInteger(const NumberField& field, std::string_view name,
                                                   const Json& input, Environment& environment) {
  if (field.number) return static_cast<std::int64_t>(*field.number);
  if (!field.path) return std::nullopt;
  auto value = Lookup(*field.path, input, environment);
  if (!value) {
    return FailState(kErrorRuntime, "Invalid path '" + field.path->text() + "' : " + value.error());
  }
  const Json& number = value->get();
  if (number.is_number() && std::floor(number.get<double>()) == number.get<double>() &&
      std::abs(number.get<double>()) < 9e15) {
    return static_cast<std::int64_t>(number.get<double>());
  }
  const std::string text = number.is_string() ? number.get<std::string>() : base::DumpJson(number);
  // Observed: an integer in quotes will do.
  std::int64_t parsed = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), parsed);
  if (failure == std::errc() && end == text.data() + text.size()) return parsed;
  return FailState(kErrorRuntime, "The " + std::string(name) + "Path field refers to value \"" +
                                      text +
                                      "\" which is not a valid integer: " + field.path->text());
}

}  // namespace coldpath::asl
