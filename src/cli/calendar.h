// The coverage calendar in the terminal: a row of blocks per data type, a block per week (or as
// many weeks as fit).
#ifndef COLDPATH_CLI_CALENDAR_H_
#define COLDPATH_CLI_CALENDAR_H_

#include <string>
#include <vector>

#include "cli/terminal.h"
#include "domain/coverage.h"

namespace coldpath::cli {

struct CalendarRow {
  std::string title;
  domain::TypeCoverage coverage;
};

// Each block shows the worst state of its days: failed before not attempted before complete before
// beyond history before empty; without colour the states are told apart by the block's form. Years
// stand above, a legend below.
std::string RenderCalendar(const Terminal& terminal, const std::vector<CalendarRow>& rows);

}  // namespace coldpath::cli

#endif  // COLDPATH_CLI_CALENDAR_H_
