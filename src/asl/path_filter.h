// Filters of JSONPath: [?(@.price < 10 && @.title =~ /a.*/i)].
#ifndef COLDPATH_ASL_PATH_FILTER_H_
#define COLDPATH_ASL_PATH_FILTER_H_

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "asl/path.h"
#include "asl/pattern.h"
#include "base/json.h"
#include "base/result.h"

namespace coldpath::asl {

// One side of a comparison.
struct FilterOperand {
  enum class Kind { kLiteral, kCurrent, kDocument, kPattern };
  Kind kind = Kind::kLiteral;
  base::Json literal;
  std::vector<PathSegment> segments;  // of @... (kCurrent) or $... (kDocument)
  bool definite = true;
  std::shared_ptr<const Pattern> pattern;
};

struct FilterExpression {
  enum class Kind { kOr, kAnd, kNot, kExists, kCompare };
  enum class Operator {
    kEqual,
    kNotEqual,
    kLess,
    kLessOrEqual,
    kGreater,
    kGreaterOrEqual,
    kMatches,
    kIn,
    kNotIn,
    kSubsetOf,
    kAnyOf,
    kNoneOf,
    kContains,
    kSize,
    kEmpty
  };
  Kind kind = Kind::kExists;
  std::vector<FilterExpression> operands;  // of kOr, kAnd, kNot
  FilterOperand left;
  Operator comparison = Operator::kEqual;
  FilterOperand right;
};

bool FilterHolds(const FilterExpression& filter, const base::Json& current,
                 const base::Json& document);

// What the segments name below `root`; nothing if that is nothing (or, of an indefinite path, an
// empty array).
std::optional<base::Json> ValueAt(const std::vector<PathSegment>& segments, bool definite,
                                  const base::Json& root, const base::Json& document);

}  // namespace coldpath::asl

#endif  // COLDPATH_ASL_PATH_FILTER_H_
