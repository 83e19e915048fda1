#include "base/message_crypto.h"

#include <openssl/evp.h>

#include "base/check.h"
#include "base/crypto_internal.h"

namespace coldpath::base {
namespace {

constexpr std::size_t kKeyBytes = 16;
constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;
constexpr std::size_t kHashBytes = 32;
constexpr std::size_t kMostBlocks = 255;  // RFC 5869 section 2.3: the block's number is one byte

using Context = std::unique_ptr<EVP_CIPHER_CTX, internal::Free<EVP_CIPHER_CTX_free>>;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

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
  std::string cipher(plain.size(), '\0');
  std::string tag(kTagBytes, '\0');
  int size = 0;
  const Context state(EVP_CIPHER_CTX_new());
  COLDPATH_CHECK(state != nullptr);
  COLDPATH_CHECK(
      EVP_EncryptInit_ex(state.get(), EVP_aes_128_gcm(), nullptr, Bytes(key), Bytes(nonce)) == 1);
  COLDPATH_CHECK(EVP_EncryptUpdate(state.get(), Bytes(cipher), &size, Bytes(plain),
                                   static_cast<int>(plain.size())) == 1);
  COLDPATH_CHECK(EVP_EncryptFinal_ex(state.get(), Bytes(tag), &size) == 1);  // adds nothing in GCM
  COLDPATH_CHECK(EVP_CIPHER_CTX_ctrl(state.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, tag.data()) ==
                 1);
  return cipher + tag;
}

}  // namespace coldpath::base
