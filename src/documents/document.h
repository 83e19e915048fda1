// Reads the members of a stored JSON document, and remembers the first that is not as it should be.
#ifndef COLDPATH_DOCUMENTS_DOCUMENT_H_
#define COLDPATH_DOCUMENTS_DOCUMENT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"

namespace coldpath::documents {

// Microseconds since 1970 in UTC: how every time is stored.
std::int64_t ToMicros(base::Instant instant);
base::Instant FromMicros(std::int64_t micros);
base::Json ToJsonTime(const std::optional<base::Instant>& instant);  // null if absent

// A member that is missing or of another kind gives an empty value and a problem; the caller reads
// on and asks Check at the end. Readers of inner objects share the problem with their parent.
class DocumentReader {
 public:
  // Both outlive the reader.
  DocumentReader(const base::Json& json, std::string& problem) : json_(json), problem_(problem) {}

  std::string Text(const char* name);
  std::int64_t Integer(const char* name);
  int Int(const char* name) { return static_cast<int>(Integer(name)); }
  double Number(const char* name);
  bool Flag(const char* name);
  base::Instant Time(const char* name) { return FromMicros(Integer(name)); }
  std::optional<base::Instant> OptionalTime(const char* name);
  base::Date Day(const char* name);
  std::vector<std::string> Texts(const char* name);
  const base::Json& List(const char* name);
  const base::Json& Object(const char* name);
  // Whether there is anything but null.
  bool Has(const char* name) const;
  // A reader of a part of this document.
  DocumentReader Inner(const base::Json& part) { return {part, problem_}; }
  // `find` gives the value of a name, or nothing.
  template <typename Find>
  auto Named(const char* name, const Find& find) {
    const auto found = find(std::string_view(Text(name)));
    if (!found) Wrong(name);
    return found.value_or(typename std::decay_t<decltype(found)>::value_type{});
  }

  void Wrong(const char* name);

 private:
  const base::Json* Member(const char* name);

  const base::Json& json_;
  std::string& problem_;
};

// Parses and hands to `decode(DocumentReader&) -> T`. Error: store.corrupt, naming `what`.
base::Error CorruptDocument(const std::string& what, const std::string& problem);
template <typename Decode>
auto DecodeDocument(const std::string& what, std::string_view text, const Decode& decode)
    -> base::Result<std::invoke_result_t<const Decode&, DocumentReader&>> {
  const base::Result<base::Json> json = base::ParseJson(text);
  if (!json) return base::Fail(CorruptDocument(what, json.error().message));
  std::string problem;
  DocumentReader reader(*json, problem);
  auto value = decode(reader);
  if (!problem.empty()) return base::Fail(CorruptDocument(what, problem));
  return value;
}

}  // namespace coldpath::documents

#endif  // COLDPATH_DOCUMENTS_DOCUMENT_H_
