// Retry and Catch (specification, "Errors").
#ifndef COLDPATH_ASL_RETRY_H_
#define COLDPATH_ASL_RETRY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "asl/failure.h"
#include "asl/path.h"
#include "asl/template.h"
#include "base/random.h"
#include "base/time.h"

namespace coldpath::asl {

struct Retrier {
  std::vector<std::string> error_equals;
  std::int64_t interval_seconds = 1;
  std::int64_t max_attempts = 3;
  double backoff_rate = 2.0;
  std::optional<std::int64_t> max_delay_seconds;
  bool full_jitter = false;
};

struct Catcher {
  std::vector<std::string> error_equals;
  bool discards_result = false;     // "ResultPath": null
  std::optional<Path> result_path;  // absent: "$"
  std::optional<Template> assign;
  std::size_t next = 0;
};

// States.Runtime is matched by nothing; States.TaskFailed by all but timeouts; States.Timeout also
// by a missed heartbeat.
bool Matches(const std::vector<std::string>& error_equals, const Failure& failure);

// How long to wait before attempt number `retries_before` + 1 that this retrier makes (0: its
// first).
base::Duration BackoffDelay(const Retrier& retrier, std::int64_t retries_before,
                            base::Random& random);

}  // namespace coldpath::asl

#endif  // COLDPATH_ASL_RETRY_H_
