// Records for people and other programs: NDJSON of many record files, whole (the export) or page by
// page (GET /v1/records).
//
// A line is what records/record_line.h describes, with "provider", "type" and "unit" (UCUM) in
// front.
#ifndef COLDPATH_RECORDS_NDJSON_EXPORT_H_
#define COLDPATH_RECORDS_NDJSON_EXPORT_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/date_range.h"
#include "records/merge.h"
#include "records/record_file.h"

namespace coldpath::records {

// Appends one line with its "\n".
void AppendExportLine(std::string& out, std::string_view provider, const domain::Record& record);

struct RecordFilter {
  std::optional<domain::DataType> type;    // absent: all
  std::optional<domain::DateRange> range;  // of local dates; absent: all

  bool Admits(const domain::Record& record) const {
    return (!type || record.type == *type) && (!range || range->Contains(record.local_date));
  }
};

// The merged, filtered lines of many files, piece by piece, so that ten years never stand in memory
// at once.
class NdjsonExport {
 public:
  // The bytes of the files must outlive the export. Files of other types than the filter's are not
  // decompressed beyond their first block. Errors: as RecordFileReader::Open.
  static base::Result<NdjsonExport> Open(const std::vector<std::string_view>& files,
                                         RecordFilter filter, const RecordFileLimits& limits = {});

  // Appends lines until `out` has grown by `piece_bytes` or more; false if none are left. Errors:
  // as RecordFileReader::Next.
  base::Result<bool> Append(std::string& out, std::size_t piece_bytes = 256u << 10);
  // The next record that the filter admits, and its provider; false at the end.
  base::Result<bool> Next(domain::Record& record, std::string_view& provider);

 private:
  NdjsonExport(std::vector<RecordSource> sources, std::vector<std::string> providers,
               RecordFilter filter)
      : merge_(std::move(sources)), providers_(std::move(providers)), filter_(std::move(filter)) {}

  RecordMerge merge_;
  std::vector<std::string> providers_;
  RecordFilter filter_;
};

// One page of GET /v1/records.
struct RecordPage {
  std::vector<std::string> lines;          // a JSON object each, without "\n"
  std::optional<std::string> next_cursor;  // absent: that was all
};

// The page behind `cursor` (empty: the first). A cursor names the last record that was given, not a
// position, so that it survives new imports. Errors: records.bad_cursor, and those of
// NdjsonExport.
base::Result<RecordPage> ReadRecordPage(const std::vector<std::string_view>& files,
                                        const RecordFilter& filter, std::string_view cursor,
                                        std::size_t limit, const RecordFileLimits& limits = {});

}  // namespace coldpath::records

#endif  // COLDPATH_RECORDS_NDJSON_EXPORT_H_
