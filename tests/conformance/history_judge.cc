#include "history_judge.h"

#include <algorithm>
#include <array>

namespace coldpath::conformance {
namespace {

using base::Json;

// What GetExecutionHistory gives as JSON text and the corpus as JSON.
constexpr std::array<std::string_view, 4> kTexts = {"input", "output", "parameters", "Parameters"};

Json Decoded(const Json& text) {
  if (!text.is_string()) return text;
  auto parsed = base::ParseJson(text.get_ref<const std::string&>());
  return parsed ? *std::move(parsed) : text;
}

std::string TypeAndName(const Json& event) {
  std::string text = event.value("type", "");
  if (const Json* details = base::FindMember(event, "details")) {
    text += " " + base::FindString(*details, "name").value_or("");
  }
  return text;
}

Json DetailsOf(const Json& event) {
  const Json* details = base::FindMember(event, "details");
  return details == nullptr ? Json(nullptr) : *details;
}

std::string Place(const Json& event) {
  return "event " + base::DumpJson(event.value("id", Json())) + " " + TypeAndName(event);
}

// The end of a Distributed Map points at either of two events: a race on AWS.
bool PreviousIsARace(const Json& event, const std::vector<Json>& actual, std::size_t index) {
  if (event.value("type", "") != "MapStateExited") return false;
  return std::any_of(actual.begin(), actual.begin() + static_cast<std::ptrdiff_t>(index),
                     [](const Json& other) { return other.value("type", "") == "MapRunStarted"; });
}

// Where the formatting of an input or output was recorded beside its value, the text as it is. What
// stands beside a wildcard is no recording.
void AddTexts(Json& wanted, const asl::HistoryEvent& event, Json& got) {
  const auto details = wanted.find("details");
  if (details == wanted.end() || !got.contains("details")) return;
  for (const char* name : {"input", "output"}) {
    const std::string text = std::string(name) + "_text";
    if (!details->contains(text)) continue;
    const Json* value = base::FindMember(*details, name);
    if (value != nullptr && value->is_object() && value->contains("$any")) {
      details->erase(text);
    } else {
      got["details"][text] = event.details.value(name, Json());
    }
  }
}

Json WithoutTexts(Json details) {
  if (!details.is_object()) return details;
  details.erase("input_text");
  details.erase("output_text");
  return details;
}

Verdict JudgeSequence(const Json& expected, const std::vector<Json>& actual,
                      const std::vector<asl::HistoryEvent>& events, const Rules& rules) {
  const std::size_t both = std::min(expected.size(), actual.size());
  for (std::size_t i = 0; i < both; ++i) {
    if (TypeAndName(expected[i]) != TypeAndName(actual[i])) {
      return Verdict::Differs(2, "event " + std::to_string(i + 1) + ": expected " +
                                     TypeAndName(expected[i]) + ", got " + TypeAndName(actual[i]));
    }
  }
  if (expected.size() != actual.size()) {
    return Verdict::Differs(2, "expected " + std::to_string(expected.size()) + " events, got " +
                                   std::to_string(actual.size()));
  }
  for (std::size_t i = 0; i < both; ++i) {
    Json wanted = expected[i];
    Json got = actual[i];
    AddTexts(wanted, events[i], got);
    if (PreviousIsARace(wanted, actual, i)) wanted["prev"] = got["prev"];
    if (auto difference = Difference(wanted, got, rules)) {
      return Verdict::Differs(3, Place(wanted) + ": " + *difference);
    }
  }
  return Verdict::Passed();
}

// Every expected event has one of its own among the actual ones, as `same` sees it.
template <typename Same>
std::optional<std::string> FirstMissing(const Json& expected, const std::vector<Json>& actual,
                                        const Same& same) {
  std::vector<bool> used(actual.size(), false);
  for (const Json& wanted : expected) {
    std::size_t found = actual.size();
    for (std::size_t i = 0; i < actual.size() && found == actual.size(); ++i) {
      if (!used[i] && same(wanted, actual[i])) found = i;
    }
    if (found == actual.size()) return Place(wanted) + " is missing";
    used[found] = true;
  }
  return std::nullopt;
}

Verdict JudgeUnordered(const Json& expected, const std::vector<Json>& actual, bool all,
                       const Rules& rules) {
  if (auto missing = FirstMissing(expected, actual, [](const Json& a, const Json& b) {
        return TypeAndName(a) == TypeAndName(b);
      })) {
    return Verdict::Differs(2, *missing);
  }
  if (all && expected.size() != actual.size()) {
    return Verdict::Differs(2, "expected " + std::to_string(expected.size()) + " events, got " +
                                   std::to_string(actual.size()));
  }
  if (auto missing = FirstMissing(expected, actual, [&rules](const Json& a, const Json& b) {
        return TypeAndName(a) == TypeAndName(b) &&
               !Difference(WithoutTexts(DetailsOf(a)), DetailsOf(b), rules);
      })) {
    return Verdict::Differs(3, *missing + " with those details");
  }
  return Verdict::Passed();
}

}  // namespace

Json AsRecorded(const asl::HistoryEvent& event) {
  Json json = {{"id", event.id}, {"prev", event.previous_id}, {"type", event.type}};
  if (event.details.is_null()) return json;
  Json details = event.details;
  for (const std::string_view name : kTexts) {
    const auto member = details.find(name);
    if (member != details.end()) *member = Decoded(*member);
  }
  if (const auto assigned = details.find("assignedVariables"); assigned != details.end()) {
    for (Json& value : *assigned) value = Decoded(value);
  }
  details.erase("roleArn");
  json["details"] = std::move(details);
  return json;
}

Verdict JudgeHistory(const Json& expected, const std::string& how,
                     const std::vector<asl::HistoryEvent>& actual, const Rules& rules) {
  std::vector<Json> events;
  for (const asl::HistoryEvent& event : actual) events.push_back(AsRecorded(event));
  if (how == "exact") return JudgeSequence(expected, events, actual, rules);
  return JudgeUnordered(expected, events, how == "multiset", rules);
}

}  // namespace coldpath::conformance
