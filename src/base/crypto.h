// Hashes, encodings, signatures and authenticated encryption. The one home of OpenSSL outside net/.
#ifndef COLDPATH_BASE_CRYPTO_H_
#define COLDPATH_BASE_CRYPTO_H_

#include <memory>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"

namespace coldpath::base {

// 32 raw bytes.
std::string Sha256(std::string_view bytes);
// 64 lower-case hex digits.
std::string Sha256Hex(std::string_view bytes);
std::string HmacSha256(std::string_view key, std::string_view bytes);
// Time does not depend on where the two differ.
bool EqualInConstantTime(std::string_view a, std::string_view b);

std::string HexEncode(std::string_view bytes);
Result<std::string> HexDecode(std::string_view text);
// RFC 4648 section 4 (padded) and section 5 (URL-safe, unpadded). Decoding errors:
// crypto.malformed.
std::string Base64Encode(std::string_view bytes);
Result<std::string> Base64Decode(std::string_view text);
std::string Base64UrlEncode(std::string_view bytes);
Result<std::string> Base64UrlDecode(std::string_view text);

// AES-256-GCM (NIST SP 800-38D). `key` has 32 bytes. The result is nonce (12 bytes, drawn from
// `random`), ciphertext, tag (16 bytes). `context` is authenticated, not stored: the same must be
// given to open.
std::string SealAes256Gcm(std::string_view key, std::string_view plain, std::string_view context,
                          Random& random);
// Error: crypto.not_authentic (wrong key, wrong context, or changed bytes).
Result<std::string> OpenAes256Gcm(std::string_view key, std::string_view sealed,
                                  std::string_view context);

// A public or private key for ES256 (P-256) or RS256 signatures, in the form of a JWK (RFC 7517) or
// PEM.
class SigningKey;
using SigningKeyPtr = std::shared_ptr<const SigningKey>;
SigningKeyPtr GenerateEs256Key();
// Errors: crypto.malformed.
Result<SigningKeyPtr> SigningKeyFromPem(std::string_view pem);
Result<SigningKeyPtr> SigningKeyFromJwk(std::string_view jwk_json);
std::string PrivateKeyPem(const SigningKey& key);
// The public half as a JWK, with "alg" and "kid" (RFC 7638 thumbprint).
std::string PublicJwk(const SigningKey& key);
// "ES256" or "RS256".
std::string_view SignatureAlgorithm(const SigningKey& key);
// Signatures as RFC 7518 sections 3.3 and 3.4 have them (ES256: r || s, 64 bytes).
Result<std::string> Sign(const SigningKey& key, std::string_view bytes);
bool VerifySignature(const SigningKey& key, std::string_view bytes, std::string_view signature);

// Random from the operating system's generator.
std::unique_ptr<Random> MakeSystemRandom();

}  // namespace coldpath::base

#endif  // COLDPATH_BASE_CRYPTO_H_
