// Jobs as the API shows them, in words.
#ifndef COLDPATH_CLI_JOB_TEXT_H_
#define COLDPATH_CLI_JOB_TEXT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "cli/calendar.h"
#include "cli/terminal.h"

namespace coldpath::cli {

// What the command line reads of a job (schema Job of api/openapi.yaml).
struct JobSummary {
  std::string id;
  std::string status;   // "RUNNING"
  std::string outcome;  // "complete_with_gaps", empty while it runs
  std::string phase;    // "fetching"
  std::string provider;
  std::string kind;
  std::string start;
  std::string end;
  std::string failure;
  std::int64_t chunks_total = 0;
  std::int64_t chunks_done = 0;
  std::int64_t chunks_failed = 0;
  std::int64_t records = 0;
  std::int64_t calls = 0;
  std::int64_t minimum_calls = 0;
  std::int64_t bytes = 0;
  std::optional<double> remaining_seconds;
  std::string waiting;  // why it waits, a sentence

  bool ended() const { return status == "SUCCEEDED" || status == "FAILED"; }
  bool paused() const { return phase == "paused"; }
};
JobSummary ReadJob(const base::Json& json);

// "complete", "finished with gaps: 3 of 120 chunks failed", ... coloured by what it means.
std::string OutcomeText(const Terminal& terminal, const JobSummary& job);
// A few lines: range, chunks, records, calls, time left.
std::string JobText(const Terminal& terminal, const JobSummary& job);
// One line that is redrawn while a job runs: bar, chunks, records, calls, time left or why it
// waits.
std::string ProgressLine(const Terminal& terminal, const JobSummary& job);
// The failed parts, grouped by cause (schema FailureList).
std::string FailuresText(const Terminal& terminal, const base::Json& failures);
// Rows of the coverage calendar (schema Coverage).
std::vector<CalendarRow> CoverageRows(const base::Json& coverage);

}  // namespace coldpath::cli

#endif  // COLDPATH_CLI_JOB_TEXT_H_
