#include "asl/pattern.h"

#include <cctype>
#include <cstdint>
#include <string>
#include <utility>

namespace coldpath::asl {
namespace {

constexpr int kMaxDepth = 64;
constexpr int kMaxRepeat = 256;

std::bitset<256> ClassOf(char letter) {
  std::bitset<256> bytes;
  for (int c = 0; c < 256; ++c) {
    bool in = false;
    switch (letter) {
      case 'd':
      case 'D':
        in = c >= '0' && c <= '9';
        break;
      case 'w':
      case 'W':
        in = c < 128 && (std::isalnum(c) != 0 || c == '_');
        break;
      default:
        in = c == ' ' || (c >= '\t' && c <= '\r');
        break;
    }
    bytes[static_cast<std::size_t>(c)] = in;
  }
  return std::isupper(static_cast<unsigned char>(letter)) != 0 ? ~bytes : bytes;
}

}  // namespace

// Thompson's construction. Every part is compiled by a function that appends its steps, so that
// repeating a part means reading its text again.
class PatternCompiler {
 public:
  PatternCompiler(std::string_view text, bool ignore_case)
      : text_(text), ignore_case_(ignore_case) {}

  base::Result<Pattern> Compile() {
    COLDPATH_RETURN_IF_ERROR(Alternatives(0));
    if (at_ < text_.size()) return Malformed("an unmatched ')'");
    Add(Step::Kind::kMatch);
    return std::move(pattern_);
  }

 private:
  using Step = Pattern::Step;

  std::unexpected<base::Error> Malformed(const std::string& what) const {
    return base::Fail("asl.invalid_pattern", "The regular expression holds " + what + " (at " +
                                                 std::to_string(at_) + ").");
  }

  std::size_t Add(Step::Kind kind) {
    pattern_.steps_.push_back({kind, {}, pattern_.steps_.size() + 1, 0});
    return pattern_.steps_.size() - 1;
  }

  // left | right ...: a split before each alternative but the last, a jump to the end behind each.
  base::Status Alternatives(int depth) {
    if (depth > kMaxDepth) return Malformed("too many nested groups");
    std::vector<std::size_t> exits;
    while (true) {
      const std::size_t begin = pattern_.steps_.size();
      COLDPATH_RETURN_IF_ERROR(Sequence(depth));
      if (at_ >= text_.size() || text_[at_] != '|') break;
      ++at_;
      InsertSplit(begin);
      exits.push_back(Add(Step::Kind::kJump));
      pattern_.steps_[begin].other = pattern_.steps_.size();
    }
    for (const std::size_t exit : exits) pattern_.steps_[exit].next = pattern_.steps_.size();
    return {};
  }

  // Puts a split before `begin`; every target behind it moves by one.
  void InsertSplit(std::size_t begin) {
    auto& steps = pattern_.steps_;
    steps.insert(steps.begin() + static_cast<std::ptrdiff_t>(begin), Step{});
    for (std::size_t i = begin + 1; i < steps.size(); ++i) {
      if (steps[i].next >= begin) ++steps[i].next;
      if (steps[i].kind == Step::Kind::kSplit && steps[i].other >= begin) ++steps[i].other;
    }
    steps[begin] = {Step::Kind::kSplit, {}, begin + 1, 0};
  }

  base::Status Sequence(int depth) {
    while (at_ < text_.size() && text_[at_] != '|' && text_[at_] != ')') {
      const std::size_t text_begin = at_;
      const std::size_t begin = pattern_.steps_.size();
      COLDPATH_RETURN_IF_ERROR(Atom(depth));
      COLDPATH_RETURN_IF_ERROR(Repetition(text_begin, begin, depth));
      if (pattern_.steps_.size() > Pattern::kMaxSteps) return Malformed("too much");
    }
    return {};
  }

  base::Status Repetition(std::size_t text_begin, std::size_t begin, int depth) {
    if (at_ >= text_.size()) return {};
    const std::size_t text_end = at_;
    int least = 0;
    int most = -1;  // without bound
    switch (text_[at_]) {
      case '*':
        ++at_;
        break;
      case '+':
        ++at_;
        least = 1;
        break;
      case '?':
        ++at_;
        most = 1;
        break;
      case '{':
        COLDPATH_RETURN_IF_ERROR(Bounds(least, most));
        break;
      default:
        return {};
    }
    // Lazy and possessive forms match the same texts as a whole, give or take.
    if (at_ < text_.size() && (text_[at_] == '?' || text_[at_] == '+')) ++at_;
    const std::size_t after = at_;
    pattern_.steps_.resize(begin);
    auto again = [&]() -> base::Status {
      at_ = text_begin;
      COLDPATH_RETURN_IF_ERROR(Atom(depth + 1));
      at_ = text_end;
      if (pattern_.steps_.size() > Pattern::kMaxSteps) return Malformed("too much");
      return {};
    };
    for (int i = 0; i < least; ++i) COLDPATH_RETURN_IF_ERROR(again());
    if (most < 0) {
      const std::size_t split = Add(Step::Kind::kSplit);
      COLDPATH_RETURN_IF_ERROR(again());
      pattern_.steps_[Add(Step::Kind::kJump)].next = split;
      pattern_.steps_[split].other = pattern_.steps_.size();
    }
    std::vector<std::size_t> splits;
    for (int i = least; i < most; ++i) {
      splits.push_back(Add(Step::Kind::kSplit));
      COLDPATH_RETURN_IF_ERROR(again());
    }
    for (const std::size_t split : splits) pattern_.steps_[split].other = pattern_.steps_.size();
    at_ = after;
    return {};
  }

