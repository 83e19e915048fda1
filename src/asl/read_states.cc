#include <algorithm>
#include <set>
#include <utility>

#include "asl/definition_reader.h"

namespace coldpath::asl {
namespace {

using base::Json;

constexpr int kMaxRuleDepth = 32;
constexpr double kMaxSeconds = 99999999;

std::string Element(const std::string& at, std::size_t i) {
  return at + "[" + std::to_string(i) + "]";
}

// Optimised integrations and the actions that they have, as far as a wrong name is known to be
// refused.
bool IsKnownAction(std::string_view service, std::string_view action) {
  static const std::set<std::string_view> kDynamoDb = {"getItem", "putItem", "updateItem",
                                                       "deleteItem"};
  if (service == "dynamodb") return kDynamoDb.contains(action);
  if (service == "lambda") return action == "invoke";
  return true;
}

}  // namespace

void DefinitionReader::ReadPass(const Json& json, State& state) {
  if (const Json* result = base::FindMember(json, "Result")) state.result = *result;
}

void DefinitionReader::ReadTask(const Json& json, const std::string& at, State& state) {
  Require(json, at, {"Resource"});
  if (const auto arn = Text(json, "Resource", at)) {
    ReadResource(*arn, at + "/Resource", state.task.resource);
  }
  if (const Json* timeout = base::FindMember(json, "TimeoutSeconds");
      timeout == nullptr || !timeout->is_string()) {
    state.task.timeout_seconds = ReadNumberField(json, "TimeoutSeconds", at, 1, kMaxSeconds);
  }
  if (const Json* heartbeat = base::FindMember(json, "HeartbeatSeconds");
      heartbeat == nullptr || !heartbeat->is_string()) {
    state.task.heartbeat_seconds = ReadNumberField(json, "HeartbeatSeconds", at, 1, kMaxSeconds);
  }
  const auto& timeout = state.task.timeout_seconds.number;
  const auto& heartbeat = state.task.heartbeat_seconds.number;
  if (timeout && heartbeat && *heartbeat >= *timeout) {
    Problem(at, "HeartbeatSeconds must be smaller than TimeoutSeconds");
  }
  state.task.credentials = ReadTemplate(json, "Credentials", at);
}

void DefinitionReader::ReadResource(const std::string& arn, const std::string& at,
                                    Resource& resource) {
  resource.arn = arn;
  auto unknown = [&] {
    Problem(at, "The resource provided " + arn +
                    " is not recognized. The value is not a valid resource ARN, or the resource is "
                    "not available in this region.");
  };
  std::vector<std::string_view> parts;
  std::string_view rest = arn;
  while (parts.size() < 5 && rest.find(':') != std::string_view::npos) {
    parts.push_back(rest.substr(0, rest.find(':')));
    rest.remove_prefix(rest.find(':') + 1);
  }
  if (parts.size() < 5 || parts[0] != "arn" || !parts[1].starts_with("aws") || rest.empty()) {
    return unknown();
  }
  if (parts[2] == "lambda") {
    resource.kind = ResourceKind::kLambda;
    return;
  }
  if (parts[2] != "states") return unknown();
  if (rest.starts_with("activity:")) {
    resource.kind = ResourceKind::kActivity;
    return;
  }
  // The ":2" of ".sync:2" is part of the action.
  const std::size_t last = rest.rfind(':', rest.ends_with(".sync:2") ? rest.size() - 3 : rest.npos);
  if (last == std::string_view::npos || !parts[3].empty() || !parts[4].empty()) return unknown();
  resource.service = std::string(rest.substr(0, last));
  resource.action = std::string(rest.substr(last + 1));
  std::string pattern;
  if (const std::size_t dot = resource.action.find('.'); dot != std::string::npos) {
    pattern = resource.action.substr(dot);
  }
  if (!IsKnownAction(resource.service,
                     resource.action.substr(0, resource.action.size() - pattern.size()))) {
    return unknown();
  }
  if (pattern == ".waitForTaskToken") {
    resource.completion = Completion::kToken;
  } else if (pattern == ".sync" || pattern == ".sync:2") {
    resource.completion = Completion::kSync;
  } else if (!pattern.empty()) {
    return unknown();
  }
  if (type_ == MachineType::kExpress && !pattern.empty()) {
    Problem(at, "Express state machine does not support '" + pattern + "' service integration ");
  }
}

void DefinitionReader::ReadWait(const Json& json, const std::string& at, State& state) {
  static constexpr std::string_view kKeys[] = {"Seconds", "SecondsPath", "Timestamp",
                                               "TimestampPath"};
  const auto given = std::count_if(std::begin(kKeys), std::end(kKeys), [&](std::string_view key) {
    return base::FindMember(json, key) != nullptr;
  });
  if (given != 1) {
    Problem(at,
            "Exactly one of these fields is required: [Seconds, SecondsPath, Timestamp, "
            "TimestampPath]");
  }
  if (const auto seconds = Number(json, "Seconds", at, 0, kMaxSeconds)) {
    state.wait.seconds = static_cast<std::int64_t>(*seconds);
  }
  if (const auto text = Text(json, "Timestamp", at)) {
    const auto parsed = base::ParseRfc3339(*text);
    if (parsed && IsTimestamp(*text)) {
      state.wait.timestamp = parsed->instant;
    } else {
      Problem(at + "/Timestamp", "String does not match RFC3339 timestamp");
    }
  }
  state.wait.seconds_path = ReadPath(json, "SecondsPath", at);
  state.wait.timestamp_path = ReadPath(json, "TimestampPath", at);
}

void DefinitionReader::ReadFail(const Json& json, const std::string& at, State& state) {
  Exclusive(json, at, "Error", "ErrorPath");
  Exclusive(json, at, "Cause", "CausePath");
  state.fail.error = Text(json, "Error", at);
  state.fail.cause = Text(json, "Cause", at);
  state.fail.error_path = ReadExpression(json, "ErrorPath", at);
  state.fail.cause_path = ReadExpression(json, "CausePath", at);
}

void DefinitionReader::ReadChoice(const Json& json, const std::string& at, State& state,
                                  Language language) {
  Require(json, at, {"Choices"});
  state.choice_default = ReadTarget(json, "Default", at);
  const Json* choices = Array(json, "Choices", at);
  if (choices == nullptr) return;
  if (choices->empty()) Problem(at + "/Choices", "Value cannot be empty");
  for (std::size_t i = 0; i < choices->size(); ++i) {
    const Json& choice = (*choices)[i];
    const std::string place = Element(at + "/Choices", i);
    if (!choice.is_object()) {
      Problem(place, "Expected value of type Object");
      continue;
    }
    ChoiceBranch& branch = state.choices.emplace_back();
    Require(choice, place, {"Next"});
    if (const auto next = ReadTarget(choice, "Next", place)) branch.next = *next;
    if (language == Language::kJsonata) continue;
    branch.rule = ReadRule(choice, place, 0);
    branch.assign = ReadTemplate(choice, "Assign", place);
  }
}

ChoiceRule DefinitionReader::ReadRule(const Json& json, const std::string& at, int depth) {
  ChoiceRule rule;
  if (!json.is_object() || depth > kMaxRuleDepth) {
    Problem(at, depth > kMaxRuleDepth ? "Rules are nested too deeply"
                                      : "Expected value of type Object");
    return rule;
  }
  if (depth > 0 && base::FindMember(json, "Next") != nullptr) {
    Problem(at + "/Next", "Field is not supported");
  }
  static constexpr std::pair<const char*, ChoiceRule::Kind> kLists[] = {
      {"And", ChoiceRule::Kind::kAnd}, {"Or", ChoiceRule::Kind::kOr}};
  for (const auto& [key, kind] : kLists) {
    if (base::FindMember(json, key) == nullptr) continue;
    rule.kind = kind;
    const Json* rules = Array(json, key, at);
    if (rules == nullptr) return rule;
    const std::string place = at + "/" + key;
    if (rules->empty()) Problem(place, "Value cannot be empty");
    for (std::size_t i = 0; i < rules->size(); ++i) {
      rule.rules.push_back(ReadRule((*rules)[i], Element(place, i), depth + 1));
    }
    return rule;
  }
  if (const Json* inner = base::FindMember(json, "Not")) {
    rule.kind = ChoiceRule::Kind::kNot;
    rule.rules.push_back(ReadRule(*inner, at + "/Not", depth + 1));
    return rule;
  }
  return ReadComparison(json, at);
}

ChoiceRule DefinitionReader::ReadComparison(const Json& json, const std::string& at) {
  static const std::set<std::string_view> kOthers = {"Variable", "Next", "Comment", "Assign"};
  ChoiceRule rule;
  Require(json, at, {"Variable"});
  rule.variable = ReadPath(json, "Variable", at);
  int operators = 0;
  for (const auto& [key, value] : json.items()) {
    if (kOthers.contains(key)) continue;
    const auto op = FindOperator(key);
    if (!op) {
      Problem(at + "/" + key, "Field is not supported");
      continue;
    }
    ++operators;
    rule.op = *op;
    rule.op_name = key;
    if (op->by_path) {
      rule.value_path = ReadPath(json, key, at);
    } else if (IsLiteralFor(*op, value)) {
      rule.literal = value;
    } else if (op->type == ComparedType::kTimestamp && value.is_string()) {
      Problem(at + "/" + key, "String does not match RFC3339 timestamp");
    } else {
      Problem(at + "/" + key, "Value has the wrong type for the comparison");
    }
  }
  if (operators != 1) Problem(at, "Exactly one comparison operator is required");
  return rule;
}

void DefinitionReader::ReadParallel(const Json& json, const std::string& at, State& state,
                                    Language language) {
  Require(json, at, {"Branches"});
  const Json* branches = Array(json, "Branches", at);
  if (branches == nullptr) return;
  if (branches->empty()) Problem(at + "/Branches", "Value cannot be empty");
  for (std::size_t i = 0; i < branches->size(); ++i) {
    const std::string place = Element(at + "/Branches", i);
    if (!(*branches)[i].is_object()) {
      Problem(place, "Expected value of type Object");
      continue;
    }
    ReadSequence((*branches)[i], place, language, state.branches.emplace_back());
  }
}

std::vector<std::string> DefinitionReader::ReadErrorEquals(const Json& json, const std::string& at,
                                                           bool last) {
  std::vector<std::string> names;
  Require(json, at, {"ErrorEquals"});
  const Json* errors = Array(json, "ErrorEquals", at);
  if (errors == nullptr) return names;
  if (errors->empty()) Problem(at + "/ErrorEquals", "Value cannot be empty");
  for (const Json& error : *errors) {
    if (error.is_string()) {
      names.push_back(error.get<std::string>());
    } else {
      Problem(at + "/ErrorEquals", "Expected value of type String");
    }
  }
  if (std::find(names.begin(), names.end(), kErrorAll) != names.end()) {
    if (names.size() > 1) Problem(at + "/ErrorEquals", "States.ALL must appear alone");
    if (!last)
      Problem(at + "/ErrorEquals", "States.ALL must appear in the last retrier or catcher");
  }
  return names;
}

void DefinitionReader::ReadRetry(const Json& json, const std::string& at, State& state) {
  static const std::set<std::string_view> kFields = {
      "ErrorEquals",     "IntervalSeconds", "MaxAttempts", "BackoffRate",
      "MaxDelaySeconds", "JitterStrategy",  "Comment"};
  const Json* retriers = Array(json, "Retry", at);
  if (retriers == nullptr) return;
  for (std::size_t i = 0; i < retriers->size(); ++i) {
    const Json& entry = (*retriers)[i];
    const std::string place = Element(at + "/Retry", i);
    if (!entry.is_object()) {
      Problem(place, "Expected value of type Object");
      continue;
    }
    for (const auto& [key, value] : entry.items()) {
      if (!kFields.contains(key)) Problem(place + "/" + key, "Field is not supported");
    }
    Retrier& retrier = state.retry.emplace_back();
    retrier.error_equals = ReadErrorEquals(entry, place, i + 1 == retriers->size());
    retrier.interval_seconds = static_cast<std::int64_t>(
        Number(entry, "IntervalSeconds", place, 1, kMaxSeconds).value_or(1));
    retrier.max_attempts =
        static_cast<std::int64_t>(Number(entry, "MaxAttempts", place, 0, kMaxSeconds).value_or(3));
    retrier.backoff_rate = Number(entry, "BackoffRate", place, 1, 1e9, false).value_or(2.0);
    if (const auto delay = Number(entry, "MaxDelaySeconds", place, 1, 31622400)) {
      retrier.max_delay_seconds = static_cast<std::int64_t>(*delay);
      if (*delay <= static_cast<double>(retrier.interval_seconds)) {
        Problem(place + "/MaxDelaySeconds", "MaxDelaySeconds must be greater than IntervalSeconds");
      }
    }
    if (const auto jitter = Text(entry, "JitterStrategy", place)) {
      retrier.full_jitter = *jitter == "FULL";
      if (!retrier.full_jitter && *jitter != "NONE") {
        Problem(place + "/JitterStrategy",
                "The field 'JitterStrategy' should have one of these values: [FULL, NONE]");
      }
    }
  }
}

void DefinitionReader::ReadCatch(const Json& json, const std::string& at, State& state,
                                 Language language) {
  const Json* catchers = Array(json, "Catch", at);
  if (catchers == nullptr) return;
  static const std::set<std::string_view> kFields = {"ErrorEquals", "Next", "ResultPath", "Assign",
                                                     "Comment"};
  for (std::size_t i = 0; i < catchers->size(); ++i) {
    const Json& entry = (*catchers)[i];
    const std::string place = Element(at + "/Catch", i);
    if (!entry.is_object()) {
      Problem(place, "Expected value of type Object");
      continue;
    }
    Catcher& catcher = state.catchers.emplace_back();
    catcher.error_equals = ReadErrorEquals(entry, place, i + 1 == catchers->size());
    Require(entry, place, {"Next"});
    if (const auto next = ReadTarget(entry, "Next", place)) catcher.next = *next;
    if (language == Language::kJsonata) continue;
    for (const auto& [key, value] : entry.items()) {
      if (!kFields.contains(key)) Problem(place + "/" + key, "Field is not supported");
    }
    const PathField result_path = ReadPathField(entry, "ResultPath", place, true);
    catcher.discards_result = result_path.kind == PathField::Kind::kNull;
    if (result_path.kind == PathField::Kind::kPath) catcher.result_path = result_path.path;
    catcher.assign = ReadTemplate(entry, "Assign", place);
  }
}

}  // namespace coldpath::asl
