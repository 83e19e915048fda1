// Use cases: delete everything about a person (DELETE /v1/me), or all that one connection brought.
#ifndef COLDPATH_SERVICE_ERASE_H_
#define COLDPATH_SERVICE_ERASE_H_

#include <string>

#include "service/context.h"

namespace coldpath::service {

// Cancels what runs, revokes the grants at the providers (as far as they can), removes connections,
// tokens, records, raw payloads, manifests, jobs, keys, notifications, devices that get pushes,
// what waits to be sent to them, and the entitlement. A worker that is in the middle of a page
// finds its job gone and stops; what it may still write in that moment is swept again later.
// Idempotent: after an error, ask again.
base::Status EraseUser(const Context& context, const std::string& user_id);

// Cancels the connection's syncs and removes them with all that they brought, then the connection
// itself. Revoking the grant is the caller's. Idempotent; a worker's last page as above. REQUIRES:
// the connection is marked `erasing` where it is stored, so that whoever is interrupted here is
// followed by recovery.
base::Status EraseConnection(const Context& context, const domain::Connection& connection);

}  // namespace coldpath::service

#endif  // COLDPATH_SERVICE_ERASE_H_
