#include "documents/document.h"

namespace coldpath::documents {

std::int64_t ToMicros(base::Instant instant) { return instant.time_since_epoch().count(); }

base::Instant FromMicros(std::int64_t micros) { return base::Instant(base::Duration(micros)); }

base::Json ToJsonTime(const std::optional<base::Instant>& instant) {
  return instant ? base::Json(ToMicros(*instant)) : base::Json(nullptr);
}

void DocumentReader::Wrong(const char* name) {
  if (problem_.empty()) problem_ = std::string("member \"") + name + "\" is missing or wrong";
}

const base::Json* DocumentReader::Member(const char* name) {
  const base::Json* member = base::FindMember(json_, name);
  if (member == nullptr) Wrong(name);
  return member;
}

std::string DocumentReader::Text(const char* name) {
  const base::Json* member = Member(name);
  if (member != nullptr && member->is_string()) return member->get<std::string>();
  Wrong(name);
  return {};
}

std::int64_t DocumentReader::Integer(const char* name) {
  const base::Json* member = Member(name);
  if (member != nullptr && member->is_number_integer()) return member->get<std::int64_t>();
  Wrong(name);
  return 0;
}

double DocumentReader::Number(const char* name) {
  const base::Json* member = Member(name);
  if (member != nullptr && member->is_number()) return member->get<double>();
  Wrong(name);
  return 0;
}

bool DocumentReader::Flag(const char* name) {
  const base::Json* member = Member(name);
  if (member != nullptr && member->is_boolean()) return member->get<bool>();
  Wrong(name);
  return false;
}

std::optional<base::Instant> DocumentReader::OptionalTime(const char* name) {
  const base::Json* member = Member(name);
  if (member == nullptr || member->is_null()) return std::nullopt;
  return Time(name);
}

base::Date DocumentReader::Day(const char* name) {
  const base::Result<base::Date> date = base::ParseDate(Text(name));
  if (date) return *date;
  Wrong(name);
  return {};
}

const base::Json& DocumentReader::List(const char* name) {
  static const base::Json kEmpty = base::Json::array();
  const base::Json* member = Member(name);
  if (member != nullptr && member->is_array()) return *member;
  Wrong(name);
  return kEmpty;
}

std::vector<std::string> DocumentReader::Texts(const char* name) {
  std::vector<std::string> texts;
  for (const base::Json& item : List(name)) {
    if (!item.is_string()) {
      Wrong(name);
      return texts;
    }
    texts.push_back(item.get<std::string>());
  }
  return texts;
}

const base::Json& DocumentReader::Object(const char* name) {
  static const base::Json kEmpty = base::Json::object();
  const base::Json* member = Member(name);
  if (member != nullptr && member->is_object()) return *member;
  Wrong(name);
  return kEmpty;
}

bool DocumentReader::Has(const char* name) const {
  const base::Json* member = base::FindMember(json_, name);
  return member != nullptr && !member->is_null();
}

base::Error CorruptDocument(const std::string& what, const std::string& problem) {
  return {"store.corrupt",
          "Stored data cannot be read: " + what + ": " + problem + "; restore it from a backup"};
}

}  // namespace coldpath::documents
