#include "api/openapi_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/ids.h"
#include "base/time.h"

namespace coldpath::api {
namespace {

using base::Json;

// "/v1/x/{id}" takes "/v1/x/17".
bool Takes(std::string_view pattern, std::string_view path) {
  while (!pattern.empty() && !path.empty()) {
    if (pattern.front() == '{') {
      pattern.remove_prefix(pattern.find('}') + 1);
      path.remove_prefix(std::min(path.find('/'), path.size()));
    } else if (pattern.front() == path.front()) {
      pattern.remove_prefix(1);
      path.remove_prefix(1);
    } else {
      return false;
    }
  }
  return pattern.empty() && path.empty();
}

bool IsOfType(const Json& value, std::string_view type) {
  if (type == "null") return value.is_null();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  if (type == "array") return value.is_array();
  return type == "object" && value.is_object();
}

bool HasFormat(const std::string& text, const std::string& format) {
  if (format == "date") return base::ParseDate(text).has_value();
  if (format == "date-time") return base::ParseRfc3339(text).has_value();
  if (format == "uuid") return base::IsUuid(text);
  return false;
}

}  // namespace

const Json& OpenApiCheck::Resolve(const Json& schema) const {
  const auto reference = base::FindString(schema, "$ref");
  if (!reference) return schema;
  return Resolve(document_.at(Json::json_pointer(reference->substr(1))));
}

const Json* OpenApiCheck::FindOperation(std::string_view method, std::string_view path) const {
  std::string name(method);
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
  for (const auto& [pattern, item] : document_.at("paths").items()) {
    if (Takes(pattern, path) && item.contains(name)) return &item.at(name);
  }
  return nullptr;
}

std::vector<std::string> OpenApiCheck::Check(std::string_view method, std::string_view path,
                                             const base::HttpResponse& response) const {
  const Json* operation = FindOperation(method, path);
  const std::string status = std::to_string(response.status);
  const Json* answer = nullptr;
  if (operation == nullptr) {
    if (response.status != 404 && response.status != 405) return {"not in the contract"};
    answer = &document_.at("components").at("responses").at("Problem");
  } else {
    const Json& answers = operation->at("responses");
    const auto found = answers.contains(status) ? answers.find(status) : answers.find("default");
    if (found == answers.end()) return {"no answer " + status + " in the contract"};
    answer = &Resolve(*found);
  }
  if (!answer->contains("content")) {
    return response.body.empty() ? std::vector<std::string>()
                                 : std::vector<std::string>{"a body where there is none"};
  }
  std::string type = response.headers.Find("Content-Type").value_or("");
  type = type.substr(0, type.find(';'));
  const Json& content = answer->at("content");
  // Who is not let in is told so by a problem, whatever the route answers else.
  if (!content.contains(type) && type != "application/problem+json") {
    return {status + " with Content-Type \"" + type + "\""};
  }
  if (type != "application/json" && type != "application/problem+json") return {};
  const auto body = base::ParseJson(response.body);
  if (!body) return {"the body is not JSON"};
  const Json problem = {{"$ref", "#/components/schemas/Problem"}};
  return CheckValue(content.contains(type) ? content.at(type).at("schema") : problem, *body);
}

std::vector<std::string> OpenApiCheck::CheckValue(const Json& schema, const Json& value) const {
  std::vector<std::string> problems;
  Value(schema, value, "", problems);
  return problems;
}

void OpenApiCheck::Value(const Json& unresolved, const Json& value, const std::string& at,
                         std::vector<std::string>& problems) const {
  static const std::set<std::string> kKnown{
      "type",    "required", "properties", "additionalProperties",
      "enum",    "items",    "oneOf",      "format",
      "minimum", "maximum",  "minItems",   "default",
      "example", "title",    "description"};
  const Json& schema = Resolve(unresolved);
  for (const auto& [keyword, unused] : schema.items()) {
    if (!kKnown.contains(keyword)) problems.push_back(at + ": unknown keyword " + keyword);
  }
  if (schema.contains("oneOf")) {
    const auto matching = std::ranges::count_if(
        schema.at("oneOf"), [&](const Json& one) { return CheckValue(one, value).empty(); });
    if (matching != 1) problems.push_back(at + ": matches not exactly one of the alternatives");
    return;
  }
  if (schema.contains("type")) {
    const Json& type = schema.at("type");
    const bool good = type.is_string() ? IsOfType(value, type.get<std::string>())
                                       : std::ranges::any_of(type, [&](const Json& one) {
                                           return IsOfType(value, one.get<std::string>());
                                         });
    if (!good) {
      problems.push_back(at + ": is not of type " + type.dump());
      return;
    }
  }
  if (value.is_object()) Object(schema, value, at, problems);
  if (value.is_array() && schema.contains("items")) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      Value(schema.at("items"), value[i], at + "/" + std::to_string(i), problems);
    }
  }
  Scalar(schema, value, at, problems);
}

