#include "stores/sqlite/journal.h"

#include <utility>
#include <vector>

#include "base/mutex.h"
#include "stores/sqlite/journal_schema.h"
#include "stores/sqlite/journal_writer.h"

namespace coldpath::stores {
namespace {

base::Error JournalError(const base::Error& reason) {
  return {"journal.io", reason.message + " (" + reason.code + ")"};
}

template <typename T>
base::Result<T> AsJournalResult(base::Result<T> result) {
  if (!result) return base::Fail(JournalError(result.error()));
  return result;
}

constexpr std::string_view kExecutionColumns =
    "key,arn,name,state_machine_arn,definition,scope,input,context,parent,parent_frame,"
    "parent_run,parent_index,status,started,ended,output,error,cause";

base::Result<engine::ExecutionRecord> ReadExecution(const Statement& row) {
  engine::ExecutionRecord record;
  record.key = row.Int64(0);
  record.arn = row.Text(1);
  record.name = row.Text(2);
  record.state_machine_arn = row.Text(3);
  record.definition_digest = row.Text(4);
  record.scope = row.Text(5);
  record.input = row.Text(6);
  record.context = row.Text(7);
  if (!row.IsNull(8)) {
    record.parent = engine::ParentLink{row.Int64(8), static_cast<asl::FrameId>(row.Int64(9)),
                                       row.Int64(10), row.Int64(11)};
  }
  COLDPATH_ASSIGN_OR_RETURN(record.status, StatusOfCode(row.Int64(12)));
  record.started = InstantOfMicros(row.Int64(13));
  if (!row.IsNull(14)) record.ended = InstantOfMicros(row.Int64(14));
  record.output = row.Text(15);
  record.error = row.OptionalText(16);
  record.cause = row.OptionalText(17);
  return record;
}

base::Result<std::int64_t> LastEventId(Database& database, engine::ExecutionKey key) {
  COLDPATH_ASSIGN_OR_RETURN(
      Statement * row, database.Query("SELECT max(last_id) FROM history WHERE execution=?", key));
  COLDPATH_RETURN_IF_ERROR(row->Step());
  const std::int64_t id = row->Int64(0);  // NULL reads as 0
  row->Reset();
  return id;
}

base::Result<std::vector<engine::ExecutionRecord>> ReadExecutions(Database& database,
                                                                  Statement& rows) {
  std::vector<engine::ExecutionRecord> records;
  while (true) {
    COLDPATH_ASSIGN_OR_RETURN(const bool more, rows.Step());
    if (!more) break;
    COLDPATH_ASSIGN_OR_RETURN(engine::ExecutionRecord record, ReadExecution(rows));
    records.push_back(std::move(record));
  }
  for (engine::ExecutionRecord& record : records) {
    COLDPATH_ASSIGN_OR_RETURN(record.last_event_id, LastEventId(database, record.key));
  }
  return records;
}

}  // namespace

// ---- Writer ----------------------------------------------------------------------------------

// Outlives the journal only as far as work on the executor holds it for the moment.
class SqliteJournal::Writer {
 public:
  explicit Writer(Database database) : database_(std::move(database)) {}

  // True if the caller should see to it that WriteWaiting runs.
  bool Add(engine::JournalBatch batch, Durable durable) {
    base::MutexLock lock(queue_mutex_);
    waiting_.push_back({std::move(batch), std::move(durable)});
    return !std::exchange(scheduled_, true);
  }

  // Writes until nothing waits. Holds write_mutex_ while it reports, so that reports keep the order
  // of the commits and Flush returns after them.
  base::Status WriteWaiting() COLDPATH_EXCLUDES(write_mutex_) {
    base::MutexLock lock(write_mutex_);
    while (true) {
      std::vector<Waiting> group = Take();
      if (group.empty()) break;
      if (failure_) {
        Report(group, base::Fail(*failure_));
        continue;
      }
      const base::Status written = Write(group);
      // A batch may build upon the one before: after a loss nothing more may be written.
      if (!written) failure_ = JournalError(written.error());
      Report(group, failure_ ? base::Status(base::Fail(*failure_)) : base::Status());
    }
    if (failure_) return base::Fail(*failure_);
    return {};
  }

  void Close() {
    (void)WriteWaiting();
    base::MutexLock lock(write_mutex_);
    if (!failure_) failure_ = base::Error{"journal.closed", "the journal has been closed"};
  }

