// Choice rules (specification, "Choice State").
#ifndef COLDPATH_ASL_CHOICE_H_
#define COLDPATH_ASL_CHOICE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "asl/environment.h"
#include "asl/failure.h"
#include "asl/path.h"
#include "asl/template.h"
#include "base/json.h"

namespace coldpath::asl {

enum class Comparison {
  kIsNull,
  kIsPresent,
  kIsNumeric,
  kIsString,
  kIsBoolean,
  kIsTimestamp,
  kStringMatches,
  kEquals,
  kLessThan,
  kGreaterThan,
  kLessThanEquals,
  kGreaterThanEquals
};
enum class ComparedType { kAny, kString, kNumeric, kBoolean, kTimestamp };

// "NumericLessThanPath" and its like, taken apart.
struct Operator {
  Comparison comparison = Comparison::kEquals;
  ComparedType type = ComparedType::kAny;
  bool by_path = false;
};
std::optional<Operator> FindOperator(std::string_view name);

struct ChoiceRule {
  enum class Kind { kAnd, kOr, kNot, kCompare };
  Kind kind = Kind::kCompare;
  std::vector<ChoiceRule> rules;  // of kAnd, kOr, kNot
  std::optional<Path> variable;
  Operator op;
  std::string op_name;
  base::Json literal;
  std::optional<Path> value_path;  // of the ...Path operators
};

Evaluated<bool> RuleHolds(const ChoiceRule& rule, const base::Json& input,
                          Environment& environment);

// True if the literal of an operator has the type that it asks for.
bool IsLiteralFor(const Operator& op, const base::Json& literal);

// "*" matches any number of characters; "\*" and "\\" stand for themselves.
bool StringMatches(std::string_view pattern, std::string_view text);

// A date-time of RFC 3339 with "T" and an offset, as AWS accepts it.
bool IsTimestamp(std::string_view text);

}  // namespace coldpath::asl

#endif  // COLDPATH_ASL_CHOICE_H_
