#include "base/time.h"

namespace coldpath::base {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hours;
using std::chrono::local_days;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::year_month_day;

// Reads fixed-width fields from the front of a text; the first one that does not fit makes all
// later ones fail.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  int Digits(int count) {
    int value = 0;
    for (int i = 0; i < count; ++i) {
      if (!NextIsDigit()) return Reject();
      value = value * 10 + (text_[at_++] - '0');
    }
    return value;
  }
  bool NextIsDigit() const { return at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; }
  // The next character if it is one of `allowed`.
  char OneOf(std::string_view allowed) {
    if (at_ >= text_.size() || allowed.find(text_[at_]) == std::string_view::npos) {
      Reject();
      return '\0';
    }
    return text_[at_++];
  }
  bool SkipIf(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  int Reject() {
    ok_ = false;
    return 0;
  }
  bool ok() const { return ok_; }
  bool AtEnd() const { return ok_ && at_ == text_.size(); }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

year_month_day ReadDate(Reader& reader) {
  const int year = reader.Digits(4);
  reader.OneOf("-");
  const int month = reader.Digits(2);
  reader.OneOf("-");
  const int day = reader.Digits(2);
  const year_month_day date{std::chrono::year(year),
                            std::chrono::month(static_cast<unsigned>(month)),
                            std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) reader.Reject();
  return date;
}

Duration ReadFraction(Reader& reader) {
  if (!reader.SkipIf('.')) return Duration(0);
  if (!reader.NextIsDigit()) reader.Reject();
  std::int64_t micros = 0;
  int digits = 0;
  for (; reader.NextIsDigit(); ++digits) {
    const int digit = reader.Digits(1);
    if (digits < 6) micros = micros * 10 + digit;
  }
  for (; digits < 6; ++digits) micros *= 10;
  return Duration(micros);
}

seconds ReadOffset(Reader& reader, bool colon_needed) {
  const char sign = reader.OneOf("+-Zz");
  if (sign == 'Z' || sign == 'z' || sign == '\0') return seconds(0);
  const int hour = reader.Digits(2);
  if (!reader.SkipIf(':') && colon_needed) reader.Reject();
  const int minute = reader.Digits(2);
  if (hour > 23 || minute > 59) reader.Reject();
  const seconds size = hours(hour) + minutes(minute);
  return sign == '-' ? -size : size;
}

void AppendPadded(std::string& out, std::int64_t value, int width) {
  const std::string digits = std::to_string(value);
  for (int i = static_cast<int>(digits.size()); i < width; ++i) out += '0';
  out += digits;
}

void AppendDate(std::string& out, year_month_day date) {
  AppendPadded(out, static_cast<int>(date.year()), 4);
  out += '-';
  AppendPadded(out, static_cast<unsigned>(date.month()), 2);
  out += '-';
  AppendPadded(out, static_cast<unsigned>(date.day()), 2);
}

// RFC 3339 has no seconds in an offset; local mean times of the 19th century have.
seconds WholeMinutes(seconds offset) { return floor<minutes>(offset); }

std::unexpected<Error> Malformed(std::string_view text, std::string_view form) {
  return Fail("time.malformed", "\"" + std::string(text.substr(0, 40)) + "\" is not of the form " +
                                    std::string(form) + ".");
}

}  // namespace

Result<ParsedInstant> ParseRfc3339(std::string_view text) {
  constexpr std::string_view kForm = "2024-05-01T07:12:00Z or 2024-05-01T09:12:00+02:00 (RFC 3339)";
  Reader reader(text);
  const year_month_day date = ReadDate(reader);
  reader.OneOf("Tt");
  const int hour = reader.Digits(2);
  reader.OneOf(":");
  const int minute = reader.Digits(2);
  reader.OneOf(":");
  const int second = reader.Digits(2);
  const Duration fraction = ReadFraction(reader);
  const seconds offset = ReadOffset(reader, /*colon_needed=*/true);
  if (!reader.AtEnd() || hour > 23 || minute > 59 || second > 60) return Malformed(text, kForm);

  const bool leap = second == 60;
  const auto whole =
      sys_days(date) + hours(hour) + minutes(minute) + seconds(leap ? 59 : second) - offset;
  // Leap seconds are inserted at the end of a UTC day only.
  if (leap && whole - floor<days>(whole) != seconds(86'399)) return Malformed(text, kForm);
  return ParsedInstant{whole + fraction, offset};
}

std::string FormatInstant(Instant instant) { return FormatInstant(instant, seconds(0)); }

std::string FormatInstant(Instant instant, seconds utc_offset) {
  const seconds offset = WholeMinutes(utc_offset);
  const Instant local = instant + offset;
  const auto day = floor<days>(local);
  const std::int64_t micros = (local - day).count();
  const std::int64_t second_of_day = micros / 1'000'000;
  const std::int64_t fraction = micros % 1'000'000;

  std::string out;
  out.reserve(35);
  AppendDate(out, year_month_day(day));
  out += 'T';
  AppendPadded(out, second_of_day / 3600, 2);
  out += ':';
  AppendPadded(out, second_of_day / 60 % 60, 2);
  out += ':';
  AppendPadded(out, second_of_day % 60, 2);
  if (fraction != 0) {
    out += '.';
    if (fraction % 1000 == 0) {
      AppendPadded(out, fraction / 1000, 3);
    } else {
      AppendPadded(out, fraction, 6);
    }
  }
  out += FormatUtcOffset(offset);
  return out;
}

Result<Date> ParseDate(std::string_view text) {
  Reader reader(text);
  const year_month_day date = ReadDate(reader);
  if (!reader.AtEnd()) return Malformed(text, "2024-05-01, a day that exists");
  const int year = static_cast<int>(date.year());
  if (year < 1900 || year > 2200) {
    return Fail("time.malformed",
                "The year of \"" + std::string(text) + "\" is not between 1900 and 2200.");
  }
  return local_days(date);
}

std::string FormatDate(Date date) {
  std::string out;
  AppendDate(out, year_month_day(date));
  return out;
}

Date LocalDate(Instant instant, seconds utc_offset) {
  return Date(floor<days>(instant + utc_offset).time_since_epoch());
}

Instant StartOfDay(Date date, seconds utc_offset) {
  return Instant(date.time_since_epoch()) - utc_offset;
}

std::string FormatUtcOffset(seconds offset) {
  const std::int64_t whole = std::chrono::duration_cast<minutes>(WholeMinutes(offset)).count();
  if (whole == 0) return "Z";
  const std::int64_t size = whole < 0 ? -whole : whole;
  std::string out(1, whole < 0 ? '-' : '+');
  AppendPadded(out, size / 60, 2);
  out += ':';
  AppendPadded(out, size % 60, 2);
  return out;
}

Result<seconds> ParseUtcOffset(std::string_view text) {
  Reader reader(text);
  const seconds offset = ReadOffset(reader, /*colon_needed=*/false);
  if (!reader.AtEnd()) return Malformed(text, "+02:00, +0200 or Z");
  return offset;
}

std::int64_t UnixMillis(Instant instant) {
  return floor<std::chrono::milliseconds>(instant).time_since_epoch().count();
}

std::int64_t UnixSeconds(Instant instant) {
  return floor<seconds>(instant).time_since_epoch().count();
}

Instant FromUnixMillis(std::int64_t millis) { return Instant(std::chrono::milliseconds(millis)); }

Instant FromUnixSeconds(std::int64_t seconds_since_epoch) {
  return Instant(seconds(seconds_since_epoch));
}

}  // namespace coldpath::base
