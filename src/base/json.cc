#include "base/json.h"

#include <charconv>

template class nlohmann::basic_json<>;

namespace coldpath::base {
namespace {

// Depth is measured before parsing: the parser's own stack must never meet a document that is too
// deep.
int NestingDepth(std::string_view text, int stop_above) {
  int depth = 0;
  int deepest = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        in_string = false;
      }
      continue;
    }
    if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > deepest) deepest = depth;
      if (deepest > stop_above) return deepest;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return deepest;
}

}  // namespace

Result<Json> ParseJson(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.max_bytes) {
    return Fail("json.too_large", "The JSON text has " + std::to_string(text.size()) +
                                      " bytes; the limit is " + std::to_string(limits.max_bytes) +
                                      ".");
  }
  if (NestingDepth(text, limits.max_depth) > limits.max_depth) {
    return Fail("json.too_deep",
                "The JSON text nests deeper than " + std::to_string(limits.max_depth) + " levels.");
  }
  try {
    return Json::parse(text);
  } catch (const Json::parse_error& error) {
    return Fail("json.malformed",
                "The text is not JSON (at byte " + std::to_string(error.byte) + ").");
  } catch (const Json::exception&) {
    // Numbers beyond the range of a double.
    return Fail("json.malformed",
                "The text is not JSON that can be represented (a number is out of range).");
  }
}

std::string DumpJson(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string DumpJsonPretty(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

const Json* FindMember(const Json& json, std::string_view key) {
  if (!json.is_object()) return nullptr;
  const auto found = json.find(key);
  return found == json.end() ? nullptr : &*found;
}

std::optional<std::string> FindString(const Json& json, std::string_view key) {
  const Json* member = FindMember(json, key);
  if (member == nullptr || !member->is_string()) return std::nullopt;
  return member->get<std::string>();
}

std::optional<double> FindNumber(const Json& json, std::string_view key) {
  const Json* member = FindMember(json, key);
  if (member == nullptr || !member->is_number()) return std::nullopt;
  return member->get<double>();
}

std::optional<std::int64_t> FindInteger(const Json& json, std::string_view key) {
  const Json* member = FindMember(json, key);
  if (member == nullptr) return std::nullopt;
  if (member->is_number_integer()) {
    if (member->is_number_unsigned() &&
        member->get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX)) {
      return std::nullopt;
    }
    return member->get<std::int64_t>();
  }
  if (!member->is_string()) return std::nullopt;
  const auto& text = member->get_ref<const std::string&>();
  std::int64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<bool> FindBool(const Json& json, std::string_view key) {
  const Json* member = FindMember(json, key);
  if (member == nullptr || !member->is_boolean()) return std::nullopt;
  return member->get<bool>();
}

}  // namespace coldpath::base
