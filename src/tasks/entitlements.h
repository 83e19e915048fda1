// Port: who has Pro. Written from the claim of each authenticated request and by the billing
// webhook; read hours later by handlers.
#ifndef COLDPATH_TASKS_ENTITLEMENTS_H_
#define COLDPATH_TASKS_ENTITLEMENTS_H_

#include <string>

#include "base/result.h"
#include "base/time.h"

namespace coldpath::tasks {

class Entitlements {
 public:
  virtual ~Entitlements() = default;
  // Remembers what was said at `issued`; an older statement than the one known changes nothing. The
  // result is whether the user has Pro now.
  virtual base::Result<bool> Record(const std::string& user_id, bool pro, base::Instant issued) = 0;
  // False for users never heard of.
  virtual base::Result<bool> HasPro(const std::string& user_id) = 0;
  virtual base::Status EraseUser(const std::string& user_id) = 0;
};

}  // namespace coldpath::tasks

#endif  // COLDPATH_TASKS_ENTITLEMENTS_H_
