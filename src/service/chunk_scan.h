// Reads all chunks of a job, page by page.
#ifndef COLDPATH_SERVICE_CHUNK_SCAN_H_
#define COLDPATH_SERVICE_CHUNK_SCAN_H_

#include <functional>
#include <optional>
#include <string>

#include "service/context.h"

namespace coldpath::service {

// In order of their ids. Absent `status`: all.
base::Status ForEachChunk(const Context& context, const std::string& job_id,
                          std::optional<domain::ChunkStatus> status,
                          const std::function<void(const domain::Chunk&)>& visit);

// All jobs of a person, newest first.
base::Status ForEachJob(const Context& context, const std::string& user_id,
                        const std::function<void(const domain::Job&)>& visit);

}  // namespace coldpath::service

#endif  // COLDPATH_SERVICE_CHUNK_SCAN_H_