  std::int64_t transactions() {
    base::MutexLock lock(write_mutex_);
    return transactions_;
  }

 private:
  struct Waiting {
    engine::JournalBatch batch;
    Durable durable;
  };

  std::vector<Waiting> Take() {
    base::MutexLock lock(queue_mutex_);
    if (waiting_.empty()) scheduled_ = false;
    return std::exchange(waiting_, {});
  }

  base::Status Write(const std::vector<Waiting>& group) COLDPATH_REQUIRES(write_mutex_) {
    std::vector<const engine::JournalBatch*> batches;
    for (const Waiting& waiting : group) batches.push_back(&waiting.batch);
    COLDPATH_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(database_));
    COLDPATH_RETURN_IF_ERROR(WriteBatches(database_, batches));
    ++transactions_;
    return transaction.Commit();
  }

  static void Report(std::vector<Waiting>& group, const base::Status& status) {
    for (Waiting& waiting : group) {
      if (waiting.durable) waiting.durable(status);
    }
  }

  base::Mutex write_mutex_;
  Database database_ COLDPATH_GUARDED_BY(write_mutex_);
  std::optional<base::Error> failure_ COLDPATH_GUARDED_BY(write_mutex_);
  std::int64_t transactions_ COLDPATH_GUARDED_BY(write_mutex_) = 0;

  base::Mutex queue_mutex_;  // taken after write_mutex_
  std::vector<Waiting> waiting_ COLDPATH_GUARDED_BY(queue_mutex_);
  bool scheduled_ COLDPATH_GUARDED_BY(queue_mutex_) = false;
};

// ---- Reader ----------------------------------------------------------------------------------

class SqliteJournal::Reader {
 public:
  explicit Reader(Database database) : database_(std::move(database)) {}

  template <typename Read>
  auto With(Read read) {
    base::MutexLock lock(mutex_);
    return AsJournalResult(read(database_));
  }

 private:
  base::Mutex mutex_;
  Database database_ COLDPATH_GUARDED_BY(mutex_);
};

// ---- SqliteJournal ---------------------------------------------------------------------------

DatabaseOptions SqliteJournal::Tuning() { return {.cache_kib = 64 * 1024}; }

base::Result<std::unique_ptr<SqliteJournal>> SqliteJournal::Open(const std::string& path,
                                                                 base::Executor& writer,
                                                                 DatabaseOptions options) {
  COLDPATH_ASSIGN_OR_RETURN(Database written, Database::Open(path, options));
  COLDPATH_RETURN_IF_ERROR(written.Migrate(kJournalMigrations));
  options.read_only = true;
  options.cache_kib = DatabaseOptions().cache_kib;
  COLDPATH_ASSIGN_OR_RETURN(Database read, Database::Open(path, options));
  return std::unique_ptr<SqliteJournal>(
      new SqliteJournal(writer, std::make_shared<Writer>(std::move(written)),
                        std::make_unique<Reader>(std::move(read))));
}

SqliteJournal::SqliteJournal(base::Executor& executor, std::shared_ptr<Writer> writer,
                             std::unique_ptr<Reader> reader)
    : executor_(executor), writer_(std::move(writer)), reader_(std::move(reader)) {}

SqliteJournal::~SqliteJournal() { writer_->Close(); }

void SqliteJournal::Commit(engine::JournalBatch batch, Durable durable) {
  if (!writer_->Add(std::move(batch), std::move(durable))) return;
  executor_.Post([weak = std::weak_ptr(writer_)] {
    if (const auto writer = weak.lock()) (void)writer->WriteWaiting();
  });
}

base::Status SqliteJournal::Flush() { return writer_->WriteWaiting(); }

std::int64_t SqliteJournal::transactions() const { return writer_->transactions(); }

