#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/check.h"
#include "base/crypto.h"
#include "base/crypto_internal.h"

namespace coldpath::base {
namespace {

std::string Digest(const EVP_MD* kind, std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  COLDPATH_CHECK(EVP_Digest(bytes.data(), bytes.size(), digest, &size, kind, nullptr) == 1);
  return std::string(reinterpret_cast<const char*>(digest), size);
}

}  // namespace

std::string internal::Sha1(std::string_view bytes) { return Digest(EVP_sha1(), bytes); }

std::string Sha256(std::string_view bytes) { return Digest(EVP_sha256(), bytes); }

std::string Sha256Hex(std::string_view bytes) { return HexEncode(Sha256(bytes)); }

std::string HmacSha256(std::string_view key, std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  // OpenSSL reads a null key as "the key of last time".
  const char* key_data = key.empty() ? "" : key.data();
  COLDPATH_CHECK(HMAC(EVP_sha256(), key_data, static_cast<int>(key.size()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest,
                      &size) != nullptr);
  return std::string(reinterpret_cast<const char*>(digest), size);
}

bool EqualInConstantTime(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace coldpath::base
