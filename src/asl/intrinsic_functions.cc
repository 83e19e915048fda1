#include "asl/intrinsic_functions.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "base/crypto.h"
#include "base/digest.h"
#include "base/ids.h"

namespace coldpath::asl {
namespace {

using base::Json;
using Outcome = std::expected<Json, std::string>;
using Arguments = std::vector<Json>;

// AWS's limits ("Intrinsics for JSONPath states" in the Developer Guide).
constexpr std::size_t kMaxRange = 1000;
constexpr std::size_t kMaxText = 10000;
constexpr double kMaxInteger = 9007199254740992.0;

std::unexpected<std::string> Wrong(std::string text) { return std::unexpected(std::move(text)); }

// Numbers are rounded half up before they are used (observed: 1.5 becomes 2, -2.5 becomes -2).
std::optional<std::int64_t> Rounded(const Json& value) {
  if (value.is_number_integer()) {
    if (value.is_number_unsigned() && value.get<std::uint64_t>() > INT64_MAX) return std::nullopt;
    return value.get<std::int64_t>();
  }
  if (!value.is_number()) return std::nullopt;
  const double rounded = std::floor(value.get<double>() + 0.5);
  if (std::abs(rounded) > kMaxInteger) return std::nullopt;
  return static_cast<std::int64_t>(rounded);
}

// Objects and what they hold print as Java's maps do: {a=1, b=[x, y]}.
void AppendJavaText(std::string& text, const Json& value) {
  if (value.is_string()) {
    text += value.get_ref<const std::string&>();
  } else if (value.is_object()) {
    text += "{";
    bool first = true;
    for (const auto& [key, member] : value.items()) {
      if (!std::exchange(first, false)) text += ", ";
      text += key + "=";
      AppendJavaText(text, member);
    }
    text += "}";
  } else if (value.is_array()) {
    text += "[";
    bool first = true;
    for (const Json& element : value) {
      if (!std::exchange(first, false)) text += ", ";
      AppendJavaText(text, element);
    }
    text += "]";
  } else {
    text += base::DumpJson(value);
  }
}

Outcome Format(const Arguments& arguments, const std::vector<std::size_t>* holes) {
  if (!arguments[0].is_string()) return Wrong("The template must be a string.");
  const auto& pattern = arguments[0].get_ref<const std::string&>();
  std::vector<std::size_t> found;
  if (holes == nullptr) {
    for (std::size_t at = pattern.find("{}"); at != std::string::npos;
         at = pattern.find("{}", at + 2)) {
      found.push_back(at);
    }
    holes = &found;
  }
  if (holes->size() != arguments.size() - 1) {
    return Wrong("The number of arguments does not match the occurrences of {} in the template.");
  }
  std::string text;
  std::size_t from = 0;
  for (std::size_t i = 0; i < holes->size(); ++i) {
    text.append(pattern, from, (*holes)[i] - from);
    AppendJavaText(text, arguments[i + 1]);
    from = (*holes)[i] + 2;
  }
  text.append(pattern, from);
  return Json(std::move(text));
}

Outcome ArrayPartition(const Arguments& arguments) {
  if (!arguments[0].is_array()) return Wrong("The first argument must be an array.");
  const auto size = Rounded(arguments[1]);
  if (!size || *size <= 0) return Wrong("The chunk size must be a positive integer.");
  Json chunks = Json::array();
  for (const Json& element : arguments[0]) {
    if (chunks.empty() || static_cast<std::int64_t>(chunks.back().size()) >= *size) {
      chunks.push_back(Json::array());
    }
    chunks.back().push_back(element);
  }
  return chunks;
}

Outcome ArrayRange(const Arguments& arguments) {
  const auto first = Rounded(arguments[0]);
  const auto last = Rounded(arguments[1]);
  const auto step = Rounded(arguments[2]);
  if (!first || !last || !step) return Wrong("The arguments must be numbers.");
  if (*step == 0) return Wrong("The increment must not be zero.");
  Json range = Json::array();
  std::int64_t i = *first;
  while (*step > 0 ? i <= *last : i >= *last) {
    if (range.size() == kMaxRange) return Wrong("The range must not exceed 1000 elements.");
    range.push_back(i);
    if (__builtin_add_overflow(i, *step, &i)) break;
  }
  return range;
}

Outcome ArrayUnique(const Arguments& arguments) {
  if (!arguments[0].is_array()) return Wrong("The argument must be an array.");
  Json unique = Json::array();
  for (const Json& element : arguments[0]) {
    if (std::find(unique.begin(), unique.end(), element) == unique.end()) unique.push_back(element);
  }
  return unique;
}

Outcome ArrayGetItem(const Arguments& arguments) {
  if (!arguments[0].is_array()) return Wrong("The first argument must be an array.");
  const auto index = Rounded(arguments[1]);
  if (!index || *index < 0 || *index >= static_cast<std::int64_t>(arguments[0].size())) {
    return Wrong("The index is out of the bounds of the array.");
  }
  return arguments[0][static_cast<std::size_t>(*index)];
}

Outcome Base64(const Arguments& arguments, bool encode) {
  if (!arguments[0].is_string()) return Wrong("The argument must be a string.");
  const auto& text = arguments[0].get_ref<const std::string&>();
  if (text.size() > kMaxText) return Wrong("The argument must not exceed 10000 characters.");
  if (encode) return Json(base::Base64Encode(text));
  auto decoded = base::Base64Decode(text);
  if (!decoded) return Wrong("The argument is not Base64.");
  return Json(*std::move(decoded));
}

Outcome Hash(const Arguments& arguments) {
  if (!arguments[1].is_string()) return Wrong("The algorithm must be a string.");
  const std::string text =
      arguments[0].is_string() ? arguments[0].get<std::string>() : base::DumpJson(arguments[0]);
  if (text.size() > kMaxText) return Wrong("The argument must not exceed 10000 characters.");
  const auto digest = base::DigestHex(arguments[1].get_ref<const std::string&>(), text);
  if (!digest) return Wrong("The algorithm must be one of MD5, SHA-1, SHA-256, SHA-384, SHA-512.");
  return Json(*digest);
}

Outcome JsonMerge(Arguments arguments) {
  if (!arguments[0].is_object() || !arguments[1].is_object()) {
    return Wrong("The first two arguments must be objects.");
  }
  if (arguments[2] != Json(false)) return Wrong("Only shallow merging is supported.");
  for (auto& [key, member] : arguments[1].items()) arguments[0][key] = std::move(member);
  return std::move(arguments[0]);
}

Outcome MathAdd(const Arguments& arguments) {
  const auto a = Rounded(arguments[0]);
  const auto b = Rounded(arguments[1]);
  std::int64_t sum = 0;
  if (!a || !b) return Wrong("The arguments must be numbers.");
  if (__builtin_add_overflow(*a, *b, &sum)) return Wrong("The sum is out of range.");
  return Json(sum);
}

Outcome MathRandom(const Arguments& arguments, base::Random& random) {
  const auto from = Rounded(arguments[0]);
  const auto to = Rounded(arguments[1]);
  if (!from || !to) return Wrong("The bounds must be numbers.");
  if (*to <= *from) return Wrong("The end must be greater than the start.");
  const auto span = static_cast<std::uint64_t>(*to) - static_cast<std::uint64_t>(*from);
  std::uint64_t draw = 0;
  if (arguments.size() == 3) {
    const auto seed = Rounded(arguments[2]);
    if (!seed) return Wrong("The seed must be a number.");
    base::SeededRandom seeded(static_cast<std::uint64_t>(*seed));
    draw = seeded.NextUint64();
  } else {
    draw = random.NextUint64();
  }
  return Json(static_cast<std::int64_t>(static_cast<std::uint64_t>(*from) + draw % span));
}

Outcome StringSplit(const Arguments& arguments) {
  if (!arguments[0].is_string() || !arguments[1].is_string()) {
    return Wrong("The arguments must be strings.");
  }
  const auto& text = arguments[0].get_ref<const std::string&>();
  const auto& separators = arguments[1].get_ref<const std::string&>();
  Json pieces = Json::array();
  std::size_t from = 0;
  while (from <= text.size()) {
    const std::size_t to = std::min(text.find_first_of(separators, from), text.size());
    if (to > from) pieces.push_back(text.substr(from, to - from));
    from = to + 1;
  }
  return pieces;
}

Outcome StringToJson(const Arguments& arguments) {
  if (!arguments[0].is_string()) return Wrong("The argument must be a string.");
  const auto& text = arguments[0].get_ref<const std::string&>();
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) return Json(nullptr);
  auto value = base::ParseJson(text);
  if (!value) return Wrong("The argument is not JSON.");
  return *std::move(value);
}

}  // namespace

