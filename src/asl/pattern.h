// Regular expressions of JSONPath filters (=~ /.../), matched in time linear in the text:
// std::regex recurses on its input and can be brought down by it.
#ifndef COLDPATH_ASL_PATTERN_H_
#define COLDPATH_ASL_PATTERN_H_

#include <bitset>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace coldpath::asl {

// Literals, ".", classes [a-z] [^a-z], \d \w \s \D \W \S, groups, "|", "*", "+", "?", "{m,n}", "^",
// "$". Works on bytes. A match covers the whole text, as Jayway's does.
class Pattern {
 public:
  // Error: asl.invalid_pattern (also when it would need more than kMaxSteps instructions).
  static base::Result<Pattern> Compile(std::string_view text, bool ignore_case);

  bool Matches(std::string_view text) const;

  static constexpr std::size_t kMaxSteps = 4096;

 private:
  friend class PatternCompiler;
  struct Step {
    enum class Kind { kByte, kSplit, kJump, kBegin, kEnd, kMatch };
    Kind kind = Kind::kMatch;
    std::bitset<256> bytes;
    std::size_t next = 0;
    std::size_t other = 0;
  };
  void Follow(std::size_t step, bool at_begin, bool at_end, std::vector<std::size_t>& threads,
              std::vector<bool>& seen) const;

  std::vector<Step> steps_;
};

}  // namespace coldpath::asl

#endif  // COLDPATH_ASL_PATTERN_H_
