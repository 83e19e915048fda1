#include "asl/intrinsic.h"

#include <cctype>
#include <limits>
#include <utility>

#include "asl/intrinsic_functions.h"

namespace coldpath::asl {
namespace {

using base::Json;

// AWS documents a limit of ten nested calls in one field.
constexpr int kMaxNesting = 10;
constexpr std::size_t kMaxBytes = 65536;
constexpr int kAny = std::numeric_limits<int>::max();

struct Signature {
  std::string_view name;
  Function function;
  int least;
  int most;
};

constexpr Signature kSignatures[] = {{"Array", Function::kArray, 0, kAny},
                                     {"ArrayContains", Function::kArrayContains, 2, 2},
                                     {"ArrayGetItem", Function::kArrayGetItem, 2, 2},
                                     {"ArrayLength", Function::kArrayLength, 1, 1},
                                     {"ArrayPartition", Function::kArrayPartition, 2, 2},
                                     {"ArrayRange", Function::kArrayRange, 3, 3},
                                     {"ArrayUnique", Function::kArrayUnique, 1, 1},
                                     {"Base64Decode", Function::kBase64Decode, 1, 1},
                                     {"Base64Encode", Function::kBase64Encode, 1, 1},
                                     {"Format", Function::kFormat, 1, kAny},
                                     {"Hash", Function::kHash, 2, 2},
                                     {"JsonMerge", Function::kJsonMerge, 3, 3},
                                     {"JsonToString", Function::kJsonToString, 1, 1},
                                     {"MathAdd", Function::kMathAdd, 2, 2},
                                     {"MathRandom", Function::kMathRandom, 2, 3},
                                     {"StringSplit", Function::kStringSplit, 2, 2},
                                     {"StringToJson", Function::kStringToJson, 1, 1},
                                     {"UUID", Function::kUuid, 0, 0}};

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text), rest_(text) {}

  base::Result<Intrinsic> Parse() {
    if (text_.size() > kMaxBytes) return Malformed("it is too long");
    COLDPATH_ASSIGN_OR_RETURN(Intrinsic call, Call(1));
    SkipSpace();
    if (!rest_.empty()) return Malformed("something follows its ')'");
    return call;
  }

 private:
  std::unexpected<base::Error> Malformed(const std::string& what) const {
    return base::Fail("asl.invalid_intrinsic", "'" + std::string(text_.substr(0, 200)) +
                                                   "' is not a valid intrinsic: " + what + ".");
  }

  void SkipSpace() {
    while (!rest_.empty() && std::isspace(static_cast<unsigned char>(rest_.front())) != 0) {
      rest_.remove_prefix(1);
    }
  }