Outcome CallFunction(Function function, Arguments arguments, const std::vector<std::size_t>* holes,
                     base::Random& random) {
  switch (function) {
    case Function::kArray:
      return Json(std::move(arguments));
    case Function::kArrayContains:
      if (!arguments[0].is_array()) return Wrong("The first argument must be an array.");
      return Json(std::find(arguments[0].begin(), arguments[0].end(), arguments[1]) !=
                  arguments[0].end());
    case Function::kArrayGetItem:
      return ArrayGetItem(arguments);
    case Function::kArrayLength:
      if (!arguments[0].is_array()) return Wrong("The argument must be an array.");
      return Json(arguments[0].size());
    case Function::kArrayPartition:
      return ArrayPartition(arguments);
    case Function::kArrayRange:
      return ArrayRange(arguments);
    case Function::kArrayUnique:
      return ArrayUnique(arguments);
    case Function::kBase64Decode:
    case Function::kBase64Encode:
      return Base64(arguments, function == Function::kBase64Encode);
    case Function::kFormat:
      return Format(arguments, holes);
    case Function::kHash:
      return Hash(arguments);
    case Function::kJsonMerge:
      return JsonMerge(std::move(arguments));
    case Function::kJsonToString:
      return Json(base::DumpJson(arguments[0]));
    case Function::kMathAdd:
      return MathAdd(arguments);
    case Function::kMathRandom:
      return MathRandom(arguments, random);
    case Function::kStringSplit:
      return StringSplit(arguments);
    case Function::kStringToJson:
      return StringToJson(arguments);
    case Function::kUuid:
      return Json(base::MakeUuidV4(random));
  }
  return Wrong("There is no such function.");
}

}  // namespace coldpath::asl
