// The reader of JSONPath text. For path.cc only; everything else uses ParsePath.
#ifndef COLDPATH_ASL_PATH_PARSER_H_
#define COLDPATH_ASL_PATH_PARSER_H_

#include <string>
#include <string_view>
#include <vector>

#include "asl/path.h"
#include "asl/path_filter.h"
#include "base/result.h"

namespace coldpath::asl {

class PathParser {
 public:
  // `embedded`: stop at the end of an argument instead of the end of the text.
  PathParser(std::string_view text, bool embedded) : text_(text), embedded_(embedded) {}

  base::Result<Path> Parse();
  std::size_t position() const { return at_; }

 private:
  base::Status ParseRoot(Path& path);
  base::Status ParseSegments(std::vector<PathSegment>& segments);
  base::Status ParseDotted(PathSegment& segment);
  base::Status ParseBracket(PathSegment& segment);
  base::Status ParseQuotedFields(PathSegment& segment);
  base::Status ParseNumbers(PathSegment& segment);
  base::Result<FilterExpression> ParseOr(int depth);
  base::Result<FilterExpression> ParseAnd(int depth);
  base::Result<FilterExpression> ParseUnary(int depth);
  base::Result<FilterExpression> ParseComparison();
  base::Result<FilterOperand> ParseOperand();
  base::Result<FilterOperand> ParsePatternLiteral();
  base::Result<base::Json> ParseArrayLiteral(int depth);
  base::Result<base::Json> ParseLiteral(int depth);
  base::Result<std::string> ParseQuoted();
  bool ParseOperator(FilterExpression::Operator& op);

  bool AtEnd() const { return at_ >= text_.size(); }
  char Peek() const { return AtEnd() ? '\0' : text_[at_]; }
  bool Accept(std::string_view token);
  bool AcceptWord(std::string_view word);
  void SkipSpace();
  std::unexpected<base::Error> Malformed(std::string_view what) const;

  std::string_view text_;
  bool embedded_;
  std::size_t at_ = 0;
  int filter_depth_ = 0;
};

// True if no segment can match more than one value.
bool IsDefinite(const std::vector<PathSegment>& segments);

}  // namespace coldpath::asl

#endif  // COLDPATH_ASL_PATH_PARSER_H_
