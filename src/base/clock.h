// Port: what time it is. The core reads time only here, so that it runs in simulated time.
#ifndef COLDPATH_BASE_CLOCK_H_
#define COLDPATH_BASE_CLOCK_H_

#include "base/time.h"

namespace coldpath::base {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  // Wall-clock time. It may be set back by an operator; nothing may rely on it being monotonic.
  virtual Instant Now() const = 0;
};

}  // namespace coldpath::base

#endif  // COLDPATH_BASE_CLOCK_H_
