// What base/ alone needs of OpenSSL beyond crypto.h.
#ifndef COLDPATH_BASE_CRYPTO_INTERNAL_H_
#define COLDPATH_BASE_CRYPTO_INTERNAL_H_

#include <string>
#include <string_view>

namespace coldpath::base::internal {

// 20 raw bytes. For name-based UUIDs only, whose definition names it; it protects nothing.
std::string Sha1(std::string_view bytes);

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
