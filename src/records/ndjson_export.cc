#include "records/ndjson_export.h"

#include <memory>

#include "base/crypto.h"
#include "base/json.h"
#include "records/record_line.h"

namespace coldpath::records {
namespace {

// The key of RecordBefore as text that clients treat as opaque.
std::string EncodeCursor(const domain::Record& record) {
  return base::Base64UrlEncode(base::DumpJson(base::Json::array(
      {domain::Info(record.type).name, record.start.time_since_epoch().count(),
       record.end.time_since_epoch().count(), record.source_id, record.raw_digest})));
}

base::Result<domain::Record> DecodeCursor(std::string_view cursor) {
  const auto bad = [] {
    return base::Fail("records.bad_cursor",
                      "The cursor is not one that this service gave out; start without one.");
  };
  const auto text = base::Base64UrlDecode(cursor);
  if (!text) return bad();
  const auto json = base::ParseJson(*text);
  if (!json || !json->is_array() || json->size() != 5) return bad();
  const base::Json& key = *json;
  if (!key[0].is_string() || !key[1].is_number_integer() || !key[2].is_number_integer() ||
      !key[3].is_string() || !key[4].is_string()) {
    return bad();
  }
  const auto type = domain::FindDataType(key[0].get_ref<const std::string&>());
  if (!type) return bad();
  domain::Record record{};
  record.type = *type;
  record.start = base::Instant(base::Duration(key[1].get<std::int64_t>()));
  record.end = base::Instant(base::Duration(key[2].get<std::int64_t>()));
  record.source_id = key[3].get<std::string>();
  record.raw_digest = key[4].get<std::string>();
  return record;
}

}  // namespace

void AppendExportLine(std::string& out, std::string_view provider, const domain::Record& record) {
  const domain::DataTypeInfo& info = domain::Info(record.type);
  out += "{\"provider\":";
  AppendJsonString(out, provider);
  out += ",\"type\":\"";
  out += info.name;
  out += "\",\"unit\":\"";
  out += info.unit;
  out += "\",";
  AppendRecordFields(out, record);
  out += "}\n";
}

base::Result<NdjsonExport> NdjsonExport::Open(const std::vector<std::string_view>& files,
                                              RecordFilter filter, const RecordFileLimits& limits) {
  std::vector<RecordSource> sources;
  std::vector<std::string> providers;
  for (const std::string_view bytes : files) {
    COLDPATH_ASSIGN_OR_RETURN(RecordFileReader opened, RecordFileReader::Open(bytes, limits));
    if (filter.type && opened.header().type != *filter.type) continue;
    providers.push_back(opened.header().provider);
    // std::function wants to copy what it holds.
    auto reader = std::make_shared<RecordFileReader>(std::move(opened));
    sources.push_back([reader](domain::Record& record) { return reader->Next(record); });
  }
  return NdjsonExport(std::move(sources), std::move(providers), std::move(filter));
}

base::Result<bool> NdjsonExport::Next(domain::Record& record, std::string_view& provider) {
  std::size_t source = 0;
  for (;;) {
    COLDPATH_ASSIGN_OR_RETURN(const bool more, merge_.Next(record, &source));
    if (!more) return false;
    if (!filter_.Admits(record)) continue;
    provider = providers_[source];
    return true;
  }
}

base::Result<bool> NdjsonExport::Append(std::string& out, std::size_t piece_bytes) {
  const std::size_t begin = out.size();
  domain::Record record{};
  std::string_view provider;
  while (out.size() - begin < piece_bytes) {
    COLDPATH_ASSIGN_OR_RETURN(const bool more, Next(record, provider));
    if (!more) return out.size() > begin;
    AppendExportLine(out, provider, record);
  }
  return true;
}

base::Result<RecordPage> ReadRecordPage(const std::vector<std::string_view>& files,
                                        const RecordFilter& filter, std::string_view cursor,
                                        std::size_t limit, const RecordFileLimits& limits) {
  std::optional<domain::Record> after;
  if (!cursor.empty()) {
    COLDPATH_ASSIGN_OR_RETURN(after, DecodeCursor(cursor));
  }
  COLDPATH_ASSIGN_OR_RETURN(NdjsonExport lines, NdjsonExport::Open(files, filter, limits));
  RecordPage page;
  domain::Record record{};
  domain::Record last{};
  std::string_view provider;
  for (;;) {
    COLDPATH_ASSIGN_OR_RETURN(const bool more, lines.Next(record, provider));
    if (!more) return page;
    if (after && !domain::RecordBefore(*after, record)) continue;
    if (page.lines.size() >= limit) {
      page.next_cursor = page.lines.empty() ? std::string(cursor) : EncodeCursor(last);
      return page;
    }
    AppendExportLine(page.lines.emplace_back(), provider, record);
    page.lines.back().pop_back();
    last = record;
  }
}

}  // namespace coldpath::records
