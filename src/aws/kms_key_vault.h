// Secrets sealed under a key of AWS KMS (API 2014-11-01): envelope encryption. KMS makes data keys
// and opens them; the secrets themselves are sealed here, with AES-256-GCM.
#ifndef COLDPATH_AWS_KMS_KEY_VAULT_H_
#define COLDPATH_AWS_KMS_KEY_VAULT_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "aws/aws_client.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "base/random.h"
#include "tasks/key_vault.h"

namespace coldpath::aws {

struct KmsSettings {
  std::string key_id;  // key or alias, as id or ARN
  // How long a data key is used again in this process, and for how many secrets: each one saved is
  // a call to KMS ($0.03 for ten thousand). Also how long an opened key is remembered.
  base::Duration data_key_age = std::chrono::minutes(10);
  int data_key_uses = 100;
  std::size_t held_keys = 256;
};

// Thread-safe; what is given must outlive the vault; `random` is the operating system's in
// production. A data key belongs to one context, which KMS checks too (EncryptionContext), so that
// CloudTrail shows whose secret was opened. Errors: vault.not_authentic, vault.unavailable.
class KmsKeyVault final : public tasks::KeyVault {
 public:
  KmsKeyVault(AwsClient& client, const base::Clock& clock, base::Random& random,
              KmsSettings settings);

  // The sealed text is binary: version, the data key as KMS sealed it, nonce, ciphertext, tag.
  base::Result<std::string> Seal(std::string_view plain, std::string_view context) override;
  base::Result<std::string> Open(std::string_view sealed, std::string_view context) override;

 private:
  struct DataKey {
    std::string plain;   // 32 bytes
    std::string sealed;  // KMS's CiphertextBlob
    base::Instant until;
    int uses_left = 0;
  };
  using Keys = std::map<std::string, DataKey>;

  base::Result<DataKey> KeyToSeal(const std::string& context);
  base::Result<std::string> KeyToOpen(const std::string& sealed_key, const std::string& context);
  base::Result<DataKey> Generate(const std::string& context);
  void Hold(Keys& keys, const std::string& name, DataKey key) COLDPATH_REQUIRES(mutex_);

  AwsClient& client_;
  const base::Clock& clock_;
  base::Random& random_;
  const KmsSettings settings_;
  base::Mutex mutex_;
  Keys sealing_ COLDPATH_GUARDED_BY(mutex_);  // by context
  Keys opening_ COLDPATH_GUARDED_BY(mutex_);  // by context and sealed key
};

}  // namespace coldpath::aws

#endif  // COLDPATH_AWS_KMS_KEY_VAULT_H_
