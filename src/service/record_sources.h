// Which record files answer for which days: the merge rule of everything that reads stored records
// across syncs.
#ifndef COLDPATH_SERVICE_RECORD_SOURCES_H_
#define COLDPATH_SERVICE_RECORD_SOURCES_H_

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "service/context.h"

namespace coldpath::service {

// One record file, and the days of it that no newer job has.
struct RecordSource {
  std::string connection_id;
  std::string provider;
  std::string object_key;
  std::set<domain::Date> days;  // not empty
};

// All files of the type, newest job first; each day of a connection (and stream: two streams can
// carry one type) belongs to the newest job that has an answer for it. Absent `connection_id`: of
// all connections.
base::Result<std::vector<RecordSource>> FindSources(
    const Context& context, const std::string& user_id, domain::DataType type,
    const domain::DateRange& range, const std::optional<std::string>& connection_id);

}  // namespace coldpath::service

#endif  // COLDPATH_SERVICE_RECORD_SOURCES_H_
