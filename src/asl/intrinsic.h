// Intrinsic functions: States.Format('Hello {}', $.name).
#ifndef COLDPATH_ASL_INTRINSIC_H_
#define COLDPATH_ASL_INTRINSIC_H_

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "asl/environment.h"
#include "asl/failure.h"
#include "asl/path.h"
#include "base/json.h"
#include "base/result.h"

namespace coldpath::asl {

enum class Function {
  kArray,
  kArrayContains,
  kArrayGetItem,
  kArrayLength,
  kArrayPartition,
  kArrayRange,
  kArrayUnique,
  kBase64Decode,
  kBase64Encode,
  kFormat,
  kHash,
  kJsonMerge,
  kJsonToString,
  kMathAdd,
  kMathRandom,
  kStringSplit,
  kStringToJson,
  kUuid
};

struct Intrinsic {
  struct Literal {
    base::Json value;
    // Of a Format template: where its "{}" stand; escaped braces are not among them.
    std::vector<std::size_t> holes;
  };
  using Argument = std::variant<Literal, Path, Intrinsic>;
  Function function = Function::kUuid;
  std::vector<Argument> arguments;
  std::string text;  // as it was written
};

// Error: asl.invalid_intrinsic (unknown function, wrong number of arguments, bad escapes, nested
// deeper than ten).
base::Result<Intrinsic> ParseIntrinsic(std::string_view text);

// `field` is the name of the field that holds the call, for messages.
Evaluated<base::Json> EvaluateIntrinsic(const Intrinsic& intrinsic, std::string_view field,
                                        const base::Json& input, Environment& environment);

// Every path in the arguments, nested calls included.
void CollectPaths(const Intrinsic& intrinsic, std::vector<const Path*>& paths);

}  // namespace coldpath::asl

#endif  // COLDPATH_ASL_INTRINSIC_H_
