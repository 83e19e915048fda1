#include "service/chunk_scan.h"

namespace coldpath::service {
namespace {

constexpr int kPageSize = 200;

}  // namespace

base::Status ForEachChunk(const Context& context, const std::string& job_id,
                          std::optional<domain::ChunkStatus> status,
                          const std::function<void(const domain::Chunk&)>& visit) {
  std::optional<std::string> cursor;
  do {
    COLDPATH_ASSIGN_OR_RETURN(const tasks::ChunkPage page,
                              context.jobs.ListChunks(job_id, status, cursor, kPageSize));
    for (const domain::Chunk& chunk : page.chunks) visit(chunk);
    cursor = page.next_cursor;
  } while (cursor);
  return {};
}

base::Status ForEachJob(const Context& context, const std::string& user_id,
                        const std::function<void(const domain::Job&)>& visit) {
  std::optional<std::string> cursor;
  do {
    COLDPATH_ASSIGN_OR_RETURN(const tasks::JobPage page,
                              context.jobs.ListJobs(user_id, cursor, kPageSize));
    for (const domain::Job& job : page.jobs) visit(job);
    cursor = page.next_cursor;
  } while (cursor);
  return {};
}

}  // namespace coldpath::service
