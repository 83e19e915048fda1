// KeyVault whose key lives in memory: the simulation's in place of a key file, with the same
// sealing.
#ifndef COLDPATH_TESTS_SIMULATION_MEMORY_KEY_VAULT_H_
#define COLDPATH_TESTS_SIMULATION_MEMORY_KEY_VAULT_H_

#include <string>

#include "base/crypto.h"
#include "base/random.h"
#include "tasks/key_vault.h"

namespace coldpath::simulation {

class MemoryKeyVault final : public tasks::KeyVault {
 public:
  // `random` must outlive it.
  explicit MemoryKeyVault(base::Random& random) : random_(random), key_(random.NextBytes(32)) {}

  base::Result<std::string> Seal(std::string_view plain, std::string_view context) override {
    return base::SealAes256Gcm(key_, plain, context, random_);
  }
  base::Result<std::string> Open(std::string_view sealed, std::string_view context) override {
    auto plain = base::OpenAes256Gcm(key_, sealed, context);
    if (plain) return plain;
    return base::Fail("vault.not_authentic", "a sealed secret cannot be opened");
  }

 private:
  base::Random& random_;
  const std::string key_;
};

}  // namespace coldpath::simulation

#endif  // COLDPATH_TESTS_SIMULATION_MEMORY_KEY_VAULT_H_
