#include <openssl/evp.h>

#include "base/check.h"
#include "base/crypto.h"
#include "base/crypto_internal.h"

namespace coldpath::base {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;

using Context = std::unique_ptr<EVP_CIPHER_CTX, internal::Free<EVP_CIPHER_CTX_free>>;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace

std::string internal::SealGcm(const EVP_CIPHER* cipher, std::string_view key,
                              std::string_view nonce, std::string_view plain,
                              std::string_view context) {
  std::string sealed(plain.size(), '\0');
  std::string tag(kTagBytes, '\0');
  int size = 0;
  const Context state(EVP_CIPHER_CTX_new());
  COLDPATH_CHECK(state != nullptr);
  COLDPATH_CHECK(EVP_EncryptInit_ex(state.get(), cipher, nullptr, Bytes(key), Bytes(nonce)) == 1);
  COLDPATH_CHECK(EVP_EncryptUpdate(state.get(), nullptr, &size, Bytes(context),
                                   static_cast<int>(context.size())) == 1);
  COLDPATH_CHECK(EVP_EncryptUpdate(state.get(), Bytes(sealed), &size, Bytes(plain),
                                   static_cast<int>(plain.size())) == 1);
  COLDPATH_CHECK(EVP_EncryptFinal_ex(state.get(), Bytes(tag), &size) == 1);  // adds nothing in GCM
  COLDPATH_CHECK(EVP_CIPHER_CTX_ctrl(state.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, tag.data()) ==
                 1);
  return sealed + tag;
}

std::string SealAes256Gcm(std::string_view key, std::string_view plain, std::string_view context,
                          Random& random) {
  COLDPATH_CHECK(key.size() == kKeyBytes);
  const std::string nonce = random.NextBytes(kNonceBytes);
  return nonce + internal::SealGcm(EVP_aes_256_gcm(), key, nonce, plain, context);
}

Result<std::string> OpenAes256Gcm(std::string_view key, std::string_view sealed,
                                  std::string_view context) {
  COLDPATH_CHECK(key.size() == kKeyBytes);
  const auto not_authentic = [] {
    return Fail("crypto.not_authentic",
                "The sealed bytes cannot be opened: they were changed, or sealed with another key "
                "or context.");
  };
  if (sealed.size() < kNonceBytes + kTagBytes) return not_authentic();
  const std::string_view nonce = sealed.substr(0, kNonceBytes);
  const std::string_view cipher =
      sealed.substr(kNonceBytes, sealed.size() - kNonceBytes - kTagBytes);
  std::string tag(sealed.substr(sealed.size() - kTagBytes));
  std::string plain(cipher.size(), '\0');
  std::string end(kTagBytes, '\0');
  int size = 0;
  const Context state(EVP_CIPHER_CTX_new());
  COLDPATH_CHECK(state != nullptr);
  COLDPATH_CHECK(
      EVP_DecryptInit_ex(state.get(), EVP_aes_256_gcm(), nullptr, Bytes(key), Bytes(nonce)) == 1);
  COLDPATH_CHECK(EVP_DecryptUpdate(state.get(), nullptr, &size, Bytes(context),
                                   static_cast<int>(context.size())) == 1);
  COLDPATH_CHECK(EVP_DecryptUpdate(state.get(), Bytes(plain), &size, Bytes(cipher),
                                   static_cast<int>(cipher.size())) == 1);
  COLDPATH_CHECK(EVP_CIPHER_CTX_ctrl(state.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) ==
                 1);
  if (EVP_DecryptFinal_ex(state.get(), Bytes(end), &size) != 1) return not_authentic();
  return plain;
}

}  // namespace coldpath::base
