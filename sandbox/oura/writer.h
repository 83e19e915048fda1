// Writes one Oura document member by member.
#ifndef COLDPATH_SANDBOX_OURA_WRITER_H_
#define COLDPATH_SANDBOX_OURA_WRITER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/time.h"
#include "sandbox/json_text.h"
#include "sandbox/person/person.h"

namespace coldpath::sandbox {

class OuraWriter {
 public:
  OuraWriter& Text(std::string_view name, std::string_view value) {
    Name(name);
    AppendQuoted(out_, value);
    return *this;
  }
  OuraWriter& Integer(std::string_view name, std::int64_t value) {
    Name(name);
    AppendInteger(out_, value);
    return *this;
  }
  OuraWriter& Number(std::string_view name, double value, int digits) {
    Name(name);
    AppendDecimal(out_, value, digits);
    return *this;
  }
  OuraWriter& Null(std::string_view name) { return Raw(name, "null"); }
  // `json` is written as it is.
  OuraWriter& Raw(std::string_view name, std::string_view json) {
    Name(name);
    out_ += json;
    return *this;
  }
  std::string Object() && {
    out_ += '}';
    return std::move(out_);
  }

 private:
  void Name(std::string_view name) {
    if (out_.size() > 1) out_ += ',';
    out_ += '"';
    out_ += name;
    out_ += "\":";
  }
  std::string out_ = "{";
};

// PublicModifiedSleepModel (sleep.cc).
std::string SleepDocument(Person& person, base::Date date, const Sleep& sleep, bool impossible);

}  // namespace coldpath::sandbox

#endif  // COLDPATH_SANDBOX_OURA_WRITER_H_
