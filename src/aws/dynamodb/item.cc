#include "aws/dynamodb/item.h"

#include <charconv>

namespace coldpath::aws::dynamodb {
namespace {

// The value inside of {"S": value}.
const base::Json* FindValue(const Item& item, std::string_view name, std::string_view kind) {
  const base::Json* const attribute = base::FindMember(item, name);
  return attribute == nullptr ? nullptr : base::FindMember(*attribute, kind);
}

}  // namespace

base::Json Text(std::string_view value) { return {{"S", std::string(value)}}; }
base::Json Number(std::int64_t value) { return {{"N", std::to_string(value)}}; }
base::Json Flag(bool value) { return {{"BOOL", value}}; }

std::optional<std::string> FindText(const Item& item, std::string_view name) {
  const base::Json* const value = FindValue(item, name, "S");
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return value->get<std::string>();
}

std::optional<std::int64_t> FindNumber(const Item& item, std::string_view name) {
  const base::Json* const value = FindValue(item, name, "N");
  if (value == nullptr || !value->is_string()) return std::nullopt;
  const auto& text = value->get_ref<const std::string&>();
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<bool> FindFlag(const Item& item, std::string_view name) {
  const base::Json* const value = FindValue(item, name, "BOOL");
  if (value == nullptr || !value->is_boolean()) return std::nullopt;
  return value->get<bool>();
}

void ItemReader::Wrong(std::string_view name) {
  if (problem_.empty()) {
    problem_ = "attribute \"" + std::string(name) + "\" is missing or wrong";
  }
}

std::string ItemReader::Text(std::string_view name) {
  auto value = FindText(item_, name);
  if (!value) Wrong(name);
  return std::move(value).value_or("");
}

std::int64_t ItemReader::Number(std::string_view name) {
  const auto value = FindNumber(item_, name);
  if (!value) Wrong(name);
  return value.value_or(0);
}

bool ItemReader::Flag(std::string_view name) {
  const auto value = FindFlag(item_, name);
  if (!value) Wrong(name);
  return value.value_or(false);
}

base::Status ItemReader::Check() const {
  if (problem_.empty()) return {};
  return base::Fail("store.corrupt", "DynamoDB: " + what_ + " cannot be read: " + problem_ +
                                         "; restore it from a backup");
}

std::size_t ItemBytes(const Item& item) {
  constexpr std::size_t kLongestNumber = 21;
  std::size_t bytes = 0;
  for (const auto& [name, attribute] : item.items()) {
    bytes += name.size();
    if (const base::Json* const text = base::FindMember(attribute, "S");
        text != nullptr && text->is_string()) {
      bytes += text->get_ref<const std::string&>().size();
    } else {
      bytes += kLongestNumber;
    }
  }
  return bytes;
}

}  // namespace coldpath::aws::dynamodb
