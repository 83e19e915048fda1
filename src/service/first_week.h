// Use case (US-31): a new connection's last seven days come by themselves, for every person, Pro or
// not, so that they see value at once. Only the server creates this kind of job.
#ifndef COLDPATH_SERVICE_FIRST_WEEK_H_
#define COLDPATH_SERVICE_FIRST_WEEK_H_

#include "service/launch.h"

namespace coldpath::service {

// The key is UUIDv5(connection, when it was made): repeated callbacks start nothing new. Does
// nothing unless the connection's first_week_due is set; unsets it once the job is persisted
// (recovery launches that) or cannot be planned at all. Errors: those of PlanChunks, of the stores
// and of the engine.
base::Status StartFirstWeekIfDue(const Context& context, const domain::Connection& connection);

// The key, and so the name of the execution.
std::string FirstWeekKey(const domain::Connection& connection);

}  // namespace coldpath::service

#endif  // COLDPATH_SERVICE_FIRST_WEEK_H_