base::Result<std::vector<engine::UnfinishedExecution>> SqliteJournal::LoadUnfinished() {
  return reader_->With(
      [](Database& database) -> base::Result<std::vector<engine::UnfinishedExecution>> {
        COLDPATH_ASSIGN_OR_RETURN(
            Statement * rows,
            database.Query("SELECT " + std::string(kExecutionColumns) +
                           " FROM executions WHERE key IN (SELECT DISTINCT execution FROM frames)"
                           " ORDER BY key"));
        COLDPATH_ASSIGN_OR_RETURN(auto records, ReadExecutions(database, *rows));
        std::vector<engine::UnfinishedExecution> unfinished;
        unfinished.reserve(records.size());
        for (engine::ExecutionRecord& record : records) {
          COLDPATH_ASSIGN_OR_RETURN(
              Statement * frames,
              database.Query("SELECT f.id, f.control, coalesce(f.payload, p.payload) FROM frames f"
                             " LEFT JOIN frame_payloads p ON p.execution=f.execution AND p.id=f.id"
                             " WHERE f.execution=? ORDER BY f.id",
                             record.key));
          engine::UnfinishedExecution execution{std::move(record), {}};
          while (true) {
            COLDPATH_ASSIGN_OR_RETURN(const bool more, frames->Step());
            if (!more) break;
            execution.frames.push_back({.id = static_cast<asl::FrameId>(frames->Int64(0)),
                                        .removed = false,
                                        .control = frames->Text(1),
                                        .payload = frames->OptionalText(2)});
          }
          unfinished.push_back(std::move(execution));
        }
        return unfinished;
      });
}

base::Result<std::optional<std::string>> SqliteJournal::LoadDefinition(const std::string& digest) {
  return reader_->With([&](Database& database) -> base::Result<std::optional<std::string>> {
    COLDPATH_ASSIGN_OR_RETURN(
        Statement * row, database.Query("SELECT text FROM definitions WHERE digest=?", digest));
    COLDPATH_ASSIGN_OR_RETURN(const bool found, row->Step());
    if (!found) return std::nullopt;
    std::string text = row->Text(0);
    row->Reset();
    return text;
  });
}

base::Result<engine::ExecutionKey> SqliteJournal::GreatestKey() {
  return reader_->With([](Database& database) -> base::Result<engine::ExecutionKey> {
    COLDPATH_ASSIGN_OR_RETURN(Statement * row, database.Query("SELECT max(key) FROM executions"));
    COLDPATH_RETURN_IF_ERROR(row->Step());
    const engine::ExecutionKey key = row->Int64(0);
    row->Reset();
    return key;
  });
}

base::Result<std::optional<engine::ExecutionRecord>> SqliteJournal::FindByArn(
    const std::string& arn) {
  return reader_->With(
      [&](Database& database) -> base::Result<std::optional<engine::ExecutionRecord>> {
        COLDPATH_ASSIGN_OR_RETURN(
            Statement * rows,
            database.Query(
                "SELECT " + std::string(kExecutionColumns) + " FROM executions WHERE arn=?", arn));
        COLDPATH_ASSIGN_OR_RETURN(auto records, ReadExecutions(database, *rows));
        if (records.empty()) return std::nullopt;
        return std::move(records.front());
      });
}

base::Result<std::vector<engine::ExecutionRecord>> SqliteJournal::Children(
    engine::ExecutionKey parent, asl::FrameId frame, std::int64_t run) {
  return reader_->With(
      [&](Database& database) -> base::Result<std::vector<engine::ExecutionRecord>> {
        COLDPATH_ASSIGN_OR_RETURN(
            Statement * rows,
            database.Query("SELECT " + std::string(kExecutionColumns) +
                               " FROM executions WHERE parent=? AND parent_frame=? AND parent_run=?"
                               " ORDER BY parent_index",
                           parent, static_cast<std::int64_t>(frame), run));
        return ReadExecutions(database, *rows);
      });
}

base::Result<std::vector<asl::HistoryEvent>> SqliteJournal::ReadHistory(
    engine::ExecutionKey execution, std::int64_t after, int limit) {
  return reader_->With([&](Database& database) -> base::Result<std::vector<asl::HistoryEvent>> {
    COLDPATH_ASSIGN_OR_RETURN(Statement * rows,
                              database.Query("SELECT events FROM history WHERE execution=? AND"
                                             " last_id>? ORDER BY last_id",
                                             execution, after));
    std::vector<asl::HistoryEvent> page;
    while (static_cast<int>(page.size()) < limit) {
      COLDPATH_ASSIGN_OR_RETURN(const bool more, rows->Step());
      if (!more) break;
      COLDPATH_ASSIGN_OR_RETURN(auto events, ParseEvents(rows->TextView(0)));
      for (asl::HistoryEvent& event : events) {
        if (event.id > after && static_cast<int>(page.size()) < limit) {
          page.push_back(std::move(event));
        }
      }
    }
    rows->Reset();
    return page;
  });
}

}  // namespace coldpath::stores
