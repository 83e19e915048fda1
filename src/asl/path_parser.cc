#include "asl/path_parser.h"

#include <cctype>
#include <charconv>
#include <utility>

namespace coldpath::asl {
namespace {

constexpr std::size_t kMaxPathBytes = 16384;
constexpr int kMaxFilterDepth = 32;

bool IsNameByte(char c) {
  const auto b = static_cast<unsigned char>(c);
  return b >= 0x80 || std::isalnum(b) != 0 || c == '_';
}

}  // namespace

std::unexpected<base::Error> PathParser::Malformed(std::string_view what) const {
  return base::Fail("asl.invalid_path", "'" + std::string(text_.substr(0, 200)) +
                                            "' is not a valid JSONPath: " + std::string(what) +
                                            " at character " + std::to_string(at_ + 1) + ".");
}

bool PathParser::Accept(std::string_view token) {
  if (!text_.substr(at_).starts_with(token)) return false;
  at_ += token.size();
  return true;
}

bool PathParser::AcceptWord(std::string_view word) {
  const std::string_view rest = text_.substr(at_);
  if (!rest.starts_with(word)) return false;
  if (rest.size() > word.size() && IsNameByte(rest[word.size()])) return false;
  at_ += word.size();
  return true;
}

void PathParser::SkipSpace() {
  while (!AtEnd() && (Peek() == ' ' || Peek() == '\t' || Peek() == '\n' || Peek() == '\r')) ++at_;
}

base::Result<Path> PathParser::Parse() {
  if (text_.size() > kMaxPathBytes && !embedded_) return Malformed("too long a text");
  Path path;
  COLDPATH_RETURN_IF_ERROR(ParseRoot(path));
  COLDPATH_RETURN_IF_ERROR(ParseSegments(path.segments_));
  if (!embedded_ && !AtEnd()) return Malformed("an unexpected character");
  path.text_ = std::string(text_.substr(0, at_));
  path.definite_ = IsDefinite(path.segments_);
  return path;
}

base::Status PathParser::ParseRoot(Path& path) {
  if (!Accept("$")) return Malformed("a path begins with '$'");
  if (Accept("$")) {
    path.root_ = Path::Root::kContext;
    return {};
  }
  const std::size_t begin = at_;
  while (!AtEnd() && IsNameByte(Peek())) ++at_;
  if (at_ == begin) return {};
  if (std::isdigit(static_cast<unsigned char>(text_[begin])) != 0) {
    return Malformed("a variable's name begins with a letter");
  }
  path.root_ = Path::Root::kVariable;
  path.variable_ = std::string(text_.substr(begin, at_ - begin));
  return {};
}

base::Status PathParser::ParseSegments(std::vector<PathSegment>& segments) {
  while (!AtEnd()) {
    PathSegment segment;
    if (Accept("..")) {
      segment.descend = true;
      if (Peek() == '[') {
        COLDPATH_RETURN_IF_ERROR(ParseBracket(segment));
      } else {
        COLDPATH_RETURN_IF_ERROR(ParseDotted(segment));
      }
    } else if (Accept(".")) {
      if (Peek() == '[') {
        COLDPATH_RETURN_IF_ERROR(ParseBracket(segment));
      } else {
        COLDPATH_RETURN_IF_ERROR(ParseDotted(segment));
      }
    } else if (Peek() == '[') {
      COLDPATH_RETURN_IF_ERROR(ParseBracket(segment));
    } else {
      break;
    }
    segments.push_back(std::move(segment));
    if (segments.size() > 256) return Malformed("more than 256 steps");
  }
  return {};
}

base::Status PathParser::ParseDotted(PathSegment& segment) {
  if (Accept("*")) {
    segment.kind = PathSegment::Kind::kWildcard;
    return {};
  }
  const std::size_t begin = at_;
  // Inside of filters and argument lists "-" still belongs to a name, as in Jayway.
  while (!AtEnd() && (IsNameByte(Peek()) || Peek() == '-' || Peek() == ':' || Peek() == '@')) ++at_;
  if (at_ == begin) return Malformed("a name is missing");
  std::string name(text_.substr(begin, at_ - begin));
  if (Accept("()")) {
    if (name != "length" && name != "size") return Malformed("the only function is length()");
    segment.kind = PathSegment::Kind::kLength;
    return {};
  }
  segment.fields.push_back(std::move(name));
  return {};
}

base::Status PathParser::ParseBracket(PathSegment& segment) {
  Accept("[");
  SkipSpace();
  if (Peek() == '\'' || Peek() == '"') {
    COLDPATH_RETURN_IF_ERROR(ParseQuotedFields(segment));
  } else if (Accept("*")) {
    segment.kind = PathSegment::Kind::kWildcard;
  } else if (Accept("?")) {
    segment.kind = PathSegment::Kind::kFilter;
    SkipSpace();
    if (!Accept("(")) return Malformed("a filter begins with '?('");
    if (++filter_depth_ > 8) return Malformed("filters nested too deeply");
    COLDPATH_ASSIGN_OR_RETURN(FilterExpression filter, ParseOr(0));
    --filter_depth_;
    SkipSpace();
    if (!Accept(")")) return Malformed("')' is missing");
    segment.filter = std::make_shared<const FilterExpression>(std::move(filter));
  } else {
    COLDPATH_RETURN_IF_ERROR(ParseNumbers(segment));
  }
  SkipSpace();
  if (!Accept("]")) return Malformed("']' is missing");
  return {};
}

base::Status PathParser::ParseQuotedFields(PathSegment& segment) {
  do {
    SkipSpace();
    COLDPATH_ASSIGN_OR_RETURN(std::string field, ParseQuoted());
    segment.fields.push_back(std::move(field));
    SkipSpace();
  } while (Accept(","));
  return {};
}

base::Status PathParser::ParseNumbers(PathSegment& segment) {
  auto number = [&](std::optional<std::int64_t>& value) {
    SkipSpace();
    std::int64_t parsed = 0;
    const char* begin = text_.data() + at_;
    const auto [end, failure] = std::from_chars(begin, text_.data() + text_.size(), parsed);
    if (failure == std::errc()) {
      value = parsed;
      at_ += static_cast<std::size_t>(end - begin);
    }
    SkipSpace();
  };
  std::optional<std::int64_t> first;
  number(first);
  if (Accept(":")) {
    segment.kind = PathSegment::Kind::kSlice;
    segment.slice_from = first;
    number(segment.slice_to);
    return {};
  }
  segment.kind = PathSegment::Kind::kIndexes;
  while (first.has_value()) {
    segment.indexes.push_back(*first);
    if (!Accept(",")) return {};
    first.reset();
    number(first);
  }
  return Malformed("an index is missing");
}

base::Result<std::string> PathParser::ParseQuoted() {
  const char quote = Peek();
  if (quote != '\'' && quote != '"') return Malformed("a quoted name is missing");
  ++at_;
  std::string value;
  while (!AtEnd() && Peek() != quote) {
    if (Peek() == '\\' && at_ + 1 < text_.size()) ++at_;
    value.push_back(text_[at_++]);
  }
  if (AtEnd()) return Malformed("a quote is not closed");
  ++at_;
  return value;
}

base::Result<FilterExpression> PathParser::ParseOr(int depth) {
  if (depth > kMaxFilterDepth) return Malformed("a filter nested too deeply");
  COLDPATH_ASSIGN_OR_RETURN(FilterExpression left, ParseAnd(depth));
  SkipSpace();
  if (!text_.substr(at_).starts_with("||")) return left;
  FilterExpression any;
  any.kind = FilterExpression::Kind::kOr;
  any.operands.push_back(std::move(left));
  while (SkipSpace(), Accept("||")) {
    COLDPATH_ASSIGN_OR_RETURN(FilterExpression next, ParseAnd(depth));
    any.operands.push_back(std::move(next));
  }
  return any;
}

base::Result<FilterExpression> PathParser::ParseAnd(int depth) {
  COLDPATH_ASSIGN_OR_RETURN(FilterExpression left, ParseUnary(depth));
  SkipSpace();
  if (!text_.substr(at_).starts_with("&&")) return left;
  FilterExpression all;
  all.kind = FilterExpression::Kind::kAnd;
  all.operands.push_back(std::move(left));
  while (SkipSpace(), Accept("&&")) {
    COLDPATH_ASSIGN_OR_RETURN(FilterExpression next, ParseUnary(depth));
    all.operands.push_back(std::move(next));
  }
  return all;
}

base::Result<FilterExpression> PathParser::ParseUnary(int depth) {
  if (depth > kMaxFilterDepth) return Malformed("a filter nested too deeply");
  SkipSpace();
  if (Peek() == '!' && !text_.substr(at_).starts_with("!=")) {
    ++at_;
    FilterExpression negation;
    negation.kind = FilterExpression::Kind::kNot;
    COLDPATH_ASSIGN_OR_RETURN(FilterExpression inner, ParseUnary(depth + 1));
    negation.operands.push_back(std::move(inner));
    return negation;
  }
  if (Accept("(")) {
    COLDPATH_ASSIGN_OR_RETURN(FilterExpression inner, ParseOr(depth + 1));
    SkipSpace();
    if (!Accept(")")) return Malformed("')' is missing");
    return inner;
  }
  return ParseComparison();
}

bool PathParser::ParseOperator(FilterExpression::Operator& op) {
  using Operator = FilterExpression::Operator;
  static constexpr std::pair<std::string_view, Operator> kSigns[] = {
      {"==", Operator::kEqual},       {"!=", Operator::kNotEqual},
      {"<=", Operator::kLessOrEqual}, {">=", Operator::kGreaterOrEqual},
      {"=~", Operator::kMatches},     {"<", Operator::kLess},
      {">", Operator::kGreater}};
  static constexpr std::pair<std::string_view, Operator> kWords[] = {
      {"in", Operator::kIn},
      {"IN", Operator::kIn},
      {"nin", Operator::kNotIn},
      {"NIN", Operator::kNotIn},
      {"subsetof", Operator::kSubsetOf},
      {"anyof", Operator::kAnyOf},
      {"noneof", Operator::kNoneOf},
      {"contains", Operator::kContains},
      {"size", Operator::kSize},
      {"empty", Operator::kEmpty}};
  for (const auto& [sign, value] : kSigns) {
    if (Accept(sign)) return op = value, true;
  }
  for (const auto& [word, value] : kWords) {
    if (AcceptWord(word)) return op = value, true;
  }
  return false;
}

base::Result<FilterExpression> PathParser::ParseComparison() {
  FilterExpression filter;
  COLDPATH_ASSIGN_OR_RETURN(filter.left, ParseOperand());
  SkipSpace();
  if (!ParseOperator(filter.comparison)) {
    if (filter.left.kind == FilterOperand::Kind::kLiteral ||
        filter.left.kind == FilterOperand::Kind::kPattern) {
      return Malformed("a comparison is missing");
    }
    return filter;
  }
  filter.kind = FilterExpression::Kind::kCompare;
  COLDPATH_ASSIGN_OR_RETURN(filter.right, ParseOperand());
  return filter;
}

base::Result<FilterOperand> PathParser::ParseOperand() {
  SkipSpace();
  FilterOperand operand;
  if (Peek() == '@' || Peek() == '$') {
    operand.kind = Peek() == '@' ? FilterOperand::Kind::kCurrent : FilterOperand::Kind::kDocument;
    ++at_;
    COLDPATH_RETURN_IF_ERROR(ParseSegments(operand.segments));
    operand.definite = IsDefinite(operand.segments);
    return operand;
  }
  if (Peek() == '/') return ParsePatternLiteral();
  COLDPATH_ASSIGN_OR_RETURN(operand.literal, ParseLiteral(0));
  return operand;
}

base::Result<FilterOperand> PathParser::ParsePatternLiteral() {
  ++at_;
  std::string pattern;
  while (!AtEnd() && Peek() != '/') {
    if (Peek() == '\\' && at_ + 1 < text_.size()) {
      if (text_[at_ + 1] != '/') pattern.push_back('\\');
      ++at_;
    }
    pattern.push_back(text_[at_++]);
  }
  if (!Accept("/")) return Malformed("a regular expression is not closed");
  bool ignore_case = false;
  while (!AtEnd() && std::isalpha(static_cast<unsigned char>(Peek())) != 0) {
    ignore_case = ignore_case || Peek() == 'i';
    ++at_;
  }
  COLDPATH_ASSIGN_OR_RETURN(Pattern compiled, Pattern::Compile(pattern, ignore_case));
  FilterOperand operand;
  operand.kind = FilterOperand::Kind::kPattern;
  operand.pattern = std::make_shared<const Pattern>(std::move(compiled));
  return operand;
}

base::Result<base::Json> PathParser::ParseArrayLiteral(int depth) {
  if (depth > kMaxFilterDepth) return Malformed("a literal nested too deeply");
  Accept("[");
  base::Json array = base::Json::array();
  SkipSpace();
  if (Accept("]")) return array;
  do {
    COLDPATH_ASSIGN_OR_RETURN(base::Json element, ParseLiteral(depth + 1));
    array.push_back(std::move(element));
    SkipSpace();
  } while (Accept(","));
  if (!Accept("]")) return Malformed("']' is missing");
  return array;
}

base::Result<base::Json> PathParser::ParseLiteral(int depth) {
  SkipSpace();
  if (Peek() == '[') return ParseArrayLiteral(depth);
  if (Peek() == '\'' || Peek() == '"') {
    COLDPATH_ASSIGN_OR_RETURN(std::string text, ParseQuoted());
    return base::Json(std::move(text));
  }
  if (AcceptWord("true")) return base::Json(true);
  if (AcceptWord("false")) return base::Json(false);
  if (AcceptWord("null")) return base::Json(nullptr);
  const std::size_t begin = at_;
  while (!AtEnd() && (std::isdigit(static_cast<unsigned char>(Peek())) != 0 ||
                      std::string_view("+-.eE").find(Peek()) != std::string_view::npos)) {
    ++at_;
  }
  auto number = base::ParseJson(text_.substr(begin, at_ - begin));
  if (!number || !number->is_number()) return Malformed("a value is missing");
  return *std::move(number);
}

bool IsDefinite(const std::vector<PathSegment>& segments) {
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const PathSegment& segment = segments[i];
    if (segment.descend) return false;
    switch (segment.kind) {
      case PathSegment::Kind::kFields:
        // Several names at the end give one object.
        if (segment.fields.size() > 1 && i + 1 < segments.size()) return false;
        break;
      case PathSegment::Kind::kIndexes:
        if (segment.indexes.size() > 1) return false;
        break;
      case PathSegment::Kind::kLength:
        break;
      default:
        return false;
    }
  }
  return true;
}

base::Result<Path> ParsePath(std::string_view text) { return PathParser(text, false).Parse(); }

base::Result<Path> ParsePathPrefix(std::string_view& text) {
  PathParser parser(text, true);
  auto path = parser.Parse();
  if (path) text.remove_prefix(parser.position());
  return path;
}

}  // namespace coldpath::asl
