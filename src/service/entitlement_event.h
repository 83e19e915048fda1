// Use case: the app's billing system says who has Pro, by a signed webhook
// (POST /v1/entitlements/events).
#ifndef COLDPATH_SERVICE_ENTITLEMENT_EVENT_H_
#define COLDPATH_SERVICE_ENTITLEMENT_EVENT_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "service/context.h"

namespace coldpath::service {

struct EntitlementEvent {
  std::string user_id;
  bool pro = false;
  base::Instant stated;  // when it became so
};

// {"type": "entitlement.changed", "timestamp": RFC 3339, "data": {"user_id", "pro"}}. A statement
// about the future (beyond the tolerance for clocks) is refused: nothing later could correct it.
// Error: entitlement.invalid; `where` is then the JSON pointer to what is wrong.
base::Result<EntitlementEvent> ReadEntitlementEvent(const base::Json& body, base::Instant now,
                                                    std::string& where);

// Remembers the statement unless a newer one is known; so repetitions and wrong order change
// nothing, and of two of the same moment the one that comes last holds. A person who has no Pro now
// keeps what came in: each historical sync that runs is told to stop, as a cancellation whose
// reason is the downgrade. Errors: the stores'; ask again then.
base::Status ApplyEntitlementEvent(const Context& context, const EntitlementEvent& event);

}  // namespace coldpath::service

#endif  // COLDPATH_SERVICE_ENTITLEMENT_EVENT_H_
