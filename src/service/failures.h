// What failed of a job (FR-5): chunks page by page, and all failures grouped by their cause.
#ifndef COLDPATH_SERVICE_FAILURES_H_
#define COLDPATH_SERVICE_FAILURES_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "service/context.h"

namespace coldpath::service {

struct FailureGroup {
  domain::FailureKind kind = domain::FailureKind::kTransient;
  std::string message;  // of the first of them
  std::int64_t chunks = 0;
  // Per type the days that failed, in order, touching ranges joined.
  std::map<domain::DataType, std::vector<domain::DateRange>> ranges;
};

// The kinds in the order of FailureKind. Error: job.not_found.
base::Result<std::vector<FailureGroup>> GroupFailures(const Context& context,
                                                      const std::string& user_id,
                                                      const std::string& job_id);

// Error: job.not_found.
base::Result<tasks::ChunkPage> ListJobChunks(const Context& context, const std::string& user_id,
                                             const std::string& job_id,
                                             std::optional<domain::ChunkStatus> status,
                                             const std::optional<std::string>& cursor, int limit);

}  // namespace coldpath::service

#endif  // COLDPATH_SERVICE_FAILURES_H_
