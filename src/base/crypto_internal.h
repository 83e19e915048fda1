// What base/ alone needs of OpenSSL beyond crypto.h.
#ifndef COLDPATH_BASE_CRYPTO_INTERNAL_H_
#define COLDPATH_BASE_CRYPTO_INTERNAL_H_

#include <openssl/evp.h>

#include <string>
#include <string_view>

namespace coldpath::base::internal {

// 20 raw bytes. For name-based UUIDs only, whose definition names it; it protects nothing.
std::string Sha1(std::string_view bytes);

// AES in GCM (NIST SP 800-38D): the ciphertext and a tag of 16 bytes. REQUIRES: a key as long as
// the cipher wants it, a nonce of 12 bytes that this key has not seen.
std::string SealGcm(const EVP_CIPHER* cipher, std::string_view key, std::string_view nonce,
                    std::string_view plain, std::string_view context);

// Frees what a C API made: std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>.
template <auto function>
struct Free {
  template <typename T>
  void operator()(T* pointer) const {
    function(pointer);
  }
};

}  // namespace coldpath::base::internal

#endif  // COLDPATH_BASE_CRYPTO_INTERNAL_H_
