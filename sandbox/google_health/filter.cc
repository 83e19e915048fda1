#include "sandbox/google_health/filter.h"

#include <algorithm>
#include <string>

namespace coldpath::sandbox {
namespace {

enum class MemberKind { kInstant, kCivil, kDate };

std::optional<MemberKind> KindOf(std::string_view member, const GoogleDataType& type) {
  const std::string prefix = FilterName(type) + ".";
  if (!member.starts_with(prefix)) return std::nullopt;
  member.remove_prefix(prefix.size());
  switch (type.shape) {
    case GoogleShape::kInterval:
      if (member == "interval.start_time") return MemberKind::kInstant;
      if (member == "interval.civil_start_time") return MemberKind::kCivil;
      break;
    case GoogleShape::kSample:
      if (member == "sample_time.physical_time") return MemberKind::kInstant;
      if (member == "sample_time.civil_time") return MemberKind::kCivil;
      break;
    case GoogleShape::kDaily:
      if (member == "date") return MemberKind::kDate;
      break;
    case GoogleShape::kExercise:
      if (member == "interval.civil_start_time") return MemberKind::kCivil;
      break;
    case GoogleShape::kSleep:
      if (member == "interval.end_time") return MemberKind::kInstant;
      if (member == "interval.civil_end_time") return MemberKind::kCivil;
      break;
    case GoogleShape::kOther:
      return MemberKind::kInstant;
  }
  return std::nullopt;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool AtEnd() {
    SkipSpaces();
    return rest_.empty();
  }
  std::string_view Name() {
    SkipSpaces();
    return TakeWhile([](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             c == '_' || c == '.';
    });
  }
  std::string_view Operator() {
    SkipSpaces();
    return TakeWhile([](char c) { return c == '<' || c == '>' || c == '=' || c == '!'; });
  }
  std::optional<std::string_view> Literal() {
    SkipSpaces();
    if (rest_.empty() || rest_.front() != '"') return std::nullopt;
    rest_.remove_prefix(1);
    const std::string_view literal = TakeWhile([](char c) { return c != '"'; });
    if (rest_.empty()) return std::nullopt;
    rest_.remove_prefix(1);
    return literal;
  }

 private:
  void SkipSpaces() {
    while (!rest_.empty() && rest_.front() == ' ') rest_.remove_prefix(1);
  }
  template <typename Predicate>
  std::string_view TakeWhile(Predicate predicate) {
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), predicate);
    const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(taken.size());
    return taken;
  }
  std::string_view rest_;
};

std::int64_t Micros(base::Instant instant) { return instant.time_since_epoch().count(); }

base::Result<std::int64_t> ReadValue(std::string_view literal, MemberKind kind) {
  const auto wrong = [&] {
    return base::Fail("filter.value",
                      "\"" + std::string(literal) + "\" is not a value of this member.");
  };
  if (kind == MemberKind::kInstant) {
    const auto parsed = base::ParseRfc3339(literal);
    if (!parsed) return wrong();
    return Micros(parsed->instant);
  }
  if (kind == MemberKind::kCivil && literal.size() > 10) {
    const auto parsed = base::ParseRfc3339(std::string(literal) + "Z");
    if (!parsed) return wrong();
    return Micros(parsed->instant);
  }
  const auto date = base::ParseDate(literal);
  if (!date) return wrong();
  return Micros(base::StartOfDay(*date, std::chrono::seconds(0)));
}

base::Date DayOf(std::int64_t micros) {
  return base::LocalDate(base::Instant(base::Duration(micros)), std::chrono::seconds(0));
}

}  // namespace

std::optional<base::Date> GoogleFilter::FirstDay() const {
  if (civil.HasFrom()) return DayOf(civil.from);
  if (physical.HasFrom()) return DayOf(physical.from);
  return std::nullopt;
}

std::optional<base::Date> GoogleFilter::LastDay() const {
  if (civil.HasTo()) return DayOf(civil.to - 1);
  if (physical.HasTo()) return DayOf(physical.to - 1);
  return std::nullopt;
}

base::Result<GoogleFilter> ParseGoogleFilter(std::string_view text, const GoogleDataType& type) {
  GoogleFilter filter;
  Reader reader(text);
  while (!reader.AtEnd()) {
    const std::string_view member = reader.Name();
    if (member.empty()) return base::Fail("filter.syntax", "A member name was expected.");
    const auto kind = KindOf(member, type);
    if (!kind) {
      return base::Fail("filter.member", "`" + std::string(member) + "` cannot be used to filter " +
                                             std::string(type.name) + ".");
    }
    const std::string_view op = reader.Operator();
    if (op != ">=" && op != "<") {
      return base::Fail("filter.syntax", "Only the operators >= and < are supported.");
    }
    const auto literal = reader.Literal();
    if (!literal) return base::Fail("filter.syntax", "A quoted literal was expected.");
    COLDPATH_ASSIGN_OR_RETURN(const std::int64_t value, ReadValue(*literal, *kind));
    MicrosRange& range = *kind == MemberKind::kInstant ? filter.physical : filter.civil;
    if (op == ">=") range.from = std::max(range.from, value);
    if (op == "<") range.to = std::min(range.to, value);
    if (reader.AtEnd()) break;
    if (reader.Name() != "AND" || reader.AtEnd()) {
      return base::Fail("filter.syntax", "Conditions are joined by AND alone.");
    }
  }
  return filter;
}

}  // namespace coldpath::sandbox
