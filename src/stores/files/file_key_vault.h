// KeyVault with a key in a file: AES-256-GCM, 32 raw bytes of key, made on first use with mode
// 0600. Whoever holds a copy of the data folder without the key file holds no tokens.
#ifndef COLDPATH_STORES_FILES_FILE_KEY_VAULT_H_
#define COLDPATH_STORES_FILES_FILE_KEY_VAULT_H_

#include <memory>
#include <string>

#include "base/random.h"
#include "tasks/key_vault.h"

namespace coldpath::stores {

class FileKeyVault final : public tasks::KeyVault {
 public:
  // `random` must outlive the vault and be the operating system's in production. Errors:
  // vault.insecure_key_file (group or others may read or write it), vault.unavailable.
  static base::Result<std::unique_ptr<FileKeyVault>> Open(const std::string& key_file,
                                                          base::Random& random);

  // The sealed text is binary.
  base::Result<std::string> Seal(std::string_view plain, std::string_view context) override;
  base::Result<std::string> Open(std::string_view sealed, std::string_view context) override;

 private:
  FileKeyVault(std::string key, base::Random& random) : key_(std::move(key)), random_(random) {}

  const std::string key_;
  base::Random& random_;
};

}  // namespace coldpath::stores

#endif  // COLDPATH_STORES_FILES_FILE_KEY_VAULT_H_
