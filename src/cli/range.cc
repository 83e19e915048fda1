#include <charconv>
#include <chrono>

#include "cli/commands.h"

namespace coldpath::cli {
namespace {

CommandError Usage(std::string message) { return {kUsage, std::move(message), nullptr}; }

// The first day of a span such as "30d", "6w", "12m", "10y" that ends with `today`.
std::optional<base::Date> StartOfSpan(const std::string& span, base::Date today) {
  int count = 0;
  const auto [unit, failure] = std::from_chars(span.data(), span.data() + span.size(), count);
  if (failure != std::errc() || count <= 0 || count > 100'000 ||
      unit + 1 != span.data() + span.size()) {
    return std::nullopt;
  }
  const std::chrono::year_month_day day(today);
  switch (*unit) {
    case 'd':
      return today - std::chrono::days(count - 1);
    case 'w':
      return today - std::chrono::days(7 * count - 1);
    case 'm':
    case 'y': {
      auto start = day - std::chrono::months(*unit == 'm' ? count : 12 * count);
      if (!start.ok()) start = start.year() / start.month() / std::chrono::last;
      return base::Date(start);
    }
    default:
      return std::nullopt;
  }
}

}  // namespace

CommandResult<base::Json> RangeBody(const RangeOptions& range, base::Instant now) {
  for (const std::string* text : {&range.from, &range.to}) {
    if (text->empty()) continue;
    if (const auto date = base::ParseDate(*text); !date) {
      return std::unexpected(Usage("\"" + *text + "\" is not a date; write it as 2024-05-01."));
    }
  }
  if (!range.last.empty() && !range.from.empty()) {
    return std::unexpected(Usage("--last and --from exclude each other."));
  }
  base::Json body = base::Json::object();
  const base::Date today = base::LocalDate(now, std::chrono::seconds(0));
  const base::Date end =
      range.to.empty() ? today + std::chrono::days(1) : *base::ParseDate(range.to);
  body["end"] = base::FormatDate(end);
  if (!range.from.empty()) {
    body["start"] = range.from;
    return body;
  }
  const std::string span = range.last.empty() ? "10y" : range.last;
  const auto start = StartOfSpan(span, end - std::chrono::days(1));
  if (!start) {
    return std::unexpected(
        Usage("\"" + span + "\" is not a span; write it as 30d, 6w, 12m or 10y."));
  }
  body["start"] = base::FormatDate(*start);
  return body;
}

}  // namespace coldpath::cli
