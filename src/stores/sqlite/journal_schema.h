// What engine.db holds. It is on people's disks: change it by adding a migration, and see
// docs/formats.md.
#ifndef COLDPATH_STORES_SQLITE_JOURNAL_SCHEMA_H_
#define COLDPATH_STORES_SQLITE_JOURNAL_SCHEMA_H_

#include <string>
#include <vector>

#include "asl/advance.h"
#include "base/result.h"
#include "engine/journal.h"
#include "stores/sqlite/database.h"

namespace coldpath::stores {

// Times are microseconds since 1970 UTC. `status` is StatusCode below. An execution that has not
// ended has frames; one that has ended has none. Payloads above kInlinePayloadBytes lie in
// frame_payloads, so that a change of the frame's control does not write them again.
inline constexpr Migration kJournalMigrations[] = {{1, R"sql(
CREATE TABLE definitions(digest TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE executions(
  key INTEGER PRIMARY KEY,
  arn TEXT NOT NULL,
  name TEXT NOT NULL,
  state_machine_arn TEXT NOT NULL,
  definition TEXT NOT NULL,
  scope TEXT NOT NULL,
  context TEXT NOT NULL,
  parent INTEGER,
  parent_frame INTEGER,
  parent_run INTEGER,
  parent_index INTEGER,
  status INTEGER NOT NULL,
  started INTEGER NOT NULL,
  ended INTEGER,
  error TEXT,
  cause TEXT,
  input TEXT NOT NULL,
  output TEXT NOT NULL
);
CREATE UNIQUE INDEX executions_by_arn ON executions(arn);
CREATE INDEX executions_by_parent ON executions(parent, parent_frame, parent_run, parent_index)
  WHERE parent IS NOT NULL;
CREATE TABLE frames(
  execution INTEGER NOT NULL,
  id INTEGER NOT NULL,
  control TEXT NOT NULL,
  payload TEXT,
  PRIMARY KEY(execution, id)
) WITHOUT ROWID;
CREATE TABLE frame_payloads(
  execution INTEGER NOT NULL,
  id INTEGER NOT NULL,
  payload TEXT NOT NULL,
  PRIMARY KEY(execution, id)
);
CREATE TABLE history(
  row INTEGER PRIMARY KEY,
  execution INTEGER NOT NULL,
  last_id INTEGER NOT NULL,
  events TEXT NOT NULL
);
CREATE INDEX history_by_execution ON history(execution, last_id);
)sql"}};

inline constexpr std::size_t kInlinePayloadBytes = 1024;

// DO NOT CHANGE: these numbers are stored.
int StatusCode(asl::ExecutionStatus status);
// Error: store.corrupt.
base::Result<asl::ExecutionStatus> StatusOfCode(std::int64_t code);

std::int64_t MicrosOf(base::Instant instant);
base::Instant InstantOfMicros(std::int64_t micros);

// The `events` column: a JSON array of [id, previous id, time, type, details]. `text` grows; call
// FinishEvents at last.
void AppendEvent(const asl::HistoryEvent& event, std::string& text);
void FinishEvents(std::string& text);
// Error: store.corrupt.
base::Result<std::vector<asl::HistoryEvent>> ParseEvents(std::string_view text);

}  // namespace coldpath::stores

#endif  // COLDPATH_STORES_SQLITE_JOURNAL_SCHEMA_H_
