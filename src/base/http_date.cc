#include "base/http_date.h"

#include <algorithm>
#include <array>
#include <string>

namespace coldpath::base {

std::optional<Instant> ParseHttpDate(std::string_view text) {
  static constexpr std::array<std::string_view, 12> kMonths = {
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() != 29 || text.substr(3, 2) != ", " || !text.ends_with(" GMT")) {
    return std::nullopt;
  }
  const auto month = std::find(kMonths.begin(), kMonths.end(), text.substr(8, 3));
  if (month == kMonths.end() || text[7] != ' ' || text[11] != ' ' || text[16] != ' ') {
    return std::nullopt;
  }
  std::string number = std::to_string(month - kMonths.begin() + 1);
  number.insert(0, 2 - number.size(), '0');
  // The same moment as RFC 3339 writes it, which base/time.h checks digit by digit.
  const auto parsed =
      ParseRfc3339(std::string(text.substr(12, 4)) + "-" + number + "-" +
                   std::string(text.substr(5, 2)) + "T" + std::string(text.substr(17, 8)) + "Z");
  if (!parsed) return std::nullopt;
  return parsed->instant;
}

std::optional<Instant> ParseRetryAfter(std::string_view text, Instant now) {
  constexpr std::size_t kMostDigits = 9;
  const bool seconds =
      !text.empty() && text.size() <= kMostDigits &&
      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (seconds) return now + std::chrono::seconds(std::stoi(std::string(text)));
  return ParseHttpDate(text);
}

}  // namespace coldpath::base
