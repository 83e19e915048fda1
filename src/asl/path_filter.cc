#include "asl/path_filter.h"

#include <algorithm>
#include <optional>

namespace coldpath::asl {
namespace {

using base::Json;
using Operator = FilterExpression::Operator;

// Jayway orders numbers and texts, nothing else.
std::optional<int> Compare(const Json& a, const Json& b) {
  if (a.is_number() && b.is_number()) return a < b ? -1 : (b < a ? 1 : 0);
  if (a.is_string() && b.is_string())
    return a.get_ref<const std::string&>().compare(b.get_ref<const std::string&>());
  return std::nullopt;
}

bool Contains(const Json& array, const Json& value) {
  return array.is_array() && std::find(array.begin(), array.end(), value) != array.end();
}

bool HoldsFor(Operator op, const Json& left, const FilterOperand& right_operand,
              const std::optional<Json>& right) {
  if (op == Operator::kMatches) {
    return right_operand.pattern != nullptr && left.is_string() &&
           right_operand.pattern->Matches(left.get_ref<const std::string&>());
  }
  if (!right) return op == Operator::kNotEqual || op == Operator::kNotIn;
  const std::optional<int> order = Compare(left, *right);
  switch (op) {
    case Operator::kEqual:
      return left == *right;
    case Operator::kNotEqual:
      return left != *right;
    case Operator::kLess:
      return order && *order < 0;
    case Operator::kLessOrEqual:
      return order && *order <= 0;
    case Operator::kGreater:
      return order && *order > 0;
    case Operator::kGreaterOrEqual:
      return order && *order >= 0;
    case Operator::kIn:
      return Contains(*right, left);
    case Operator::kNotIn:
      return !Contains(*right, left);
    case Operator::kSubsetOf:
      return left.is_array() && std::all_of(left.begin(), left.end(),
                                            [&](const Json& v) { return Contains(*right, v); });
    case Operator::kAnyOf:
      return left.is_array() && std::any_of(left.begin(), left.end(),
                                            [&](const Json& v) { return Contains(*right, v); });
    case Operator::kNoneOf:
      return left.is_array() && std::none_of(left.begin(), left.end(),
                                             [&](const Json& v) { return Contains(*right, v); });
    case Operator::kContains:
      if (left.is_string() && right->is_string()) {
        return left.get_ref<const std::string&>().find(right->get_ref<const std::string&>()) !=
               std::string::npos;
      }
      return Contains(left, *right);
    case Operator::kSize: {
      const std::size_t size =
          left.is_string() ? left.get_ref<const std::string&>().size() : left.size();
      return (left.is_string() || left.is_array()) && right->is_number() && Json(size) == *right;
    }
    case Operator::kEmpty: {
      const bool empty =
          left.is_string() ? left.get_ref<const std::string&>().empty() : left.empty();
      return (left.is_string() || left.is_array()) && right->is_boolean() &&
             right->get<bool>() == empty;
    }
    case Operator::kMatches:
      break;
  }
  return false;
}

// The value of an operand; nothing if its path names nothing.
std::optional<Json> ValueOf(const FilterOperand& operand, const Json& current,
                            const Json& document) {
  switch (operand.kind) {
    case FilterOperand::Kind::kLiteral:
      return operand.literal;
    case FilterOperand::Kind::kPattern:
      return std::nullopt;
    default:
      break;
  }
  const Json& root = operand.kind == FilterOperand::Kind::kCurrent ? current : document;
  return ValueAt(operand.segments, operand.definite, root, document);
}

}  // namespace

bool FilterHolds(const FilterExpression& filter, const Json& current, const Json& document) {
  auto holds = [&](const FilterExpression& operand) {
    return FilterHolds(operand, current, document);
  };
  switch (filter.kind) {
    case FilterExpression::Kind::kOr:
      return std::any_of(filter.operands.begin(), filter.operands.end(), holds);
    case FilterExpression::Kind::kAnd:
      return std::all_of(filter.operands.begin(), filter.operands.end(), holds);
    case FilterExpression::Kind::kNot:
      return !holds(filter.operands.front());
    case FilterExpression::Kind::kExists:
      return ValueOf(filter.left, current, document).has_value();
    case FilterExpression::Kind::kCompare: {
      const std::optional<Json> left = ValueOf(filter.left, current, document);
      const std::optional<Json> right = ValueOf(filter.right, current, document);
      if (!left) return filter.comparison == Operator::kNotEqual && right.has_value();
      return HoldsFor(filter.comparison, *left, filter.right, right);
    }
  }
  return false;
}

}  // namespace coldpath::asl
