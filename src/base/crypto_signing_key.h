// The key behind crypto.h's SigningKey, shared by the files that read, write and use it.
#ifndef COLDPATH_BASE_CRYPTO_SIGNING_KEY_H_
#define COLDPATH_BASE_CRYPTO_SIGNING_KEY_H_

#include <openssl/bn.h>
#include <openssl/evp.h>

#include <memory>

#include "base/crypto.h"
#include "base/crypto_internal.h"

namespace coldpath::base {

namespace internal {
using PKey = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using BigNumber = std::unique_ptr<BIGNUM, Free<BN_free>>;

// Takes a P-256 key, or an RSA key of at least 2048 bits; anything else is crypto.malformed.
Result<SigningKeyPtr> AdoptKey(PKey key, bool is_private);
}  // namespace internal

// Immutable, so one may be used by many threads.
class SigningKey {
 public:
  enum class Kind { kEs256, kRs256 };

  SigningKey(internal::PKey key, Kind kind, bool is_private)
      : key_(std::move(key)), kind_(kind), is_private_(is_private) {}

  // OpenSSL's functions take it without const and do not change it.
  EVP_PKEY* get() const { return key_.get(); }
  Kind kind() const { return kind_; }
  bool is_private() const { return is_private_; }

 private:
  internal::PKey key_;
  Kind kind_;
  bool is_private_;
};

}  // namespace coldpath::base

#endif  // COLDPATH_BASE_CRYPTO_SIGNING_KEY_H_
