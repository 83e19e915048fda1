// Splits a job into chunks: the fewest provider calls that the provider's limits allow. Pure;
// explains itself.
#ifndef COLDPATH_PLANNER_CHUNK_PLAN_H_
#define COLDPATH_PLANNER_CHUNK_PLAN_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/chunk.h"
#include "domain/job.h"
#include "planner/stream.h"

namespace coldpath::planner {

struct PlanRequest {
  domain::DateRange range;
  std::vector<domain::DataType> types;
  base::Date today;  // of the person, the latest it can be (UTC+14)
  std::vector<std::string>
      scopes;  // granted; a stream without its scopes is planned and will fail as Forbidden
};

struct ChunkPlan {
  std::vector<domain::ChunkSpec> chunks;  // newest days first: a person sees value at once
  std::int64_t expected_calls = 0;
  // The fewest calls with which the provider could hand out these days, pages of a typical person
  // included.
  std::int64_t minimum_calls = 0;
  // Days before the provider's history limit, per type: beyond_provider_history without a call.
  std::map<domain::DataType, domain::DateRange> beyond;
  std::vector<std::string> reasons;  // why it was cut so, a sentence each
};

// Errors: plan.type_not_offered (naming the type and what the provider offers), plan.range_empty,
// plan.range_in_future, plan.before_history (wholly before what the provider keeps, naming the
// first day that it has).
//
// A type is asked of the first stream that offers it. Chunks of a stream are cut from the first day
// on that the provider has, all of one length but the last: the length, at most one call or a
// quarter more than the stream's natural chunk, that costs the fewest calls. A chunk's id is the
// stream and its first day ("heart-rate-2024-01-01"), so equal requests give equal plans.
base::Result<ChunkPlan> PlanChunks(const ProviderInfo& provider, const PlanRequest& request);

// The calls that a person with the stream's typical number of observations needs for that many days
// in a row: a call for each longest span, and its further pages.
std::int64_t CallsFor(const StreamInfo& stream, int days);

}  // namespace coldpath::planner

#endif  // COLDPATH_PLANNER_CHUNK_PLAN_H_
