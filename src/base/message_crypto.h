// What encrypts a message for one receiver whose public key is known: key agreement on P-256, key
// derivation and AES-128-GCM, in the forms that Web Push uses (RFC 8291, RFC 8188).
#ifndef COLDPATH_BASE_MESSAGE_CRYPTO_H_
#define COLDPATH_BASE_MESSAGE_CRYPTO_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "base/crypto.h"
#include "base/random.h"
#include "base/result.h"

namespace coldpath::base {

// A P-256 key pair for key agreement, in raw bytes.
struct AgreementKey {
  std::string secret;  // the scalar, big-endian, 32 bytes
  std::string point;   // the public key, uncompressed (SEC 1 section 2.3.3), 65 bytes
};
AgreementKey MakeAgreementKey(Random& random);
// Error: crypto.malformed (not 32 bytes, or not within 1 to n - 1).
Result<AgreementKey> AgreementKeyFromSecret(std::string_view secret);

// Error: crypto.malformed (not 65 bytes that are an uncompressed point of P-256).
Status CheckP256Point(std::string_view point);

// ECDH (NIST SP 800-56A section 5.7.1.2): the x coordinate, 32 bytes. Error: crypto.malformed, as
// above for either half.
Result<std::string> AgreeOnSecret(std::string_view secret, std::string_view their_point);

// The public half of a P-256 key as an uncompressed point. REQUIRES: an ES256 key.
std::string PublicPoint(const SigningKey& key);

// HKDF with SHA-256 (RFC 5869), extract and expand. REQUIRES: at most 8,160 bytes.
std::string HkdfSha256(std::string_view salt, std::string_view input_key, std::string_view info,
                       std::size_t bytes);

// AES-128-GCM without context: ciphertext and tag (16 bytes). REQUIRES: `key` has 16 bytes, `nonce`
// 12, and the pair is never used for another text.
std::string SealAes128Gcm(std::string_view key, std::string_view nonce, std::string_view plain);

}  // namespace coldpath::base

#endif  // COLDPATH_BASE_MESSAGE_CRYPTO_H_
