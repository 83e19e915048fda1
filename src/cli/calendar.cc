#include "cli/calendar.h"

#include <algorithm>
#include <chrono>

namespace coldpath::cli {
namespace {

using domain::DayState;

struct Look {
  char state;  // as the API shows days: DayState, and while a sync runs two more
  std::string_view block;
  Style style;
  std::string_view meaning;
};

// Worst first.
constexpr Look kLooks[] = {
    {static_cast<char>(DayState::kFailed), "✗", Style::kRed, "failed"},
    {'r', "▒", Style::kYellow, "being fetched"},
    {'w', "…", Style::kYellow, "waiting for the provider's quota"},
    {static_cast<char>(DayState::kNotAttempted), "░", Style::kYellow, "not attempted"},
    {static_cast<char>(DayState::kComplete), "█", Style::kGreen, "complete"},
    {static_cast<char>(DayState::kBeyondProviderHistory), "·", Style::kDim,
     "beyond the provider's history"},
    {static_cast<char>(DayState::kEmpty), "□", Style::kDim, "empty (the provider has none)"},
};

const Look& Worst(const domain::TypeCoverage& coverage, domain::DateRange block) {
  for (const Look& look : kLooks) {
    for (auto day = block.start; day < block.end; day += std::chrono::days(1)) {
      if (!coverage.range.Contains(day)) continue;
      if (static_cast<char>(coverage.At(day)) == look.state) return look;
    }
  }
  return kLooks[std::size(kLooks) - 1];
}

int YearOf(base::Date day) { return static_cast<int>(std::chrono::year_month_day(day).year()); }

std::string YearLine(base::Date start, base::Date end, int days_per_block) {
  std::string line;
  int column = 0;
  int shown = 0;
  for (base::Date day = start; day < end; day += std::chrono::days(days_per_block), ++column) {
    const base::Date last = day + std::chrono::days(days_per_block - 1);
    const int year = YearOf(last);
    if (year == shown || (shown == 0 && YearOf(day) != year)) continue;
    shown = year;
    const int gap = column - static_cast<int>(line.size());
    if (gap < 0)
      continue;  // no room: this year stays unnamed, so that the others stand where they begin
    line += std::string(static_cast<std::size_t>(gap), ' ') + std::to_string(year) + " ";
  }
  return line;
}

std::string Blocks(const Terminal& terminal, const domain::TypeCoverage& coverage, base::Date start,
                   base::Date end, int days_per_block) {
  std::string out;
  std::string run;
  const Look* look = nullptr;
  for (base::Date day = start; day < end; day += std::chrono::days(days_per_block)) {
    const domain::DateRange block{day, std::min(end, day + std::chrono::days(days_per_block))};
    const Look& next = Worst(coverage, block);
    if (look != nullptr && look != &next) {
      out += terminal.Paint(look->style, run);
      run.clear();
    }
    look = &next;
    run += next.block;
  }
  if (look != nullptr) out += terminal.Paint(look->style, run);
  return out;
}

std::string Legend(const Terminal& terminal, const std::vector<CalendarRow>& rows) {
  std::string legend;
  for (const Look& look : kLooks) {
    const bool seen = std::any_of(rows.begin(), rows.end(), [&](const CalendarRow& row) {
      return row.coverage.days.find(look.state) != std::string::npos;
    });
    if (!seen) continue;
    if (!legend.empty()) legend += "   ";
    legend += terminal.Paint(look.style, look.block) + " " + std::string(look.meaning);
  }
  return legend;
}

}  // namespace

std::string RenderCalendar(const Terminal& terminal, const std::vector<CalendarRow>& rows) {
  if (rows.empty()) return "";
  base::Date start = rows[0].coverage.range.start;
  base::Date end = rows[0].coverage.range.end;
  int title_width = 0;
  for (const CalendarRow& row : rows) {
    start = std::min(start, row.coverage.range.start);
    end = std::max(end, row.coverage.range.end);
    title_width = std::max(title_width, DisplayWidth(row.title));
  }
  const int days = static_cast<int>((end - start).count());
  const int columns = std::max(10, terminal.width - title_width - 2);
  const int days_per_block = days <= columns ? 1 : 7 * ((days + 7 * columns - 1) / (7 * columns));

  const std::string indent(static_cast<std::size_t>(title_width) + 2, ' ');
  std::string out =
      indent + terminal.Paint(Style::kDim, YearLine(start, end, days_per_block)) + "\n";
  for (const CalendarRow& row : rows) {
    out += PadRight(row.title, title_width) + "  " +
           Blocks(terminal, row.coverage, start, end, days_per_block) + "\n";
  }
  const std::string span = days_per_block == 1   ? "a day"
                           : days_per_block == 7 ? "a week"
                                                 : std::to_string(days_per_block / 7) + " weeks";
  return out + indent + Legend(terminal, rows) +
         terminal.Paint(Style::kDim, "   a block: " + span) + "\n";
}

}  // namespace coldpath::cli
