#include "expectation.h"

namespace coldpath::conformance {
namespace {

using base::Json;

std::string Brief(const Json& value) {
  std::string text = base::DumpJson(value);
  if (text.size() > 160) text = text.substr(0, 160) + "...";
  return text;
}

std::optional<std::string> Differs(const Json& expected, const Json& actual,
                                   const std::string& at) {
  return (at.empty() ? "/" : at) + ": expected " + Brief(expected) + ", got " + Brief(actual);
}

bool HoldsParts(const Json& parts, const std::string& text) {
  std::size_t from = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string part = parts[i].get<std::string>();
    const std::size_t found = text.find(part, from);
    if (found == std::string::npos || (i == 0 && found != 0)) return false;
    from = found + part.size();
  }
  return true;
}

// Of an object that is a wildcard: the wildcard's name.
std::string Wildcard(const Json& expected) {
  if (!expected.is_object() || expected.size() != 1) return "";
  const std::string name = expected.begin().key();
  return name == "$any" || name == "$parts" || name == "$json" ? name : "";
}

std::optional<std::string> ObjectDifference(const Json& expected, const Json& actual,
                                            const Rules& rules, const std::string& at) {
  if (!actual.is_object()) return Differs(expected, actual, at);
  for (const auto& [name, value] : expected.items()) {
    const auto member = actual.find(name);
    if (member == actual.end()) return at + "/" + name + ": expected, but absent";
    if (auto difference = Difference(value, *member, rules, at + "/" + name)) return difference;
  }
  for (const auto& [name, value] : actual.items()) {
    if (expected.contains(name)) continue;
    if (name == "RedriveCount" && rules.redrive_count_may_appear) continue;
    return at + "/" + name + ": not expected, but " + Brief(value);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> Difference(const Json& expected, const Json& actual, const Rules& rules,
                                      const std::string& at) {
  const std::string wildcard = Wildcard(expected);
  if (wildcard == "$any") return std::nullopt;
  if (wildcard == "$parts") {
    const bool holds =
        actual.is_string() && HoldsParts(expected["$parts"], actual.get_ref<const std::string&>());
    return holds ? std::nullopt : Differs(expected, actual, at);
  }
  if (wildcard == "$json") {
    if (!actual.is_string()) return Differs(expected, actual, at);
    const auto parsed = base::ParseJson(actual.get_ref<const std::string&>());
    if (!parsed) return Differs(expected, actual, at);
    return Difference(expected["$json"], *parsed, rules, at);
  }
  if (expected.is_object()) return ObjectDifference(expected, actual, rules, at);
  if (expected.is_array()) {
    if (!actual.is_array() || actual.size() != expected.size()) {
      return Differs(expected, actual, at);
    }
    for (std::size_t i = 0; i < expected.size(); ++i) {
      if (auto difference =
              Difference(expected[i], actual[i], rules, at + "/" + std::to_string(i))) {
        return difference;
      }
    }
    return std::nullopt;
  }
  return expected == actual ? std::nullopt : Differs(expected, actual, at);
}

}  // namespace coldpath::conformance
