#include "asl/choice.h"

#include <utility>

#include "base/time.h"

namespace coldpath::asl {
namespace {

using base::Json;

bool HasType(const Json& value, ComparedType type) {
  switch (type) {
    case ComparedType::kString:
      return value.is_string();
    case ComparedType::kNumeric:
      return value.is_number();
    case ComparedType::kBoolean:
      return value.is_boolean();
    case ComparedType::kTimestamp:
      return value.is_string() && IsTimestamp(value.get_ref<const std::string&>());
    case ComparedType::kAny:
      return true;
  }
  return false;
}

bool InOrder(Comparison comparison, int order) {
  switch (comparison) {
    case Comparison::kEquals:
      return order == 0;
    case Comparison::kLessThan:
      return order < 0;
    case Comparison::kGreaterThan:
      return order > 0;
    case Comparison::kLessThanEquals:
      return order <= 0;
    case Comparison::kGreaterThanEquals:
      return order >= 0;
    default:
      return false;
  }
}

// A comparison of values of a wrong type is false, never an error.
bool Compare(const Operator& op, const Json& left, const Json& right) {
  if (!HasType(left, op.type) || !HasType(right, op.type)) return false;
  if (op.comparison == Comparison::kStringMatches) {
    return StringMatches(right.get_ref<const std::string&>(), left.get_ref<const std::string&>());
  }
  if (op.type == ComparedType::kTimestamp) {
    const auto a = base::ParseRfc3339(left.get_ref<const std::string&>());
    const auto b = base::ParseRfc3339(right.get_ref<const std::string&>());
    if (!a || !b) return false;
    return InOrder(op.comparison, a->instant < b->instant ? -1 : (b->instant < a->instant ? 1 : 0));
  }
  return InOrder(op.comparison, left < right ? -1 : (right < left ? 1 : 0));
}

bool TypeTest(Comparison comparison, const Json& value) {
  switch (comparison) {
    case Comparison::kIsNull:
      return value.is_null();
    case Comparison::kIsPresent:
      return true;
    case Comparison::kIsNumeric:
      return value.is_number();
    case Comparison::kIsString:
      return value.is_string();
    case Comparison::kIsBoolean:
      return value.is_boolean();
    default:
      return HasType(value, ComparedType::kTimestamp);
  }
}

std::unexpected<Failure> InvalidReference(const Path& path) {
  return FailState(kErrorRuntime,
                   "Invalid path '" + path.text() +
                       "': The choice state's condition path references an invalid value.");
}

Evaluated<bool> CompareHolds(const ChoiceRule& rule, const Json& input, Environment& environment) {
  auto value = Lookup(*rule.variable, input, environment);
  if (rule.op.comparison <= Comparison::kIsTimestamp) {
    const bool wanted = rule.literal.get<bool>();
    if (!value) {
      if (rule.op.comparison == Comparison::kIsPresent) return !wanted;
      return InvalidReference(*rule.variable);
    }
    if (rule.op.comparison == Comparison::kIsPresent && !rule.variable->definite()) {
      return value->get().empty() != wanted;
    }
    return TypeTest(rule.op.comparison, value->get()) == wanted;
  }
  if (!value) return InvalidReference(*rule.variable);
  if (!rule.value_path) return Compare(rule.op, value->get(), rule.literal);
  auto right = Lookup(*rule.value_path, input, environment);
  if (!right) return InvalidReference(*rule.value_path);
  return Compare(rule.op, value->get(), right->get());
}

}  // namespace

std::optional<Operator> FindOperator(std::string_view name) {
  Operator op;
  static constexpr std::pair<std::string_view, Comparison> kTests[] = {
      {"IsNull", Comparison::kIsNull},       {"IsPresent", Comparison::kIsPresent},
      {"IsNumeric", Comparison::kIsNumeric}, {"IsString", Comparison::kIsString},
      {"IsBoolean", Comparison::kIsBoolean}, {"IsTimestamp", Comparison::kIsTimestamp}};
  for (const auto& [test, comparison] : kTests) {
    if (name == test) return Operator{comparison, ComparedType::kAny, false};
  }
  if (name == "StringMatches") {
    return Operator{Comparison::kStringMatches, ComparedType::kString, false};
  }
  if (name.ends_with("Path")) {
    op.by_path = true;
    name.remove_suffix(4);
  }
  static constexpr std::pair<std::string_view, ComparedType> kTypes[] = {
      {"String", ComparedType::kString},
      {"Numeric", ComparedType::kNumeric},
      {"Timestamp", ComparedType::kTimestamp},
      {"Boolean", ComparedType::kBoolean}};
  for (const auto& [prefix, type] : kTypes) {
    if (name.starts_with(prefix)) {
      op.type = type;
      name.remove_prefix(prefix.size());
      break;
    }
  }
  static constexpr std::pair<std::string_view, Comparison> kOrders[] = {
      {"Equals", Comparison::kEquals},
      {"LessThan", Comparison::kLessThan},
      {"GreaterThan", Comparison::kGreaterThan},
      {"LessThanEquals", Comparison::kLessThanEquals},
      {"GreaterThanEquals", Comparison::kGreaterThanEquals}};
  if (op.type == ComparedType::kAny) return std::nullopt;
  for (const auto& [order, comparison] : kOrders) {
    if (name != order) continue;
    if (op.type == ComparedType::kBoolean && comparison != Comparison::kEquals) return std::nullopt;
    op.comparison = comparison;
    return op;
  }
  return std::nullopt;
}

bool IsLiteralFor(const Operator& op, const Json& literal) {
  if (op.comparison <= Comparison::kIsTimestamp) return literal.is_boolean();
  return HasType(literal, op.type);
}

Evaluated<bool> RuleHolds(const ChoiceRule& rule, const Json& input, Environment& environment) {
  switch (rule.kind) {
    case ChoiceRule::Kind::kCompare:
      return CompareHolds(rule, input, environment);
    case ChoiceRule::Kind::kNot: {
      auto holds = RuleHolds(rule.rules.front(), input, environment);
      if (!holds) return holds;
      return !*holds;
    }
    default:
      break;
  }
  const bool decisive = rule.kind == ChoiceRule::Kind::kOr;
  for (const ChoiceRule& inner : rule.rules) {
    auto holds = RuleHolds(inner, input, environment);
    if (!holds) return holds;
    if (*holds == decisive) return decisive;
  }
  return !decisive;
}

bool StringMatches(std::string_view pattern, std::string_view text) {
  // The usual two-pointer match: on a mismatch the last "*" takes one character more.
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = ++p;
      star_text = t;
      continue;
    }
    const bool escaped = p + 1 < pattern.size() && pattern[p] == '\\';
    if (p < pattern.size() && pattern[p + (escaped ? 1 : 0)] == text[t]) {
      p += escaped ? 2 : 1;
      ++t;
      continue;
    }
    if (star == std::string_view::npos) return false;
    p = star;
    t = ++star_text;
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool IsTimestamp(std::string_view text) {
  return text.size() > 10 && text[10] == 'T' && base::ParseRfc3339(text).has_value();
}

}  // namespace coldpath::asl
