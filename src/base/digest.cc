#include "base/digest.h"

#include <openssl/evp.h>

#include "base/check.h"
#include "base/crypto.h"

namespace coldpath::base {

std::optional<std::string> DigestHex(std::string_view algorithm, std::string_view bytes) {
  const EVP_MD* method = algorithm == "MD5"       ? EVP_md5()
                         : algorithm == "SHA-1"   ? EVP_sha1()
                         : algorithm == "SHA-256" ? EVP_sha256()
                         : algorithm == "SHA-384" ? EVP_sha384()
                         : algorithm == "SHA-512" ? EVP_sha512()
                                                  : nullptr;
  if (method == nullptr) return std::nullopt;
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  COLDPATH_CHECK(EVP_Digest(bytes.data(), bytes.size(), digest, &size, method, nullptr) == 1);
  return HexEncode(std::string_view(reinterpret_cast<const char*>(digest), size));
}

}  // namespace coldpath::base
