#include "asl/definition_reader.h"

#include <algorithm>
#include <set>
#include <utility>

namespace coldpath::asl {
namespace {

using base::Json;

constexpr int kMaxNesting = 32;
constexpr std::size_t kMaxNameLength = 80;

std::optional<StateType> FindType(std::string_view name) {
  for (const StateType type :
       {StateType::kPass, StateType::kTask, StateType::kChoice, StateType::kWait,
        StateType::kSucceed, StateType::kFail, StateType::kParallel, StateType::kMap}) {
    if (TypeName(type) == name) return type;
  }
  return std::nullopt;
}

// The fields that a state of JSONPath may have, beside those of every state.
std::set<std::string_view> FieldsOf(StateType type) {
  std::set<std::string_view> fields = {"Type", "Comment", "QueryLanguage"};
  auto add = [&](std::initializer_list<std::string_view> more) { fields.insert(more); };
  if (type != StateType::kFail) add({"InputPath", "OutputPath"});
  if (type != StateType::kFail && type != StateType::kSucceed && type != StateType::kChoice) {
    add({"Next", "End"});
  }
  if (type != StateType::kFail && type != StateType::kSucceed) add({"Assign"});
  switch (type) {
    case StateType::kPass:
      add({"Result", "ResultPath", "Parameters"});
      break;
    case StateType::kTask:
      add({"Resource", "Parameters", "ResultSelector", "ResultPath", "Retry", "Catch",
           "TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath",
           "Credentials"});
      break;
    case StateType::kChoice:
      add({"Choices", "Default"});
      break;
    case StateType::kWait:
      add({"Seconds", "SecondsPath", "Timestamp", "TimestampPath"});
      break;
    case StateType::kSucceed:
      break;
    case StateType::kFail:
      add({"Error", "Cause", "ErrorPath", "CausePath"});
      break;
    case StateType::kParallel:
      add({"Branches", "Parameters", "ResultSelector", "ResultPath", "Retry", "Catch"});
      break;
    case StateType::kMap:
      add({"ItemProcessor", "Iterator", "ItemsPath", "ItemSelector", "Parameters", "ItemReader",
           "ItemBatcher", "ResultWriter", "MaxConcurrency", "MaxConcurrencyPath", "ResultSelector",
           "ResultPath", "Retry", "Catch", "Label", "ToleratedFailureCount",
           "ToleratedFailureCountPath", "ToleratedFailurePercentage",
           "ToleratedFailurePercentagePath"});
      break;
  }
  return fields;
}

bool EndsHere(const State& state) {
  return state.type == StateType::kSucceed || state.type == StateType::kFail ||
         (state.type != StateType::kChoice && !state.next);
}

std::vector<std::size_t> TargetsOf(const State& state) {
  std::vector<std::size_t> targets;
  if (state.next) targets.push_back(*state.next);
  for (const ChoiceBranch& branch : state.choices) targets.push_back(branch.next);
  if (state.choice_default) targets.push_back(*state.choice_default);
  for (const Catcher& catcher : state.catchers) targets.push_back(catcher.next);
  return targets;
}

}  // namespace

std::string_view TypeName(StateType type) {
  switch (type) {
    case StateType::kPass:
      return "Pass";
    case StateType::kTask:
      return "Task";
    case StateType::kChoice:
      return "Choice";
    case StateType::kWait:
      return "Wait";
    case StateType::kSucceed:
      return "Succeed";
    case StateType::kFail:
      return "Fail";
    case StateType::kParallel:
      return "Parallel";
    case StateType::kMap:
      return "Map";
  }
  return "";
}

std::optional<std::size_t> Sequence::Find(std::string_view name) const {
  const auto found =
      std::lower_bound(states.begin(), states.end(), name,
                       [](const State& state, std::string_view n) { return state.name < n; });
  if (found == states.end() || found->name != name) return std::nullopt;
  return static_cast<std::size_t>(found - states.begin());
}

std::shared_ptr<const Definition> DefinitionReader::Read(const Json& json) {
  auto definition = std::make_shared<Definition>();
  definition->timeout_seconds = Number(json, "TimeoutSeconds", "", 1, 99999999);
  Text(json, "Comment", "");
  if (const auto version = Text(json, "Version", ""); version && *version != "1.0") {
    Problem("/Version", "The only valid value is '1.0'");
  }
  static const std::set<std::string_view> kFields = {"Comment",        "StartAt", "States",
                                                     "TimeoutSeconds", "Version", "QueryLanguage"};
  for (const auto& [key, value] : json.items()) {
    if (!kFields.contains(key)) Problem("/" + key, "Field is not supported");
  }
  ReadSequence(json, "", Language::kJsonPath, definition->root);
  return definition;
}

std::optional<DefinitionReader::Language> DefinitionReader::ReadLanguage(const Json& json,
                                                                         const std::string& at,
                                                                         Language outer) {
  const auto language = Text(json, "QueryLanguage", at);
  if (!language) return outer;
  if (*language == "JSONata") {
    if (jsonata_location_.empty()) jsonata_location_ = at.empty() ? "/" : at;
    return Language::kJsonata;
  }
  if (*language == "JSONPath") return Language::kJsonPath;
  Problem(at + "/QueryLanguage",
          "The field 'QueryLanguage' should have one of these values: [JSONPath, JSONata]");
  return std::nullopt;
}

void DefinitionReader::ReadSequence(const Json& json, const std::string& at, Language outer,
                                    Sequence& sequence) {
  if (++depth_ > kMaxNesting) {
    Problem(at, "States are nested too deeply");
    --depth_;
    return;
  }
  Require(json, at, {"States", "StartAt"});
  const auto language = ReadLanguage(json, at, outer);
  const Json* states = Object(json, "States", at);
  const auto start = Text(json, "StartAt", at);
  const std::size_t before = diagnostics_.size();
  if (states != nullptr && states->empty()) Problem(at + "/States", "Value cannot be empty");
  if (states != nullptr) {
    for (const auto& [name, state_json] : states->items()) {
      State& state = sequence.states.emplace_back();
      state.name = name;
    }
    for (State& state : sequence.states) {
      ReadState((*states)[state.name], at + "/States/" + state.name,
                language.value_or(Language::kJsonPath), *states, state);
    }
  }
  // Names of targets are numbers only now that all states are known.
  if (start && states != nullptr) {
    if (const auto found = sequence.Find(*start)) {
      sequence.start = *found;
    } else {
      Problem(at + "/StartAt", "Missing 'StartAt' target: " + *start, "MISSING_TRANSITION_TARGET");
    }
    if (diagnostics_.size() == before) CheckReachable(at, sequence);
  }
  --depth_;
}

void DefinitionReader::CheckReachable(const std::string& at, const Sequence& sequence) {
  if (std::none_of(sequence.states.begin(), sequence.states.end(), EndsHere)) {
    Problem("", "Workflow has no terminal state", "MISSING_END_STATE");
    return;
  }
  std::vector<bool> reached(sequence.states.size(), false);
  std::vector<std::size_t> pending = {sequence.start};
  while (!pending.empty()) {
    const std::size_t i = pending.back();
    pending.pop_back();
    if (reached[i]) continue;
    reached[i] = true;
    const auto targets = TargetsOf(sequence.states[i]);
    pending.insert(pending.end(), targets.begin(), targets.end());
  }
  for (std::size_t i = 0; i < reached.size(); ++i) {
    if (reached[i]) continue;
    const std::string& name = sequence.states[i].name;
    Problem(at + "/States/" + name, "State \"" + name + "\" is not reachable.",
            "MISSING_TRANSITION_TARGET");
  }
}

std::optional<std::size_t> DefinitionReader::ReadTarget(const Json& json, std::string_view key,
                                                        const std::string& at) {
  const auto name = Text(json, key, at);
  if (!name || targets_.empty()) return std::nullopt;
  const auto& states = *targets_.back();
  const auto found = states.find(*name);
  if (found != states.end()) {
    return static_cast<std::size_t>(std::distance(states.begin(), found));
  }
  Problem(at + "/" + std::string(key), "Missing 'Next' target: " + *name,
          "MISSING_TRANSITION_TARGET");
  return std::nullopt;
}

void DefinitionReader::CheckFields(const Json& json, const std::string& at, const State& state,
                                   Language language) {
  if (language == Language::kJsonata) return;
  const auto fields = FieldsOf(state.type);
  for (const auto& [key, value] : json.items()) {
    if (!fields.contains(key)) Problem(at + "/" + key, "Field is not supported");
  }
}

void DefinitionReader::ReadState(const Json& json, const std::string& at, Language outer,
                                 const Json& states, State& state) {
  if (!json.is_object()) return Problem(at, "Expected value of type Object");
  if (state.name.empty() || state.name.size() > kMaxNameLength) {
    Problem(at, "State names must have between 1 and 80 characters");
  }
  const Json* type = base::FindMember(json, "Type");
  if (type == nullptr) return Require(json, at, {"Type"});
  const auto found =
      type->is_string() ? FindType(type->get_ref<const std::string&>()) : std::nullopt;
  if (!found) {
    return Problem(at + "/Type",
                   "The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, "
                   "Fail, Choice, Parallel, Map]");
  }
  state.type = *found;
  const Language language = ReadLanguage(json, at, outer).value_or(outer);
  if (outer == Language::kJsonata && language == Language::kJsonPath) {
    Problem(at,
            "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine");
  }
  CheckFields(json, at, state, language);
  Text(json, "Comment", at);
  targets_.push_back(&states.get_ref<const Json::object_t&>());
  ReadTransition(json, at, state);
  if (language == Language::kJsonPath) ReadData(json, at, state);
  switch (state.type) {
    case StateType::kPass:
      ReadPass(json, state);
      break;
    case StateType::kTask:
      ReadTask(json, at, state);
      break;
    case StateType::kChoice:
      ReadChoice(json, at, state, language);
      break;
    case StateType::kWait:
      if (language == Language::kJsonPath) ReadWait(json, at, state);
      break;
    case StateType::kSucceed:
      break;
    case StateType::kFail:
      if (language == Language::kJsonPath) ReadFail(json, at, state);
      break;
    // What is inside may choose its own language again: only a whole machine's choice binds it.
    case StateType::kParallel:
      ReadParallel(json, at, state, outer);
      break;
    case StateType::kMap:
      if (language == Language::kJsonata) {
        ReadMap(json, at, state, outer);
      } else {
        ReadMap(json, at, state, language);
      }
      break;
  }
  if (base::FindMember(json, "Retry") != nullptr) ReadRetry(json, at, state);
  if (base::FindMember(json, "Catch") != nullptr) ReadCatch(json, at, state, language);
  targets_.pop_back();
}

void DefinitionReader::ReadTransition(const Json& json, const std::string& at, State& state) {
  if (state.type == StateType::kChoice || state.type == StateType::kSucceed ||
      state.type == StateType::kFail) {
    return;
  }
  const auto end = Flag(json, "End", at);
  state.next = ReadTarget(json, "Next", at);
  const bool has_next = base::FindMember(json, "Next") != nullptr;
  if (!has_next && !end.value_or(false)) {
    Problem(at, "These fields are required: [Next or End]");
  } else if (has_next && end.value_or(false)) {
    Exclusive(json, at, "Next", "End");
  }
}

void DefinitionReader::ReadData(const Json& json, const std::string& at, State& state) {
  state.input_path = ReadPathField(json, "InputPath", at, false);
  state.output_path = ReadPathField(json, "OutputPath", at, false);
  state.result_path = ReadPathField(json, "ResultPath", at, true);
  if (state.type != StateType::kMap) state.parameters = ReadTemplate(json, "Parameters", at);
  state.result_selector = ReadTemplate(json, "ResultSelector", at);
  state.assign = ReadTemplate(json, "Assign", at);
  if (state.assign && !json["Assign"].is_object()) {
    Problem(at + "/Assign", "Expected value of type Object");
  }
}

}  // namespace coldpath::asl
