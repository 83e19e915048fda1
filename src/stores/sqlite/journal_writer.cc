#include "stores/sqlite/journal_writer.h"

#include <map>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "stores/sqlite/journal_schema.h"

namespace coldpath::stores {
namespace {

using engine::ExecutionKey;
using engine::JournalBatch;

// What a transaction leaves of a frame.
struct FrameOutcome {
  const std::string* control = nullptr;  // null: removed
  const std::string* payload = nullptr;  // null: as it was
};

struct FrameHash {
  std::size_t operator()(const std::pair<ExecutionKey, asl::FrameId>& frame) const {
    return static_cast<std::size_t>(frame.first) * 0x9e3779b97f4a7c15u + frame.second;
  }
};

// SQLite's integers are signed; frame ids come back through the same cast.
std::int64_t Stored(asl::FrameId frame) { return static_cast<std::int64_t>(frame); }

base::Status InsertExecution(Database& database, const engine::ExecutionRecord& record) {
  std::optional<std::int64_t> parent, frame, run, index;
  if (record.parent) {
    parent = record.parent->parent;
    frame = Stored(record.parent->frame);
    run = record.parent->run;
    index = record.parent->index;
  }
  return database.Run(
      "INSERT INTO executions(key,arn,name,state_machine_arn,definition,scope,context,parent,"
      "parent_frame,parent_run,parent_index,status,started,input,output)"
      " VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,'')",
      record.key, record.arn, record.name, record.state_machine_arn, record.definition_digest,
      record.scope, record.context, parent, frame, run, index, StatusCode(record.status),
      MicrosOf(record.started), record.input);
}

base::Status EndExecution(Database& database, const JournalBatch::Ending& ending) {
  COLDPATH_RETURN_IF_ERROR(
      database.Run("UPDATE executions SET status=?,ended=?,output=?,error=?,cause=? WHERE key=?",
                   StatusCode(ending.status), MicrosOf(ending.ended), ending.output, ending.error,
                   ending.cause, ending.execution));
  COLDPATH_RETURN_IF_ERROR(database.Run("DELETE FROM frames WHERE execution=?", ending.execution));
  return database.Run("DELETE FROM frame_payloads WHERE execution=?", ending.execution);
}

base::Status WriteFrame(Database& database, ExecutionKey execution, asl::FrameId frame,
                        const FrameOutcome& outcome) {
  const std::int64_t id = Stored(frame);
  if (outcome.control == nullptr) {
    COLDPATH_RETURN_IF_ERROR(
        database.Run("DELETE FROM frames WHERE execution=? AND id=?", execution, id));
    return database.Run("DELETE FROM frame_payloads WHERE execution=? AND id=?", execution, id);
  }
  if (outcome.payload == nullptr) {
    return database.Run(
        "INSERT INTO frames(execution,id,control) VALUES(?,?,?)"
        " ON CONFLICT(execution,id) DO UPDATE SET control=excluded.control",
        execution, id, *outcome.control);
  }
  const bool fits = outcome.payload->size() <= kInlinePayloadBytes;
  COLDPATH_RETURN_IF_ERROR(database.Run(
      "INSERT OR REPLACE INTO frames(execution,id,control,payload) VALUES(?,?,?,?)", execution, id,
      *outcome.control, fits ? std::optional<std::string_view>(*outcome.payload) : std::nullopt));
  if (fits) {
    return database.Run("DELETE FROM frame_payloads WHERE execution=? AND id=?", execution, id);
  }
  return database.Run("INSERT OR REPLACE INTO frame_payloads(execution,id,payload) VALUES(?,?,?)",
                      execution, id, *outcome.payload);
}

base::Status WriteFrames(Database& database, std::span<const JournalBatch* const> batches,
                         const std::unordered_set<ExecutionKey>& ended) {
  std::unordered_map<std::pair<ExecutionKey, asl::FrameId>, FrameOutcome, FrameHash> outcomes;
  for (const JournalBatch* batch : batches) {
    for (const auto& write : batch->frames) {
      if (ended.contains(write.execution)) continue;
      FrameOutcome& outcome = outcomes[{write.execution, write.change.id}];
      outcome.control = write.change.removed ? nullptr : &write.change.control;
      if (write.change.removed) {
        outcome.payload = nullptr;
      } else if (write.change.payload) {
        outcome.payload = &*write.change.payload;
      }
    }
  }
  for (const auto& [frame, outcome] : outcomes) {
    COLDPATH_RETURN_IF_ERROR(WriteFrame(database, frame.first, frame.second, outcome));
  }
  return {};
}

base::Status WriteHistory(Database& database, std::span<const JournalBatch* const> batches) {
  struct Row {
    std::int64_t last_id = 0;
    std::string events;
  };
  std::map<ExecutionKey, Row> rows;
  for (const JournalBatch* batch : batches) {
    for (const auto& append : batch->history) {
      Row& row = rows[append.execution];
      row.last_id = append.event.id;
      AppendEvent(append.event, row.events);
    }
  }
  for (auto& [execution, row] : rows) {
    FinishEvents(row.events);
    COLDPATH_RETURN_IF_ERROR(
        database.Run("INSERT INTO history(execution,last_id,events) VALUES(?,?,?)", execution,
                     row.last_id, row.events));
  }
  return {};
}

}  // namespace

base::Status WriteBatches(Database& database, std::span<const JournalBatch* const> batches) {
  std::unordered_set<ExecutionKey> ended;
  for (const JournalBatch* batch : batches) {
    for (const auto& definition : batch->definitions) {
      COLDPATH_RETURN_IF_ERROR(
          database.Run("INSERT OR IGNORE INTO definitions(digest,text) VALUES(?,?)",
                       definition.digest, definition.text));
    }
    for (const auto& record : batch->created) {
      COLDPATH_RETURN_IF_ERROR(InsertExecution(database, record));
    }
    for (const auto& ending : batch->ended) ended.insert(ending.execution);
  }
  COLDPATH_RETURN_IF_ERROR(WriteFrames(database, batches, ended));
  COLDPATH_RETURN_IF_ERROR(WriteHistory(database, batches));
  for (const JournalBatch* batch : batches) {
    for (const auto& ending : batch->ended) {
      COLDPATH_RETURN_IF_ERROR(EndExecution(database, ending));
    }
  }
  return {};
}

}  // namespace coldpath::stores
