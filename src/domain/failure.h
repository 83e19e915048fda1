// Why fetching a chunk did not succeed: a closed set. The names are the error names of the
// workflow's definition (workflow/historical_sync.asl.json) and part of the API.
#ifndef COLDPATH_DOMAIN_FAILURE_H_
#define COLDPATH_DOMAIN_FAILURE_H_

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace coldpath::domain {

enum class FailureKind {
  kRateLimited,    // the provider wants us to wait; not an attempt
  kTransient,      // may well succeed when tried again: 5xx, a cut connection, a time-out
  kNeedsReauth,    // the grant is gone: the person has to connect again
  kForbidden,      // a scope is missing, or a membership lapsed
  kInvalidData,    // the answer holds something impossible; `where` says what
  kBeyondHistory,  // the provider does not keep data that old
  kProviderBug,  // the answer breaks the provider's own contract (repeated token, truncated window,
                 // not JSON)
  kProviderLimited,  // the patience for the provider's quota is exhausted
  kJobStopped,       // the job was paused or cancelled: not a failure of the chunk
  kInterrupted,      // the worker was told to end (Spot, shutdown): the platform tries again
};

// "RateLimited", "Transient", ...
std::string_view FailureName(FailureKind kind);
std::optional<FailureKind> FindFailureKind(std::string_view name);

struct Failure {
  FailureKind kind;
  // A sentence for the person, without personal data: what happened and what helps.
  std::string message;
  std::optional<base::Instant>
      retry_at;       // RateLimited: when the provider will answer again, if it said so
  std::string where;  // InvalidData, ProviderBug: JSON pointer and reason; Forbidden: the scope
};

}  // namespace coldpath::domain

#endif  // COLDPATH_DOMAIN_FAILURE_H_
