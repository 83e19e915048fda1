// The tables of coldpath.db. They are an on-disk format: a released migration is never edited, a
// change is a new one. Times are microseconds since 1970 in UTC; documents are JSON as
// the headers of documents/ describe them.
#ifndef COLDPATH_STORES_SQLITE_COLDPATH_SCHEMA_H_
#define COLDPATH_STORES_SQLITE_COLDPATH_SCHEMA_H_

#include <span>

#include "stores/sqlite/database.h"

namespace coldpath::stores {

std::span<const Migration> ColdpathMigrations();

}  // namespace coldpath::stores

#endif  // COLDPATH_STORES_SQLITE_COLDPATH_SCHEMA_H_
