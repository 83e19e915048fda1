// The engine's journal on SQLite (engine.db): one writer that puts all batches that wait into one
// transaction, and a second connection for reads. docs/formats.md describes what is on disk.
//
// History is an append-only log with one row for all events that one transaction adds to one
// execution: a row an event costs several times as much. Frames are rewritten often, so a large
// payload lives in a table of its own.
#ifndef COLDPATH_STORES_SQLITE_JOURNAL_H_
#define COLDPATH_STORES_SQLITE_JOURNAL_H_

#include <memory>
#include <string>

#include "base/executor.h"
#include "engine/journal.h"
#include "stores/sqlite/database.h"

namespace coldpath::stores {

class SqliteJournal final : public engine::Journal {
 public:
  // Opens or creates the file. `writer` runs the transactions, ideally on a thread of its own; it
  // may be stopped before the journal goes (Flush then writes what is left) but must outlive it.
  // Errors: those of Database.
  static base::Result<std::unique_ptr<SqliteJournal>> Open(const std::string& path,
                                                           base::Executor& writer,
                                                           DatabaseOptions options = Tuning());
  // Writes what waits.
  ~SqliteJournal() override;

  static DatabaseOptions Tuning();

  void Commit(engine::JournalBatch batch, Durable durable) override;
  base::Status Flush() override;
  base::Result<std::vector<engine::UnfinishedExecution>> LoadUnfinished() override;
  base::Result<std::optional<std::string>> LoadDefinition(const std::string& digest) override;
  base::Result<engine::ExecutionKey> GreatestKey() override;
  base::Result<std::optional<engine::ExecutionRecord>> FindByArn(const std::string& arn) override;
  base::Result<std::vector<engine::ExecutionRecord>> Children(engine::ExecutionKey parent,
                                                              asl::FrameId frame,
                                                              std::int64_t run) override;
  base::Result<std::vector<asl::HistoryEvent>> ReadHistory(engine::ExecutionKey execution,
                                                           std::int64_t after, int limit) override;

  // Transactions written so far: how well commits group.
  std::int64_t transactions() const;

 private:
  class Writer;
  class Reader;
  SqliteJournal(base::Executor& executor, std::shared_ptr<Writer> writer,
                std::unique_ptr<Reader> reader);

  base::Executor& executor_;
  std::shared_ptr<Writer> writer_;
  std::unique_ptr<Reader> reader_;
};

}  // namespace coldpath::stores

#endif  // COLDPATH_STORES_SQLITE_JOURNAL_H_
