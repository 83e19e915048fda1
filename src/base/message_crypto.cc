#include "base/message_crypto.h"

#include <openssl/evp.h>

#include "base/check.h"
#include "base/crypto_internal.h"

namespace coldpath::base {
namespace {

constexpr std::size_t kKeyBytes = 16;
constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kHashBytes = 32;
constexpr std::size_t kMostBlocks = 255;  // RFC 5869 section 2.3: the block's number is one byte

}  // namespace

std::string HkdfSha256(std::string_view salt, std::string_view input_key, std::string_view info,
                       std::size_t bytes) {
  COLDPATH_CHECK(bytes <= kMostBlocks * kHashBytes);
  const std::string no_salt(kHashBytes, '\0');
  const std::string key = HmacSha256(salt.empty() ? std::string_view(no_salt) : salt, input_key);
  std::string out;
  std::string block;
  for (int number = 1; out.size() < bytes; ++number) {
    block = HmacSha256(key, block + std::string(info) + static_cast<char>(number));
    out += block;
  }
  out.resize(bytes);
  return out;
}

std::string SealAes128Gcm(std::string_view key, std::string_view nonce, std::string_view plain) {
  COLDPATH_CHECK(key.size() == kKeyBytes && nonce.size() == kNonceBytes);
  return internal::SealGcm(EVP_aes_128_gcm(), key, nonce, plain, "");
}

}  // namespace coldpath::base
