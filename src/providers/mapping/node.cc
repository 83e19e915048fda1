#include "providers/mapping/node.h"

#include <cmath>

namespace coldpath::providers::mapping {
namespace {

constexpr std::string_view kMissing = "is missing";

// RFC 6901 section 3.
std::string EscapedToken(std::string_view key) {
  std::string out;
  for (const char c : key) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

Node Node::operator[](std::string_view key) const& {
  return {present() ? base::FindMember(*json_, key) : nullptr, this, key, 0};
}

Node Node::Item(std::size_t index) const& {
  const bool found = present() && json_->is_array() && index < json_->size();
  return {found ? &(*json_)[index] : nullptr, this, std::string_view(), index};
}

std::string Node::Pointer() const {
  if (parent_ == nullptr) return "";
  return parent_->Pointer() + "/" +
         (key_.data() == nullptr ? std::to_string(index_) : EscapedToken(key_));
}

std::string Node::Because(std::string_view reason) const {
  return Pointer() + ": " + std::string(reason);
}

std::unexpected<base::Error> Node::Wrong(std::string_view reason) const {
  return base::Fail("mapping.invalid", Because(reason));
}

base::Status Node::Object() const {
  if (!present()) return Wrong(kMissing);
  if (!json_->is_object()) return Wrong("is not an object");
  return {};
}

base::Status Node::Array() const {
  if (!present()) return Wrong(kMissing);
  if (!json_->is_array()) return Wrong("is not an array");
  return {};
}

base::Result<double> Node::Number() const {
  if (!present()) return Wrong(kMissing);
  if (!json_->is_number()) return Wrong("is not a number");
  const double value = json_->get<double>();
  if (!std::isfinite(value)) return Wrong("is not a finite number");
  return value;
}

base::Result<std::int64_t> Node::Integer() const {
  if (!present()) return Wrong(kMissing);
  // FindInteger looks into the parent; the root of an answer is never an integer.
  const auto value = parent_ != nullptr && key_.data() != nullptr
                         ? base::FindInteger(*parent_->json_, key_)
                         : std::nullopt;
  if (!value) return Wrong("is not an integer");
  return *value;
}

base::Result<std::string_view> Node::Text() const {
  if (!present()) return Wrong(kMissing);
  if (!json_->is_string()) return Wrong("is not a text");
  return std::string_view(json_->get_ref<const std::string&>());
}

base::Result<base::ParsedInstant> Node::Time() const {
  COLDPATH_ASSIGN_OR_RETURN(const std::string_view text, Text());
  const auto parsed = base::ParseRfc3339(text);
  if (!parsed) return Wrong("is not a time with an offset (RFC 3339)");
  return *parsed;
}

base::Result<base::Date> Node::Day() const {
  COLDPATH_ASSIGN_OR_RETURN(const std::string_view text, Text());
  const auto parsed = base::ParseDate(text);
  if (!parsed) return Wrong("is not a date");
  return *parsed;
}

base::Result<std::optional<double>> Node::OptionalNumber() const {
  if (!present()) return std::optional<double>();
  COLDPATH_ASSIGN_OR_RETURN(const double value, Number());
  return std::optional<double>(value);
}

base::Result<std::optional<std::int64_t>> Node::OptionalInteger() const {
  if (!present()) return std::optional<std::int64_t>();
  COLDPATH_ASSIGN_OR_RETURN(const std::int64_t value, Integer());
  return std::optional<std::int64_t>(value);
}

std::string_view Node::TextOrEmpty() const {
  if (!present() || !json_->is_string()) return {};
  return json_->get_ref<const std::string&>();
}

bool Node::IsTrue() const { return present() && json_->is_boolean() && json_->get<bool>(); }

}  // namespace coldpath::providers::mapping
