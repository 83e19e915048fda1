// coldpath.db: jobs, chunks, connections, the quota ledger, the inbox and what else the service
// keeps beside the workflow engine's own engine.db. One connection writes; others read.
//
// Writes are committed in groups. Callers queue; the first of them commits for all that wait, in
// one transaction and with one sync of the disk, while the next ones gather. Each caller's work
// stands in a savepoint of its own, so that a refused one takes nothing of the others with it.
// There is no thread here: a caller works for the group and leaves when its own work is durable.
// With ":memory:" reads go through the same queue, and a single thread never waits.
#ifndef COLDPATH_STORES_SQLITE_COLDPATH_DB_H_
#define COLDPATH_STORES_SQLITE_COLDPATH_DB_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "stores/sqlite/database.h"

namespace coldpath::stores {

// Thread-safe. Errors: those of database.h; on opening also store.newer_schema. The file must be
// held by this process alone (DataFolderLock).
class ColdpathDb {
 public:
  static base::Result<std::unique_ptr<ColdpathDb>> Open(const std::string& path,
                                                        const DatabaseOptions& options = {});

  // Runs `body`, a function (Database&) -> Status or Result<T>, as a part of a transaction, and
  // returns once it is durable. If it fails, nothing of it remains. It must hold no lock that
  // another body takes, call neither Write nor Read, and be repeatable: it may run again after a
  // rollback of the group that it was in.
  template <typename Body>
  std::invoke_result_t<const Body&, Database&> Write(const Body& body) {
    return RunWith<Body>(body, [this](const Work& work) { return Commit(work); });
  }
  // The same for work that only reads; it sees all that was written before the call.
  template <typename Body>
  std::invoke_result_t<const Body&, Database&> Read(const Body& body) {
    return RunWith<Body>(body, [this](const Work& work) { return Look(work); });
  }

  // How often work was rolled back. Inside of Write only: whoever keeps a copy of rows in memory
  // throws it away when this has changed.
  std::uint64_t rollbacks() const { return rollbacks_; }
  // Transactions committed so far: fewer than writes if they were grouped.
  std::uint64_t commits();

 private:
  using Work = std::function<base::Status(Database&)>;
  struct Pending {
    const Work* work;
    base::Status result = {};
    bool done = false;
    base::CondVar wake = {};
  };

  ColdpathDb(Database writer, std::string path, const DatabaseOptions& options);

  template <typename Body, typename Runner>
  static std::invoke_result_t<const Body&, Database&> RunWith(const Body& body,
                                                              const Runner& runner) {
    std::invoke_result_t<const Body&, Database&> result{};
    const base::Status status = runner([&](Database& database) -> base::Status {
      result = body(database);
      if (!result) return base::Fail(result.error());
      return {};
    });
    if (!status) return base::Fail(status.error());
    return result;
  }

  base::Status Commit(const Work& work);
  base::Status Look(const Work& work);
  // False: the transaction was lost, and each of the group has to be tried alone.
  bool CommitTogether(std::span<Pending* const> group);
  base::Result<std::unique_ptr<Database>> TakeReader();

  const std::string path_;
  const DatabaseOptions options_;
  const bool in_memory_;

  // Used by the one whose Pending stands first in the queue, and by nobody else.
  Database writer_;
  std::uint64_t rollbacks_ = 0;

  base::Mutex mutex_;
  std::deque<Pending*> queue_ COLDPATH_GUARDED_BY(mutex_);
  std::uint64_t commits_ COLDPATH_GUARDED_BY(mutex_) = 0;

  base::Mutex readers_mutex_;
  base::CondVar reader_free_;
  std::vector<std::unique_ptr<Database>> free_readers_ COLDPATH_GUARDED_BY(readers_mutex_);
  int readers_in_use_ COLDPATH_GUARDED_BY(readers_mutex_) = 0;
};

// Calls `use(statement)` for each row, and ends the reading in every case.
template <typename Use>
base::Status ForEachRow(base::Result<Statement*> statement, const Use& use) {
  if (!statement) return base::Fail(std::move(statement).error());
  while (true) {
    const base::Result<bool> row = (*statement)->Step();
    if (!row) return base::Fail(row.error());
    if (!*row) return {};
    if (base::Status used = use(**statement); !used) {
      (*statement)->Reset();
      return used;
    }
  }
}

// The first row as `read(statement)` has it; absent if there is none.
template <typename ReadRow>
auto FirstRow(base::Result<Statement*> statement, const ReadRow& read)
    -> base::Result<std::optional<std::invoke_result_t<const ReadRow&, Statement&>>> {
  if (!statement) return base::Fail(std::move(statement).error());
  COLDPATH_ASSIGN_OR_RETURN(const bool row, (*statement)->Step());
  std::optional<std::invoke_result_t<const ReadRow&, Statement&>> value;
  if (row) {
    value.emplace(read(**statement));
    (*statement)->Reset();
  }
  return value;
}

}  // namespace coldpath::stores

#endif  // COLDPATH_STORES_SQLITE_COLDPATH_DB_H_
