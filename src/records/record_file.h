// Record files: all records of one data type that one chunk brought, sorted, compressed.
//
// ON DISK: a zstd frame of NDJSON. The first line is the header
//   {"format":"coldpath.records/1","provider":"oura","provider_user":"...","type":"heart-rate"}
// and every further line is a record (records/record_line.h), in the order of
// domain::RecordBefore. Equal records give equal bytes, whatever run or machine wrote them.
#ifndef COLDPATH_RECORDS_RECORD_FILE_H_
#define COLDPATH_RECORDS_RECORD_FILE_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/record.h"
#include "records/compression.h"

namespace coldpath::records {

struct RecordFileHeader {
  std::string provider;       // "oura"
  std::string provider_user;  // the person's id at the provider
  domain::DataType type = domain::DataType::kSteps;

  friend bool operator==(const RecordFileHeader&, const RecordFileHeader&) = default;
};

// Bounds for files that somebody may have tampered with.
struct RecordFileLimits {
  std::size_t max_bytes = std::size_t{4} << 30;  // of text, once decompressed
  std::size_t max_line_bytes = 4u << 20;
};

// The bytes of a file. REQUIRES: `sorted` is in the order of RecordBefore and all of header.type.
std::string EncodeRecordFile(const RecordFileHeader& header,
                             const std::vector<domain::Record>& sorted);

// Reads a file record by record; the whole text never stands in memory at once.
class RecordFileReader {
 public:
  // `bytes` must outlive the reader. Errors: as Next.
  static base::Result<RecordFileReader> Open(std::string_view bytes,
                                             const RecordFileLimits& limits = {});

  const RecordFileHeader& header() const { return header_; }
  // Sets `record` to the next one; false at the end. Errors: records.corrupt, records.truncated,
  // records.too_large, records.malformed (a line that is no record, or out of order).
  base::Result<bool> Next(domain::Record& record);

 private:
  RecordFileReader(std::string_view bytes, const RecordFileLimits& limits)
      : text_(bytes, limits.max_bytes), limits_(limits) {}
  // Sets `line` to the next line; false at the end.
  base::Result<bool> NextLine(std::string_view& line);

  Decompressor text_;
  RecordFileLimits limits_;
  RecordFileHeader header_;
  std::string buffer_;
  std::size_t at_ = 0;
  std::size_t lines_ = 0;
  bool drained_ = false;
};

struct RecordFile {
  RecordFileHeader header;
  std::vector<domain::Record> records;
};
// The whole file at once. Errors: as RecordFileReader::Next; also records.malformed if the records
// are out of order.
base::Result<RecordFile> DecodeRecordFile(std::string_view bytes,
                                          const RecordFileLimits& limits = {});

}  // namespace coldpath::records

#endif  // COLDPATH_RECORDS_RECORD_FILE_H_
