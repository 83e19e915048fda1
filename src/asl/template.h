// Payload templates: Parameters, ResultSelector, ItemSelector, Assign (specification, "Payload
// Template").
#ifndef COLDPATH_ASL_TEMPLATE_H_
#define COLDPATH_ASL_TEMPLATE_H_

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "asl/environment.h"
#include "asl/failure.h"
#include "asl/intrinsic.h"
#include "asl/path.h"
#include "base/json.h"
#include "base/result.h"

namespace coldpath::asl {

// A string that is computed: a path or an intrinsic call, as fields ending in ".$" hold.
struct Expression {
  std::variant<Path, Intrinsic> value;
  const std::string& text() const;
};

// Error: asl.invalid_path, asl.invalid_intrinsic.
base::Result<Expression> ParseExpression(std::string_view text);
Evaluated<base::Json> EvaluateExpression(const Expression& expression, std::string_view field,
                                         const base::Json& input, Environment& environment);

struct Template {
  struct Member;
  // Parts that hold nothing to compute are one constant, however deep.
  std::variant<base::Json, Expression, std::vector<Template>, std::vector<Member>> content;

  bool IsConstant() const { return std::holds_alternative<base::Json>(content); }
};

struct Template::Member {
  std::string key;    // without ".$"
  std::string field;  // as written, for messages
  Template value;
};

// What is wrong within a template, and where.
struct TemplateProblem {
  std::string location;  // JSON pointer below the template: "/a/b.$"
  std::string message;
};
// Appends to `problems` what is wrong; the template is of use only if nothing is.
Template ParseTemplate(const base::Json& json, std::vector<TemplateProblem>& problems);

Evaluated<base::Json> EvaluateTemplate(const Template& payload, const base::Json& input,
                                       Environment& environment);

}  // namespace coldpath::asl

#endif  // COLDPATH_ASL_TEMPLATE_H_