void OpenApiCheck::Object(const Json& schema, const Json& value, const std::string& at,
                          std::vector<std::string>& problems) const {
  for (const Json& name : schema.value("required", Json::array())) {
    if (!value.contains(name)) problems.push_back(at + ": lacks " + name.get<std::string>());
  }
  const Json properties = schema.value("properties", Json::object());
  for (const auto& [name, member] : value.items()) {
    if (properties.contains(name)) {
      Value(properties.at(name), member, at + "/" + name, problems);
    } else if (!schema.value("additionalProperties", true)) {
      problems.push_back(at + ": has the unknown member " + name);
    }
  }
}

void OpenApiCheck::Scalar(const Json& schema, const Json& value, const std::string& at,
                          std::vector<std::string>& problems) const {
  if (schema.contains("enum") &&
      std::ranges::find(schema.at("enum"), value) == schema.at("enum").end()) {
    problems.push_back(at + ": " + value.dump() + " is not one of the values");
  }
  if (value.is_string() && schema.contains("format") &&
      !HasFormat(value.get<std::string>(), schema.at("format").get<std::string>())) {
    problems.push_back(at + ": " + value.dump() + " is not a " +
                       schema.at("format").get<std::string>());
  }
  if (value.is_number() && schema.contains("minimum") && value < schema.at("minimum")) {
    problems.push_back(at + ": below the minimum");
  }
  if (value.is_number() && schema.contains("maximum") && value > schema.at("maximum")) {
    problems.push_back(at + ": above the maximum");
  }
  if (value.is_array() && schema.contains("minItems") && value.size() < schema.at("minItems")) {
    problems.push_back(at + ": too few items");
  }
}

namespace {

using ::testing::IsEmpty;
using ::testing::Not;

TEST(OpenApiCheckTest, AcceptsWhatASchemaAllowsAndNamesWhatItDoesNot) {
  const OpenApiCheck check(
      *base::ParseJson(R"({"s":{"type":"object","required":["d"],"additionalProperties":false,
        "properties":{"d":{"type":["string","null"],"format":"date"},
                      "n":{"type":"integer","minimum":1,"maximum":3},
                      "l":{"type":"array","minItems":1,"items":{"enum":["a","b"]}},
                      "o":{"oneOf":[{"type":"null"},{"$ref":"#/s"}]}}}})"));
  const auto problems = [&](const char* text) {
    return check.CheckValue({{"$ref", "#/s"}}, *base::ParseJson(text));
  };
  EXPECT_THAT(problems(R"({"d":"2024-05-01","n":3,"l":["a"],"o":{"d":null}})"), IsEmpty());
  EXPECT_THAT(problems(R"({})"), Not(IsEmpty()));
  EXPECT_THAT(problems(R"({"d":"2024-13-01"})"), Not(IsEmpty()));
  EXPECT_THAT(problems(R"({"d":1})"), Not(IsEmpty()));
  EXPECT_THAT(problems(R"({"d":null,"n":4})"), Not(IsEmpty()));
  EXPECT_THAT(problems(R"({"d":null,"n":1.5})"), Not(IsEmpty()));
  EXPECT_THAT(problems(R"({"d":null,"l":[]})"), Not(IsEmpty()));
  EXPECT_THAT(problems(R"({"d":null,"l":["c"]})"), Not(IsEmpty()));
  EXPECT_THAT(problems(R"({"d":null,"x":1})"), Not(IsEmpty()));
  EXPECT_THAT(problems(R"({"d":null,"o":{"d":5}})"), Not(IsEmpty()));
  EXPECT_THAT(check.CheckValue({{"pattern", "x"}}, "y"), Not(IsEmpty()));
}

}  // namespace
}  // namespace coldpath::api
