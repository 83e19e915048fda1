// JSONPath as Step Functions reads it: the dialect of Jayway's JsonPath for Java with "$$" (context
// object) and "$name" (variable) as further roots.
//
// Paths are compiled once, when a definition is parsed, and evaluated without copying where they
// are definite.
#ifndef COLDPATH_ASL_PATH_H_
#define COLDPATH_ASL_PATH_H_

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace coldpath::asl {

struct FilterExpression;  // asl/path_filter.h

struct PathSegment {
  enum class Kind { kFields, kIndexes, kSlice, kWildcard, kFilter, kLength };
  Kind kind = Kind::kFields;
  bool descend = false;  // "..": applies to every value below as well
  std::vector<std::string> fields;
  std::vector<std::int64_t> indexes;
  std::optional<std::int64_t> slice_from;
  std::optional<std::int64_t> slice_to;
  std::shared_ptr<const FilterExpression> filter;
};

class Path {
 public:
  enum class Root { kInput, kContext, kVariable };

  Root root() const { return root_; }
  const std::string& variable() const { return variable_; }
  const std::vector<PathSegment>& segments() const { return segments_; }
  // As it was written.
  const std::string& text() const { return text_; }
  // A definite path names at most one value; the others give an array of all that match.
  bool definite() const { return definite_; }
  // A Reference Path (specification, "Reference Paths") names exactly one place: fields and indexes
  // only.
  bool IsReference() const;
  // The path is its root and nothing else.
  bool IsRoot() const { return segments_.empty(); }

 private:
  friend class PathParser;
  Root root_ = Root::kInput;
  std::string variable_;
  std::vector<PathSegment> segments_;
  std::string text_;
  bool definite_ = true;
};

// Error: asl.invalid_path.
base::Result<Path> ParsePath(std::string_view text);

// Reads the path that `text` begins with, up to a comma, a closing parenthesis or white space
// outside of brackets, and removes it from `text`: for the arguments of intrinsic functions.
base::Result<Path> ParsePathPrefix(std::string_view& text);

// What a path names: a value within the document, or one that was put together from it.
class PathValue {
 public:
  explicit PathValue(const base::Json* value) : value_(value) {}
  explicit PathValue(base::Json owned) : owned_(std::move(owned)) {}
  const base::Json& get() const { return value_ != nullptr ? *value_ : owned_; }
  base::Json Take() && { return value_ != nullptr ? *value_ : std::move(owned_); }

 private:
  const base::Json* value_ = nullptr;
  base::Json owned_;
};

// Applies the segments from `first` on to `document`. The error is what is missing, in Jayway's
// words: "No results for path: $['a']" or "Missing property in path $['a']".
std::expected<PathValue, std::string> EvaluatePath(const Path& path, const base::Json& document,
                                                   std::size_t first = 0);

// Writes `value` into `document` at a reference path, making objects on the way where nothing
// stands. The error says which part of the path is in the way of it.
std::expected<void, std::string> AssignAt(const Path& path, base::Json& document, base::Json value);

}  // namespace coldpath::asl

#endif  // COLDPATH_ASL_PATH_H_
