#include "asl/environment.h"

namespace coldpath::asl {
namespace {

bool IsField(const Path& path, std::size_t at, std::string_view name) {
  if (at >= path.segments().size()) return false;
  const PathSegment& segment = path.segments()[at];
  return !segment.descend && segment.kind == PathSegment::Kind::kFields &&
         segment.fields.size() == 1 && segment.fields.front() == name;
}

std::expected<PathValue, std::string> LookupContext(const Path& path,
                                                    const ContextObject& context) {
  if (IsField(path, 0, "Execution") && IsField(path, 1, "Input")) {
    return EvaluatePath(path, *context.execution_input, 2);
  }
  if (context.item_value != nullptr && IsField(path, 0, "Map") && IsField(path, 1, "Item") &&
      IsField(path, 2, "Value")) {
    return EvaluatePath(path, *context.item_value, 3);
  }
  const bool names_a_small_part =
      path.segments().size() >= 2 && path.definite() && !IsField(path, 0, "Map");
  if (names_a_small_part) return EvaluatePath(path, context.small);
  const base::Json whole = context.Assemble();
  auto value = EvaluatePath(path, whole);
  if (!value) return value;
  return PathValue((*std::move(value)).Take());
}

}  // namespace

base::Json ContextObject::Assemble() const {
  base::Json whole = small;
  if (execution_input != nullptr) whole["Execution"]["Input"] = *execution_input;
  if (item_value != nullptr) whole["Map"]["Item"]["Value"] = *item_value;
  return whole;
}

std::expected<PathValue, std::string> Lookup(const Path& path, const base::Json& input,
                                             Environment& environment) {
  switch (path.root()) {
    case Path::Root::kInput:
      return EvaluatePath(path, input);
    case Path::Root::kContext:
      return LookupContext(path, environment.Context());
    case Path::Root::kVariable:
      break;
  }
  const base::Json* variable = environment.Variable(path.variable());
  if (variable == nullptr) {
    return std::unexpected("The variable '" + path.variable() + "' is not defined");
  }
  return EvaluatePath(path, *variable);
}

std::string DocumentText(const Path& path, const base::Json& input, Environment& environment) {
  switch (path.root()) {
    case Path::Root::kContext:
      return base::DumpJson(environment.Context().Assemble());
    case Path::Root::kVariable: {
      const base::Json* variable = environment.Variable(path.variable());
      return variable == nullptr ? "" : base::DumpJson(*variable);
    }
    case Path::Root::kInput:
      break;
  }
  return base::DumpJson(input);
}

}  // namespace coldpath::asl
