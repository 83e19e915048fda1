// Use case: start a historical sync (FR-1), idempotent by the client's key (FR-12).
#ifndef COLDPATH_SERVICE_START_SYNC_H_
#define COLDPATH_SERVICE_START_SYNC_H_

#include <optional>
#include <vector>

#include "service/launch.h"
#include "service/plan_request.h"

namespace coldpath::service {

// Errors: sync.pro_required, sync.key_foreign, sync.key_reused, sync.key_spent, those of
// PrepareSync, connection.needs_reauth.
base::Result<Accepted> StartSync(const Context& context, const KeyedRequest& request,
                                 const SyncWish& wish);

// Errors: sync.pro_required.
base::Status RequirePro(const Context& context, const std::string& user_id);

}  // namespace coldpath::service

#endif  // COLDPATH_SERVICE_START_SYNC_H_
