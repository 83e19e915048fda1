// Reads stored records: across jobs for GET /v1/records, and of one job for its export.
#ifndef COLDPATH_SERVICE_RECORD_QUERY_H_
#define COLDPATH_SERVICE_RECORD_QUERY_H_

#include <optional>
#include <string>
#include <vector>

#include "domain/record.h"
#include "service/context.h"

namespace coldpath::service {

struct RecordQuery {
  domain::DataType type = domain::DataType::kSteps;
  domain::DateRange range;
  std::optional<std::string> connection_id;
  std::optional<std::string> cursor;
  int limit = 1000;
};

struct FoundRecord {
  domain::Record record;
  std::string connection_id;
  std::string provider;
};

struct RecordPage {
  std::vector<FoundRecord> records;  // in order of local date, then of time
  std::optional<std::string> next_cursor;
};

// Days that several jobs fetched come from the newest of them, once. Errors: cursor.malformed, the
// stores', records.*.
base::Result<RecordPage> FindRecords(const Context& context, const std::string& user_id,
                                     const RecordQuery& query);

struct ExportPage {
  std::string ndjson;  // one record a line
  std::optional<std::string> next_cursor;
};

// A job's records as NDJSON, in the order of types, days and times, as many record files at a time
// as stay near `bytes_target`. Errors: job.not_found, cursor.malformed, the stores', records.*.
base::Result<ExportPage> ExportJob(const Context& context, const std::string& user_id,
                                   const std::string& job_id,
                                   const std::optional<std::string>& cursor,
                                   std::size_t bytes_target);

}  // namespace coldpath::service

#endif  // COLDPATH_SERVICE_RECORD_QUERY_H_
