#include <algorithm>
#include <tuple>

#include "records/ndjson_export.h"
#include "service/chunk_scan.h"
#include "service/job_update.h"
#include "service/record_query.h"

namespace coldpath::service {
namespace {

struct ExportFile {
  domain::DataType type;
  domain::DateRange range;
  std::string object_key;
};

base::Result<std::vector<ExportFile>> FilesOf(const Context& context, const domain::Job& job) {
  std::vector<ExportFile> files;
  COLDPATH_RETURN_IF_ERROR(
      ForEachChunk(context, job.id, std::nullopt, [&](const domain::Chunk& chunk) {
        for (const domain::TypeResult& result : chunk.results) {
          if (!result.object_key.empty()) {
            files.push_back({result.type, chunk.spec.range, result.object_key});
          }
        }
      }));
  std::ranges::sort(files, [](const ExportFile& a, const ExportFile& b) {
    return std::tie(a.type, a.range.start, a.object_key) <
           std::tie(b.type, b.range.start, b.object_key);
  });
  return files;
}

base::Status AppendFile(const Context& context, const ExportFile& file, std::string& out) {
  COLDPATH_ASSIGN_OR_RETURN(const std::string bytes, context.objects.Get(file.object_key));
  COLDPATH_ASSIGN_OR_RETURN(auto reader, records::RecordFileReader::Open(bytes));
  domain::Record record;
  for (;;) {
    COLDPATH_ASSIGN_OR_RETURN(const bool more, reader.Next(record));
    if (!more) return {};
    record.type = reader.header().type;
    records::AppendExportLine(out, reader.header().provider, record);
  }
}

// The cursor is the key of the first file that is left, not its number: a retry that adds files in
// between does not shift it.
base::Result<std::vector<ExportFile>::const_iterator> Seek(
    const std::vector<ExportFile>& files, const std::optional<std::string>& cursor) {
  if (!cursor) return files.begin();
  const auto found = std::ranges::find_if(files, [&](const ExportFile& file) {
    return file.object_key.ends_with(*cursor) && !cursor->empty();
  });
  if (found == files.end()) {
    return base::Fail("cursor.malformed",
                      "The cursor belongs to another export, or the sync has changed since; begin "
                      "again without it.");
  }
  return found;
}

}  // namespace

base::Result<ExportPage> ExportJob(const Context& context, const std::string& user_id,
                                   const std::string& job_id,
                                   const std::optional<std::string>& cursor,
                                   std::size_t bytes_target) {
  COLDPATH_ASSIGN_OR_RETURN(const domain::Job job, FindJob(context, user_id, job_id));
  COLDPATH_ASSIGN_OR_RETURN(const std::vector<ExportFile> files, FilesOf(context, job));
  COLDPATH_ASSIGN_OR_RETURN(auto file, Seek(files, cursor));
  ExportPage page;
  for (; file != files.end(); ++file) {
    if (page.ndjson.size() >= bytes_target) {
      // What follows the job's prefix: the whole key says nothing to the client.
      page.next_cursor = file->object_key.substr(tasks::JobPrefix(user_id, job_id).size());
      break;
    }
    COLDPATH_RETURN_IF_ERROR(AppendFile(context, *file, page.ndjson));
  }
  return page;
}

}  // namespace coldpath::service
