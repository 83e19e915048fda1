#include <cmath>
#include <utility>

#include "asl/definition_reader.h"

namespace coldpath::asl {

using base::Json;

void DefinitionReader::Problem(const std::string& at, std::string message, std::string code) {
  diagnostics_.push_back({Diagnostic::Severity::kError, std::move(code), std::move(message), at});
}

void DefinitionReader::Require(const Json& json, const std::string& at,
                               std::initializer_list<const char*> keys) {
  std::string missing;
  for (const char* key : keys) {
    if (base::FindMember(json, key) != nullptr) continue;
    missing += (missing.empty() ? "" : ", ") + std::string(key);
  }
  if (!missing.empty()) {
    Problem(at.empty() ? "/" : at, "These fields are required: [" + missing + "]");
  }
}

const Json* DefinitionReader::Object(const Json& json, std::string_view key,
                                     const std::string& at) {
  const Json* member = base::FindMember(json, key);
  if (member == nullptr || member->is_object()) return member;
  Problem(at + "/" + std::string(key), "Expected value of type Object");
  return nullptr;
}

const Json* DefinitionReader::Array(const Json& json, std::string_view key, const std::string& at) {
  const Json* member = base::FindMember(json, key);
  if (member == nullptr || member->is_array()) return member;
  Problem(at + "/" + std::string(key), "Expected value of type Array");
  return nullptr;
}

std::optional<std::string> DefinitionReader::Text(const Json& json, std::string_view key,
                                                  const std::string& at) {
  const Json* member = base::FindMember(json, key);
  if (member == nullptr) return std::nullopt;
  if (member->is_string()) return member->get<std::string>();
  Problem(at + "/" + std::string(key), "Expected value of type String");
  return std::nullopt;
}

std::optional<bool> DefinitionReader::Flag(const Json& json, std::string_view key,
                                           const std::string& at) {
  const Json* member = base::FindMember(json, key);
  if (member == nullptr) return std::nullopt;
  if (member->is_boolean()) return member->get<bool>();
  Problem(at + "/" + std::string(key), "Expected value of type Boolean");
  return std::nullopt;
}

std::optional<double> DefinitionReader::Number(const Json& json, std::string_view key,
                                               const std::string& at, double least, double most,
                                               bool whole) {
  const Json* member = base::FindMember(json, key);
  if (member == nullptr) return std::nullopt;
  const std::string place = at + "/" + std::string(key);
  const bool fits =
      member->is_number() && (!whole || std::floor(member->get<double>()) == member->get<double>());
  if (!fits) {
    Problem(place, whole ? "Expected value of type Integer" : "Expected value of type Number");
    return std::nullopt;
  }
  const double value = member->get<double>();
  if (value < least) {
    Problem(place, "Value must be greater than or equal to " +
                       base::DumpJson(Json(static_cast<std::int64_t>(least))));
    return std::nullopt;
  }
  if (value > most) {
    Problem(place, "Value must be less than or equal to " +
                       base::DumpJson(Json(static_cast<std::int64_t>(most))));
    return std::nullopt;
  }
  return value;
}

std::optional<Path> DefinitionReader::ReadPath(const Json& json, std::string_view key,
                                               const std::string& at) {
  const auto text = Text(json, key, at);
  if (!text) return std::nullopt;
  auto path = ParsePath(*text);
  if (path) return *std::move(path);
  Problem(at + "/" + std::string(key), "Value is not a valid JSONPath");
  return std::nullopt;
}

std::optional<Path> DefinitionReader::ReadReference(const Json& json, std::string_view key,
                                                    const std::string& at) {
  auto path = ReadPath(json, key, at);
  if (path && !path->IsReference()) {
    Problem(at + "/" + std::string(key), "Value is not a Reference Path");
    return std::nullopt;
  }
  return path;
}

PathField DefinitionReader::ReadPathField(const Json& json, std::string_view key,
                                          const std::string& at, bool reference) {
  PathField field;
  const Json* member = base::FindMember(json, key);
  if (member == nullptr) return field;
  if (member->is_null()) {
    field.kind = PathField::Kind::kNull;
    return field;
  }
  field.path = reference ? ReadReference(json, key, at) : ReadPath(json, key, at);
  if (!field.path) return field;
  if (reference && field.path->root() != Path::Root::kInput) {
    Problem(at + "/" + std::string(key), "Value is not a Reference Path");
    return field;
  }
  const bool is_default = field.path->IsRoot() && field.path->root() == Path::Root::kInput;
  field.kind = is_default ? PathField::Kind::kDefault : PathField::Kind::kPath;
  return field;
}

NumberField DefinitionReader::ReadNumberField(const Json& json, const std::string& key,
                                              const std::string& at, double least, double most,
                                              bool whole) {
  NumberField field;
  Exclusive(json, at, key, key + "Path");
  field.number = Number(json, key, at, least, most, whole);
  field.path = ReadPath(json, key + "Path", at);
  return field;
}

std::optional<Template> DefinitionReader::ReadTemplate(const Json& json, std::string_view key,
                                                       const std::string& at) {
  const Json* member = base::FindMember(json, key);
  if (member == nullptr) return std::nullopt;
  std::vector<TemplateProblem> problems;
  Template payload = ParseTemplate(*member, problems);
  for (const TemplateProblem& problem : problems) {
    Problem(at + "/" + std::string(key) + problem.location, problem.message);
  }
  return payload;
}

std::optional<Expression> DefinitionReader::ReadExpression(const Json& json, std::string_view key,
                                                           const std::string& at) {
  const auto text = Text(json, key, at);
  if (!text) return std::nullopt;
  auto expression = ParseExpression(*text);
  if (expression) return *std::move(expression);
  Problem(at + "/" + std::string(key),
          "Value is not a valid JSONPath or a valid intrinsic function call");
  return std::nullopt;
}

void DefinitionReader::Exclusive(const Json& json, const std::string& at, std::string_view a,
                                 std::string_view b) {
  if (base::FindMember(json, a) == nullptr || base::FindMember(json, b) == nullptr) return;
  Problem(at,
          "Only one of these fields is allowed: [" + std::string(a) + ", " + std::string(b) + "]");
}

}  // namespace coldpath::asl
