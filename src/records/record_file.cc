#include "records/record_file.h"

#include "base/json.h"
#include "records/record_line.h"

namespace coldpath::records {
namespace {

constexpr std::string_view kFormat = "coldpath.records/1";

base::Result<RecordFileHeader> ReadHeader(std::string_view line) {
  COLDPATH_ASSIGN_OR_RETURN(const base::Json json, base::ParseJson(line));
  const auto format = base::FindString(json, "format");
  const auto provider = base::FindString(json, "provider");
  const auto user = base::FindString(json, "provider_user");
  const auto type = domain::FindDataType(base::FindString(json, "type").value_or(""));
  if (format != kFormat || !provider || !user || !type) {
    return base::Fail("records.malformed", "The file's first line is not the header of a \"" +
                                               std::string(kFormat) + "\" file.");
  }
  return RecordFileHeader{*provider, *user, *type};
}

}  // namespace

std::string EncodeRecordFile(const RecordFileHeader& header,
                             const std::vector<domain::Record>& sorted) {
  Compressor file;
  std::string& text = file.text();
  text += "{\"format\":";
  AppendJsonString(text, kFormat);
  text += ",\"provider\":";
  AppendJsonString(text, header.provider);
  text += ",\"provider_user\":";
  AppendJsonString(text, header.provider_user);
  text += ",\"type\":";
  AppendJsonString(text, domain::Info(header.type).name);
  text += "}\n";
  for (const domain::Record& record : sorted) {
    AppendRecordLine(text, record);
    file.Spill();
  }
  return file.Finish();
}

base::Result<bool> RecordFileReader::NextLine(std::string_view& line) {
  std::size_t searched = at_;
  for (;;) {
    const std::size_t end = buffer_.find('\n', searched);
    if (end != std::string::npos) {
      line = std::string_view(buffer_).substr(at_, end - at_);
      at_ = end + 1;
      ++lines_;
      return true;
    }
    if (drained_) {
      if (at_ == buffer_.size()) return false;
      return base::Fail("records.truncated", "The file's last line has no end.");
    }
    if (buffer_.size() - at_ > limits_.max_line_bytes) {
      return base::Fail("records.too_large", "Line " + std::to_string(lines_ + 1) +
                                                 " of the file is longer than the limit of " +
                                                 std::to_string(limits_.max_line_bytes) +
                                                 " bytes.");
    }
    buffer_.erase(0, at_);
    at_ = 0;
    searched = buffer_.size();
    COLDPATH_ASSIGN_OR_RETURN(const bool more, text_.Read(buffer_));
    drained_ = !more;
  }
}

base::Result<RecordFileReader> RecordFileReader::Open(std::string_view bytes,
                                                      const RecordFileLimits& limits) {
  RecordFileReader reader(bytes, limits);
  std::string_view line;
  COLDPATH_ASSIGN_OR_RETURN(const bool found, reader.NextLine(line));
  if (!found) return base::Fail("records.malformed", "The file is empty.");
  auto header = ReadHeader(line);
  if (!header) return base::Fail("records.malformed", std::move(header).error().message);
  reader.header_ = *std::move(header);
  return reader;
}

base::Result<bool> RecordFileReader::Next(domain::Record& record) {
  std::string_view line;
  COLDPATH_ASSIGN_OR_RETURN(const bool found, NextLine(line));
  if (!found) return false;
  record.type = header_.type;
  if (const auto read = ReadRecordLine(line, record); !read) {
    return base::Fail(read.error().code,
                      "Line " + std::to_string(lines_) + ": " + read.error().message);
  }
  return true;
}

base::Result<RecordFile> DecodeRecordFile(std::string_view bytes, const RecordFileLimits& limits) {
  COLDPATH_ASSIGN_OR_RETURN(RecordFileReader reader, RecordFileReader::Open(bytes, limits));
  RecordFile file;
  file.header = reader.header();
  domain::Record record{};
  for (;;) {
    COLDPATH_ASSIGN_OR_RETURN(const bool more, reader.Next(record));
    if (!more) return file;
    if (!file.records.empty() && domain::RecordBefore(record, file.records.back())) {
      return base::Fail("records.malformed", "The file's records are out of order.");
    }
    file.records.push_back(std::move(record));
  }
}

}  // namespace coldpath::records
