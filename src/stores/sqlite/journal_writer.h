// Writes journal batches to engine.db inside a transaction that the caller holds.
#ifndef COLDPATH_STORES_SQLITE_JOURNAL_WRITER_H_
#define COLDPATH_STORES_SQLITE_JOURNAL_WRITER_H_

#include <span>

#include "engine/journal.h"
#include "stores/sqlite/database.h"

namespace coldpath::stores {

// Of all changes of a frame the last one is written, and none if its execution ends in the same
// transaction.
base::Status WriteBatches(Database& database, std::span<const engine::JournalBatch* const> batches);

}  // namespace coldpath::stores

#endif  // COLDPATH_STORES_SQLITE_JOURNAL_WRITER_H_
