#include "sandbox/json_text.h"

#include <charconv>
#include <cstdlib>

namespace coldpath::sandbox {
namespace {

void AppendTwoDigits(std::string& out, unsigned value) {
  const char digits[2] = {static_cast<char>('0' + value / 10), static_cast<char>('0' + value % 10)};
  out.append(digits, 2);
}

void AppendDay(std::string& out, std::int64_t days_since_epoch) {
  const std::chrono::year_month_day day{std::chrono::sys_days(std::chrono::days(days_since_epoch))};
  const int year = static_cast<int>(day.year());
  AppendTwoDigits(out, static_cast<unsigned>(year / 100));
  AppendTwoDigits(out, static_cast<unsigned>(year % 100));
  out += '-';
  AppendTwoDigits(out, static_cast<unsigned>(day.month()));
  out += '-';
  AppendTwoDigits(out, static_cast<unsigned>(day.day()));
}

void AppendDayAndTime(std::string& out, std::int64_t seconds_since_epoch) {
  constexpr std::int64_t kDay = 86'400;
  std::int64_t day = seconds_since_epoch / kDay;
  std::int64_t second = seconds_since_epoch % kDay;
  if (second < 0) {
    second += kDay;
    --day;
  }
  AppendDay(out, day);
  out += 'T';
  AppendTwoDigits(out, static_cast<unsigned>(second / 3600));
  out += ':';
  AppendTwoDigits(out, static_cast<unsigned>(second / 60 % 60));
  out += ':';
  AppendTwoDigits(out, static_cast<unsigned>(second % 60));
}

}  // namespace

void AppendInteger(std::string& out, std::int64_t value) {
  char buffer[24];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  out.append(buffer, end);
}

void AppendDecimal(std::string& out, double value, int digits) {
  char buffer[64];
  auto end =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, digits).ptr;
  if (digits > 0) {
    while (end[-1] == '0') --end;
    if (end[-1] == '.') --end;
  }
  const std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
  out.append(text == "-0" ? "0" : text);
}

void AppendQuoted(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += "\\u00";
      out += kHex[static_cast<unsigned char>(c) >> 4];
      out += kHex[c & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

void AppendDate(std::string& out, base::Date date) {
  AppendDay(out, date.time_since_epoch().count());
}

void AppendUtc(std::string& out, base::Instant instant) {
  AppendDayAndTime(out, base::UnixSeconds(instant));
  out += 'Z';
}

void AppendLocal(std::string& out, base::Instant instant, std::chrono::seconds offset) {
  AppendDayAndTime(out, base::UnixSeconds(instant) + offset.count());
  out += offset.count() < 0 ? '-' : '+';
  const auto minutes = static_cast<unsigned>(std::abs(offset.count()) / 60);
  AppendTwoDigits(out, minutes / 60);
  out += ':';
  AppendTwoDigits(out, minutes % 60);
}

std::string DateText(base::Date date) {
  std::string text;
  AppendDate(text, date);
  return text;
}

std::string LocalText(base::Instant instant, std::chrono::seconds offset) {
  std::string text;
  AppendLocal(text, instant, offset);
  return text;
}

}  // namespace coldpath::sandbox
