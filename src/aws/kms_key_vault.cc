#include "aws/kms_key_vault.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/check.h"
#include "base/crypto.h"

namespace coldpath::aws {
namespace {

constexpr std::string_view kVersion = "\x01";
constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kMostSealedKeyBytes = 6144;  // KMS's bound of a CiphertextBlob
constexpr char kContextName[] = "coldpath:connection";

std::unexpected<base::Error> NotAuthentic() {
  return base::Fail("vault.not_authentic",
                    "a sealed secret cannot be opened: it was sealed with another key or for "
                    "another connection, or it was damaged");
}

std::unexpected<base::Error> Unavailable(const AwsError& error) {
  return base::Fail("vault.unavailable", "KMS: " + Describe(error));
}

base::Result<std::string> Bytes(const base::Json& answer, const char* member) {
  auto bytes = base::Base64Decode(base::FindString(answer, member).value_or(""));
  if (!bytes || bytes->empty()) {
    return base::Fail("vault.unavailable", "KMS: the answer holds no " + std::string(member) + ".");
  }
  return bytes;
}

// Version, the length of the sealed key in two bytes (big-endian), the sealed key.
std::string Header(const std::string& sealed_key) {
  std::string header(kVersion);
  header += static_cast<char>(sealed_key.size() >> 8);
  header += static_cast<char>(sealed_key.size() & 0xff);
  return header + sealed_key;
}

struct Envelope {
  std::string sealed_key;
  std::string_view secret;
};

std::optional<Envelope> ReadEnvelope(std::string_view sealed) {
  const std::size_t prefix = kVersion.size() + 2;
  if (!sealed.starts_with(kVersion) || sealed.size() < prefix) return std::nullopt;
  const auto byte = [&](std::size_t at) {
    return static_cast<std::size_t>(static_cast<unsigned char>(sealed[at]));
  };
  const std::size_t size = byte(kVersion.size()) << 8 | byte(kVersion.size() + 1);
  if (size == 0 || size > kMostSealedKeyBytes || sealed.size() < prefix + size) return std::nullopt;
  return Envelope{std::string(sealed.substr(prefix, size)), sealed.substr(prefix + size)};
}

// One name for both; the length keeps two pairs from reading alike.
std::string PairName(const std::string& context, const std::string& sealed_key) {
  return base::Sha256(std::to_string(context.size()) + ":" + context + sealed_key);
}

}  // namespace

KmsKeyVault::KmsKeyVault(AwsClient& client, const base::Clock& clock, base::Random& random,
                         KmsSettings settings)
    : client_(client), clock_(clock), random_(random), settings_(std::move(settings)) {
  COLDPATH_CHECK(!settings_.key_id.empty() && settings_.data_key_uses > 0 &&
                 settings_.held_keys > 0);
}

void KmsKeyVault::Hold(Keys& keys, const std::string& name, DataKey key) {
  const base::Instant now = clock_.Now();
  std::erase_if(keys, [&](const auto& entry) { return entry.second.until <= now; });
  if (keys.size() >= settings_.held_keys && !keys.contains(name)) {
    keys.erase(std::min_element(keys.begin(), keys.end(), [](const auto& a, const auto& b) {
      return a.second.until < b.second.until;
    }));
  }
  keys[name] = std::move(key);
}

base::Result<KmsKeyVault::DataKey> KmsKeyVault::Generate(const std::string& context) {
  const auto answer = client_.CallJson("kms", "TrentService.GenerateDataKey",
                                       {{"KeyId", settings_.key_id},
                                        {"KeySpec", "AES_256"},
                                        {"EncryptionContext", {{kContextName, context}}}});
  if (!answer) return Unavailable(answer.error());
  DataKey key;
  COLDPATH_ASSIGN_OR_RETURN(key.plain, Bytes(*answer, "Plaintext"));
  COLDPATH_ASSIGN_OR_RETURN(key.sealed, Bytes(*answer, "CiphertextBlob"));
  if (key.plain.size() != kKeyBytes || key.sealed.size() > kMostSealedKeyBytes) {
    return base::Fail("vault.unavailable", "KMS: the answer's data key has an impossible size.");
  }
  key.until = clock_.Now() + settings_.data_key_age;
  key.uses_left = settings_.data_key_uses;
  return key;
}

base::Result<KmsKeyVault::DataKey> KmsKeyVault::KeyToSeal(const std::string& context) {
  {
    base::MutexLock lock(mutex_);
    const auto held = sealing_.find(context);
    if (held != sealing_.end() && held->second.uses_left > 0 && clock_.Now() < held->second.until) {
      --held->second.uses_left;
      return held->second;
    }
  }
  COLDPATH_ASSIGN_OR_RETURN(DataKey key, Generate(context));
  --key.uses_left;
  base::MutexLock lock(mutex_);
  Hold(sealing_, context, key);
  Hold(opening_, PairName(context, key.sealed), key);  // what is sealed is soon opened
  return key;
}

base::Result<std::string> KmsKeyVault::KeyToOpen(const std::string& sealed_key,
                                                 const std::string& context) {
  const std::string name = PairName(context, sealed_key);
  {
    base::MutexLock lock(mutex_);
    const auto held = opening_.find(name);
    if (held != opening_.end() && clock_.Now() < held->second.until) return held->second.plain;
  }
  const auto answer = client_.CallJson("kms", "TrentService.Decrypt",
                                       {{"KeyId", settings_.key_id},
                                        {"CiphertextBlob", base::Base64Encode(sealed_key)},
                                        {"EncryptionContext", {{kContextName, context}}}});
  if (!answer) {
    static const std::set<std::string> kForeign = {"InvalidCiphertextException",
                                                   "IncorrectKeyException"};
    if (kForeign.contains(answer.error().name)) return NotAuthentic();
    return Unavailable(answer.error());
  }
  DataKey key;
  COLDPATH_ASSIGN_OR_RETURN(key.plain, Bytes(*answer, "Plaintext"));
  if (key.plain.size() != kKeyBytes) return NotAuthentic();
  key.until = clock_.Now() + settings_.data_key_age;
  base::MutexLock lock(mutex_);
  Hold(opening_, name, key);
  return key.plain;
}

base::Result<std::string> KmsKeyVault::Seal(std::string_view plain, std::string_view context) {
  COLDPATH_ASSIGN_OR_RETURN(const DataKey key, KeyToSeal(std::string(context)));
  const std::string header = Header(key.sealed);
  return header + base::SealAes256Gcm(key.plain, plain, header + std::string(context), random_);
}

base::Result<std::string> KmsKeyVault::Open(std::string_view sealed, std::string_view context) {
  const auto envelope = ReadEnvelope(sealed);
  if (!envelope) return NotAuthentic();
  COLDPATH_ASSIGN_OR_RETURN(const std::string key,
                            KeyToOpen(envelope->sealed_key, std::string(context)));
  auto plain = base::OpenAes256Gcm(key, envelope->secret,
                                   Header(envelope->sealed_key) + std::string(context));
  if (!plain) return NotAuthentic();
  return plain;
}

}  // namespace coldpath::aws
