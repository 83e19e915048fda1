#include "asl/template.h"

#include <algorithm>
#include <utility>

namespace coldpath::asl {
namespace {

using base::Json;

bool IsDynamicKey(std::string_view key) { return key.size() > 2 && key.ends_with(".$"); }

bool IsConstant(const Json& json) {
  if (json.is_object()) {
    return std::all_of(json.items().begin(), json.items().end(), [](const auto& item) {
      return !IsDynamicKey(item.key()) && IsConstant(item.value());
    });
  }
  if (json.is_array()) return std::all_of(json.begin(), json.end(), IsConstant);
  return true;
}

Template ParseAt(const Json& json, const std::string& location,
                 std::vector<TemplateProblem>& problems);

Template::Member ParseMember(const std::string& key, const Json& value, const std::string& location,
                             std::vector<TemplateProblem>& problems) {
  Template::Member member;
  member.field = key;
  member.key = key;
  if (!IsDynamicKey(key)) {
    member.value = ParseAt(value, location, problems);
    return member;
  }
  member.key.resize(key.size() - 2);
  if (!value.is_string()) {
    problems.push_back(
        {location, "The value for the field '" + key + "' must be a valid JSONPath"});
    return member;
  }
  auto expression = ParseExpression(value.get_ref<const std::string&>());
  if (!expression) {
    problems.push_back(
        {location, "The value for the field '" + key +
                       "' must be a valid JSONPath or a valid intrinsic function call"});
    return member;
  }
  member.value.content = *std::move(expression);
  return member;
}

Template ParseAt(const Json& json, const std::string& location,
                 std::vector<TemplateProblem>& problems) {
  if (IsConstant(json)) return Template{json};
  if (json.is_array()) {
    std::vector<Template> elements;
    for (std::size_t i = 0; i < json.size(); ++i) {
      elements.push_back(ParseAt(json[i], location + "[" + std::to_string(i) + "]", problems));
    }
    return Template{std::move(elements)};
  }
  std::vector<Template::Member> members;
  for (const auto& [key, value] : json.items()) {
    members.push_back(ParseMember(key, value, location + "/" + key, problems));
  }
  return Template{std::move(members)};
}

}  // namespace

const std::string& Expression::text() const {
  if (const auto* path = std::get_if<Path>(&value)) return path->text();
  return std::get<Intrinsic>(value).text;
}

base::Result<Expression> ParseExpression(std::string_view text) {
  if (text.starts_with("$")) {
    COLDPATH_ASSIGN_OR_RETURN(Path path, ParsePath(text));
    return Expression{std::move(path)};
  }
  COLDPATH_ASSIGN_OR_RETURN(Intrinsic call, ParseIntrinsic(text));
  return Expression{std::move(call)};
}

Evaluated<Json> EvaluateExpression(const Expression& expression, std::string_view field,
                                   const Json& input, Environment& environment) {
  if (const auto* call = std::get_if<Intrinsic>(&expression.value)) {
    return EvaluateIntrinsic(*call, field, input, environment);
  }
  const Path& path = std::get<Path>(expression.value);
  auto value = Lookup(path, input, environment);
  if (!value) {
    return FailState(kErrorRuntime, "The JSONPath '" + path.text() + "' specified for the field '" +
                                        std::string(field) + "' could not be found in the input '" +
                                        DocumentText(path, input, environment) + "'");
  }
  return (*std::move(value)).Take();
}

Template ParseTemplate(const Json& json, std::vector<TemplateProblem>& problems) {
  return ParseAt(json, "", problems);
}

Evaluated<Json> EvaluateTemplate(const Template& payload, const Json& input,
                                 Environment& environment) {
  if (const auto* constant = std::get_if<Json>(&payload.content)) return *constant;
  if (const auto* expression = std::get_if<Expression>(&payload.content)) {
    return EvaluateExpression(*expression, "", input, environment);
  }
  if (const auto* elements = std::get_if<std::vector<Template>>(&payload.content)) {
    Json array = Json::array();
    for (const Template& element : *elements) {
      auto value = EvaluateTemplate(element, input, environment);
      if (!value) return value;
      array.push_back(*std::move(value));
    }
    return array;
  }
  Json object = Json::object();
  for (const Template::Member& member : std::get<std::vector<Template::Member>>(payload.content)) {
    const auto* expression = std::get_if<Expression>(&member.value.content);
    auto value = expression != nullptr
                     ? EvaluateExpression(*expression, member.field, input, environment)
                     : EvaluateTemplate(member.value, input, environment);
    if (!value) return value;
    object[member.key] = *std::move(value);
  }
  return object;
}

}  // namespace coldpath::asl
