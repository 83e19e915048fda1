// The sandbox's own controls, JSON in and out:
//   GET    /sandbox/v1/status
//   GET    /sandbox/v1/calls?since=N&limit=N&provider=P&account=A   newest 200,000 calls, in order
//   POST   /sandbox/v1/faults         see Faults::AddRule; answers {"id": n}
//   GET    /sandbox/v1/faults         the rules in force
//   DELETE /sandbox/v1/faults         ends all rules
//   POST   /sandbox/v1/faults/heal    ends the persistent failures of the fault modes
//   POST   /sandbox/v1/revoke         {"account": A, "provider"?: P}: the person withdraws the
//   consent POST   /sandbox/v1/membership     {"account": A, "provider": P, "active": bool} POST
//   /sandbox/v1/reset          {"grants"?: bool}: forgets calls, quotas and faults, and grants if
//   asked
#ifndef COLDPATH_SANDBOX_ADMIN_H_
#define COLDPATH_SANDBOX_ADMIN_H_

#include "base/http.h"
#include "base/time.h"
#include "sandbox/http.h"
#include "sandbox/world.h"

namespace coldpath::sandbox {

SandboxResponse AnswerAdmin(World& world, const base::HttpRequest& request, const base::Url& url,
                            base::Instant now);

}  // namespace coldpath::sandbox

#endif  // COLDPATH_SANDBOX_ADMIN_H_
