// What a chunk takes of the provider's quota: the same for the handler that admits it and for the
// worker.
#ifndef COLDPATH_TASKS_QUOTA_SHARE_H_
#define COLDPATH_TASKS_QUOTA_SHARE_H_

#include <string>
#include <vector>

#include "domain/chunk.h"
#include "domain/connection.h"
#include "planner/quota.h"
#include "planner/stream.h"

namespace coldpath::tasks {

struct QuotaShare {
  std::vector<planner::Budget> budgets;
  std::string reservation;  // the name in the ledger
  // The calls to reserve: those expected, as far as they can be placed together. Further ones are
  // taken one by one.
  std::int64_t calls = 1;
};

QuotaShare ShareOf(const planner::ProviderInfo& provider, const planner::StreamInfo& stream,
                   const domain::Connection& connection, const domain::ChunkSpec& chunk,
                   const std::string& execution, double quota_scale);

}  // namespace coldpath::tasks

#endif  // COLDPATH_TASKS_QUOTA_SHARE_H_
