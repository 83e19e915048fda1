// What a provider declares about its streams: all that planning needs to know.
#ifndef COLDPATH_PLANNER_STREAM_H_
#define COLDPATH_PLANNER_STREAM_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "domain/data_type.h"

namespace coldpath::planner {

// Who shares a limit.
enum class BudgetScope { kApp, kUser, kRoute };

struct DeclaredBudget {
  BudgetScope scope = BudgetScope::kApp;
  std::int64_t limit = 0;
  base::Duration window{};
};

// One endpoint of a provider, with all the data types that its answer carries.
struct StreamInfo {
  std::string id;  // "heart-rate"
  std::vector<domain::DataType> types;
  // Longest span of days that one call (with its pages) may ask for; 0: any.
  int max_span_days = 0;
  // Observations a page holds at most.
  std::int64_t page_size = 1000;
  // Days of a chunk: a multiple of what one call covers where that is cheap, small enough to do
  // again.
  int natural_chunk_days = 30;
  // The provider keeps that many days; absent: everything.
  std::optional<int> history_days;
  // Days before today that may still change: re-read, and marked provisional.
  int late_data_days = 0;
  // Observations a day that a typical person has: for the estimate, and the expected calls.
  double observations_per_day = 1;
  // OAuth scopes of which the stream needs all.
  std::vector<std::string> scopes;
  // Budgets of this route alone, beside the provider's.
  std::vector<DeclaredBudget> budgets;
};

struct ProviderInfo {
  std::string id;     // "google-health"
  std::string title;  // "Google Health"
  std::vector<StreamInfo> streams;
  std::vector<DeclaredBudget> budgets;  // of all routes together
  double reserve = 0.1;                 // the share of each budget left to live sync
  double seconds_per_call = 0.5;        // typical latency, until calls were measured
  int max_concurrency = 10;             // calls at a time that the provider bears per user
};

// Null if there is none of that id.
const StreamInfo* FindStream(const ProviderInfo& provider, std::string_view id);

// The budgets that a call to `stream` on behalf of `provider_user_id` draws on, with their keys.
// `scale` multiplies the limits (demonstrations against a sandbox with larger quotas); 1 in
// production.
struct Budget;
std::vector<Budget> BudgetsOf(const ProviderInfo& provider, const StreamInfo& stream,
                              const std::string& provider_user_id, double scale);

}  // namespace coldpath::planner

#endif  // COLDPATH_PLANNER_STREAM_H_
