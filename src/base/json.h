// JSON documents: the one home of the JSON library.
//
// Objects keep their keys sorted, so that DumpJson of equal documents gives equal bytes: that is
// our canonical JSON (compact, keys in byte order, shortest numbers that read back as the same
// double).
#ifndef COLDPATH_BASE_JSON_H_
#define COLDPATH_BASE_JSON_H_

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

extern template class nlohmann::basic_json<>;

namespace coldpath::base {

using Json = nlohmann::json;

// Bounds for text that we did not write ourselves.
struct JsonLimits {
  std::size_t max_bytes = 64u << 20;
  int max_depth = 128;
};

// Reads one JSON document (RFC 8259, UTF-8). Errors: json.too_large, json.too_deep, json.malformed
// (with the byte).
Result<Json> ParseJson(std::string_view text, const JsonLimits& limits = {});

// Canonical JSON. Bytes that are not UTF-8 are replaced by U+FFFD, never thrown on.
std::string DumpJson(const Json& json);

// The same for people: indented by two.
std::string DumpJsonPretty(const Json& json);

// Member access that does not throw: the member if `json` is an object that has it with the asked
// kind.
const Json* FindMember(const Json& json, std::string_view key);
std::optional<std::string> FindString(const Json& json, std::string_view key);
std::optional<double> FindNumber(const Json& json, std::string_view key);
// An integer, also one that is written as a JSON string as Google's APIs do for int64.
std::optional<std::int64_t> FindInteger(const Json& json, std::string_view key);
std::optional<bool> FindBool(const Json& json, std::string_view key);

}  // namespace coldpath::base

#endif  // COLDPATH_BASE_JSON_H_