  bool Accept(char c) {
    SkipSpace();
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  base::Result<Intrinsic> Call(int depth) {
    if (depth > kMaxNesting) return Malformed("more than ten calls are nested");
    SkipSpace();
    const std::string_view begin = rest_;
    if (!rest_.starts_with("States.")) return Malformed("'States.' is missing");
    rest_.remove_prefix(7);
    std::size_t length = 0;
    while (length < rest_.size() && std::isalnum(static_cast<unsigned char>(rest_[length])) != 0) {
      ++length;
    }
    const std::string_view name = rest_.substr(0, length);
    rest_.remove_prefix(length);
    const Signature* signature = nullptr;
    for (const Signature& candidate : kSignatures) {
      if (candidate.name == name) signature = &candidate;
    }
    if (signature == nullptr) return Malformed("there is no such function");
    Intrinsic call;
    call.function = signature->function;
    if (!Accept('(')) return Malformed("'(' is missing");
    if (!Accept(')')) {
      do {
        COLDPATH_ASSIGN_OR_RETURN(Intrinsic::Argument argument, Argument(depth));
        call.arguments.push_back(std::move(argument));
      } while (Accept(','));
      if (!Accept(')')) return Malformed("')' is missing");
    }
    const int count = static_cast<int>(call.arguments.size());
    if (count < signature->least || count > signature->most) {
      return Malformed("it has the wrong number of arguments");
    }
    call.text = std::string(begin.substr(0, begin.size() - rest_.size()));
    return call;
  }

  base::Result<Intrinsic::Argument> Argument(int depth) {
    SkipSpace();
    if (rest_.empty()) return Malformed("an argument is missing");
    if (rest_.front() == '\'') return Text();
    if (rest_.front() == '$') {
      COLDPATH_ASSIGN_OR_RETURN(Path path, ParsePathPrefix(rest_));
      return Intrinsic::Argument(std::move(path));
    }
    if (rest_.starts_with("States.")) {
      COLDPATH_ASSIGN_OR_RETURN(Intrinsic call, Call(depth + 1));
      return Intrinsic::Argument(std::move(call));
    }
    return Plain();
  }

  // A number, true, false or null.
  base::Result<Intrinsic::Argument> Plain() {
    std::size_t length = 0;
    while (length < rest_.size() &&
           (std::isalnum(static_cast<unsigned char>(rest_[length])) != 0 ||
            std::string_view("+-.").find(rest_[length]) != std::string_view::npos)) {
      ++length;
    }
    auto value = base::ParseJson(rest_.substr(0, length));
    if (!value || value->is_structured()) return Malformed("an argument is not a value");
    rest_.remove_prefix(length);
    return Intrinsic::Argument(Intrinsic::Literal{*std::move(value), {}});
  }

  // 'text': \' \{ \} \\ stand for themselves (specification, "Intrinsic Functions"); any other
  // escape is an error.
  base::Result<Intrinsic::Argument> Text() {
    rest_.remove_prefix(1);
    std::string value;
    std::vector<std::size_t> holes;
    while (!rest_.empty() && rest_.front() != '\'') {
      if (rest_.front() == '\\') {
        if (rest_.size() < 2 ||
            std::string_view("'{}\\").find(rest_[1]) == std::string_view::npos) {
          return Malformed("a '\\' is followed by neither ' nor { nor } nor \\");
        }
        value.push_back(rest_[1]);
        rest_.remove_prefix(2);
        continue;
      }
      if (rest_.starts_with("{}")) {
        holes.push_back(value.size());
        value += "{}";
        rest_.remove_prefix(2);
        continue;
      }
      value.push_back(rest_.front());
      rest_.remove_prefix(1);
    }
    if (rest_.empty()) return Malformed("a quote is not closed");
    rest_.remove_prefix(1);
    return Intrinsic::Argument(Intrinsic::Literal{std::move(value), std::move(holes)});
  }

  std::string_view text_;
  std::string_view rest_;
};

Evaluated<Json> EvaluateArgument(const Intrinsic::Argument& argument, std::string_view field,
                                 const Json& input, Environment& environment) {
  if (const auto* literal = std::get_if<Intrinsic::Literal>(&argument)) return literal->value;
  if (const auto* call = std::get_if<Intrinsic>(&argument)) {
    return EvaluateIntrinsic(*call, field, input, environment);
  }
  const Path& path = std::get<Path>(argument);
  auto value = Lookup(path, input, environment);
  if (!value) {
    return FailState(kErrorRuntime, "The JSONPath '" + path.text() + "' specified for the field '" +
                                        std::string(field) + "' could not be found in the input '" +
                                        DocumentText(path, input, environment) + "'");
  }
  return (*std::move(value)).Take();
}

}  // namespace

base::Result<Intrinsic> ParseIntrinsic(std::string_view text) { return Parser(text).Parse(); }

Evaluated<Json> EvaluateIntrinsic(const Intrinsic& intrinsic, std::string_view field,
                                  const Json& input, Environment& environment) {
  std::vector<Json> arguments;
  arguments.reserve(intrinsic.arguments.size());
  const std::vector<std::size_t>* holes = nullptr;
  for (const Intrinsic::Argument& argument : intrinsic.arguments) {
    if (arguments.empty()) {
      if (const auto* literal = std::get_if<Intrinsic::Literal>(&argument)) holes = &literal->holes;
    }
    auto value = EvaluateArgument(argument, field, input, environment);
    if (!value) return value;
    arguments.push_back(*std::move(value));
  }
  auto result =
      CallFunction(intrinsic.function, std::move(arguments), holes, environment.Randomness());
  if (!result) {
    return FailState(kErrorIntrinsic, "The function '" + intrinsic.text +
                                          "' had the following error: " + result.error());
  }
  return *std::move(result);
}

void CollectPaths(const Intrinsic& intrinsic, std::vector<const Path*>& paths) {
  for (const Intrinsic::Argument& argument : intrinsic.arguments) {
    if (const auto* path = std::get_if<Path>(&argument)) paths.push_back(path);
    if (const auto* call = std::get_if<Intrinsic>(&argument)) CollectPaths(*call, paths);
  }
}

}  // namespace coldpath::asl
