// Port: seals secrets at rest. Adapters: a key file, KMS.
#ifndef COLDPATH_TASKS_KEY_VAULT_H_
#define COLDPATH_TASKS_KEY_VAULT_H_

#include <string>
#include <string_view>

#include "base/result.h"

namespace coldpath::tasks {

// Thread-safe. `context` (the connection's id) is bound to the sealed text: it cannot be opened as
// another's. Errors: vault.not_authentic, vault.unavailable.
class KeyVault {
 public:
  virtual ~KeyVault() = default;
  virtual base::Result<std::string> Seal(std::string_view plain, std::string_view context) = 0;
  virtual base::Result<std::string> Open(std::string_view sealed, std::string_view context) = 0;
};

}  // namespace coldpath::tasks

#endif  // COLDPATH_TASKS_KEY_VAULT_H_