  base::Status Bounds(int& least, int& most) {
    ++at_;
    auto number = [&]() {
      int value = -1;
      while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9' && value <= kMaxRepeat) {
        value = (value < 0 ? 0 : value * 10) + (text_[at_++] - '0');
      }
      return value;
    };
    least = number();
    most = least;
    if (at_ < text_.size() && text_[at_] == ',') {
      ++at_;
      most = number();
    }
    if (at_ >= text_.size() || text_[at_] != '}' || least < 0 || least > kMaxRepeat ||
        most > kMaxRepeat || (most >= 0 && most < least)) {
      return Malformed("a bad repetition");
    }
    ++at_;
    return {};
  }

  base::Status Atom(int depth) {
    const char c = text_[at_++];
    switch (c) {
      case '(':
        if (text_.substr(at_).starts_with("?:")) at_ += 2;
        COLDPATH_RETURN_IF_ERROR(Alternatives(depth + 1));
        if (at_ >= text_.size()) return Malformed("an unmatched '('");
        ++at_;
        return {};
      case '[':
        return Class();
      case '^':
        Add(Step::Kind::kBegin);
        return {};
      case '$':
        Add(Step::Kind::kEnd);
        return {};
      case '.': {
        std::bitset<256> any;
        any.set();
        any.reset('\n');
        AddBytes(any);
        return {};
      }
      case '\\': {
        COLDPATH_ASSIGN_OR_RETURN(const std::bitset<256> bytes, Escape());
        AddBytes(bytes);
        return {};
      }
      case '*':
      case '+':
      case '?':
        return Malformed("a repetition of nothing");
      default: {
        std::bitset<256> one;
        one.set(static_cast<unsigned char>(c));
        AddBytes(one);
        return {};
      }
    }
  }

  base::Result<std::bitset<256>> Escape() {
    if (at_ >= text_.size()) return Malformed("a '\\' at its end");
    const char c = text_[at_++];
    if (std::string_view("dDwWsS").find(c) != std::string_view::npos) return ClassOf(c);
    std::bitset<256> one;
    const char plain = c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
    one.set(static_cast<unsigned char>(plain));
    return one;
  }

  base::Status Class() {
    std::bitset<256> bytes;
    const bool negated = at_ < text_.size() && text_[at_] == '^';
    if (negated) ++at_;
    bool first = true;
    while (at_ < text_.size() && (text_[at_] != ']' || first)) {
      first = false;
      if (text_[at_] == '\\') {
        ++at_;
        COLDPATH_ASSIGN_OR_RETURN(const std::bitset<256> escaped, Escape());
        bytes |= escaped;
        continue;
      }
      const auto low = static_cast<unsigned char>(text_[at_++]);
      auto high = low;
      if (at_ + 1 < text_.size() && text_[at_] == '-' && text_[at_ + 1] != ']') {
        high = static_cast<unsigned char>(text_[at_ + 1]);
        at_ += 2;
      }
      if (high < low) return Malformed("a reversed range");
      for (int b = low; b <= high; ++b) bytes.set(static_cast<std::size_t>(b));
    }
    if (at_ >= text_.size()) return Malformed("an unmatched '['");
    ++at_;
    AddBytes(negated ? ~bytes : bytes);
    return {};
  }

  void AddBytes(std::bitset<256> bytes) {
    if (ignore_case_) {
      for (std::size_t c = 'a'; c <= 'z'; ++c) {
        const std::size_t upper = c - 'a' + 'A';
        if (bytes[c] || bytes[upper]) bytes[c] = bytes[upper] = true;
      }
    }
    pattern_.steps_[Add(Step::Kind::kByte)].bytes = bytes;
  }

  std::string_view text_;
  bool ignore_case_;
  std::size_t at_ = 0;
  Pattern pattern_;
};

base::Result<Pattern> Pattern::Compile(std::string_view text, bool ignore_case) {
  return PatternCompiler(text, ignore_case).Compile();
}

void Pattern::Follow(std::size_t step, bool at_begin, bool at_end,
                     std::vector<std::size_t>& threads, std::vector<bool>& seen) const {
  std::vector<std::size_t> pending = {step};
  while (!pending.empty()) {
    const std::size_t i = pending.back();
    pending.pop_back();
    if (seen[i]) continue;
    seen[i] = true;
    const Step& s = steps_[i];
    switch (s.kind) {
      case Step::Kind::kSplit:
        pending.push_back(s.next);
        pending.push_back(s.other);
        break;
      case Step::Kind::kJump:
        pending.push_back(s.next);
        break;
      case Step::Kind::kBegin:
        if (at_begin) pending.push_back(s.next);
        break;
      case Step::Kind::kEnd:
        if (at_end) pending.push_back(s.next);
        break;
      case Step::Kind::kByte:
      case Step::Kind::kMatch:
        threads.push_back(i);
        break;
    }
  }
}

bool Pattern::Matches(std::string_view text) const {
  std::vector<std::size_t> threads;
  std::vector<bool> seen(steps_.size(), false);
  Follow(0, true, text.empty(), threads, seen);
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::vector<std::size_t> next;
    seen.assign(steps_.size(), false);
    for (const std::size_t i : threads) {
      const Step& s = steps_[i];
      if (s.kind == Step::Kind::kByte && s.bytes[static_cast<unsigned char>(text[at])]) {
        Follow(s.next, false, at + 1 == text.size(), next, seen);
      }
    }
    threads = std::move(next);
    if (threads.empty()) return false;
  }
  for (const std::size_t i : threads) {
    if (steps_[i].kind == Step::Kind::kMatch) return true;
  }
  return false;
}

}  // namespace coldpath::asl
