#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/param_build.h>

#include "base/check.h"
#include "base/crypto_signing_key.h"
#include "base/message_crypto.h"

namespace coldpath::base {
namespace {

using internal::BigNumber;
using internal::Free;
using internal::PKey;
using Group = std::unique_ptr<EC_GROUP, Free<EC_GROUP_free>>;
using Point = std::unique_ptr<EC_POINT, Free<EC_POINT_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Free<EVP_PKEY_CTX_free>>;
using ParamBuilder = std::unique_ptr<OSSL_PARAM_BLD, Free<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Free<OSSL_PARAM_free>>;

constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kPointBytes = 65;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

Group P256() {
  Group group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
  COLDPATH_CHECK(group != nullptr);
  return group;
}

// Nothing where `secret` is no number that a P-256 key may have.
BigNumber ReadSecret(const EC_GROUP* group, std::string_view secret) {
  if (secret.size() != kSecretBytes) return nullptr;
  BigNumber number(BN_bin2bn(Bytes(secret), kSecretBytes, nullptr));
  COLDPATH_CHECK(number != nullptr);
  if (BN_is_zero(number.get()) || BN_cmp(number.get(), EC_GROUP_get0_order(group)) >= 0) {
    return nullptr;
  }
  BN_set_flags(number.get(), BN_FLG_CONSTTIME);
  return number;
}

// `secret` may be null: the public half alone.
PKey MakePKey(std::string_view point, const BIGNUM* secret) {
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  COLDPATH_CHECK(builder != nullptr);
  COLDPATH_CHECK(
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) == 1);
  COLDPATH_CHECK(OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY,
                                                  point.data(), point.size()) == 1);
  if (secret != nullptr) {
    COLDPATH_CHECK(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, secret) == 1);
  }
  const Params params(OSSL_PARAM_BLD_to_param(builder.get()));
  const KeyContext maker(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  COLDPATH_CHECK(params != nullptr && maker != nullptr);
  EVP_PKEY* made = nullptr;
  const int selection = secret != nullptr ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY;
  COLDPATH_CHECK(EVP_PKEY_fromdata_init(maker.get()) == 1);
  COLDPATH_CHECK(EVP_PKEY_fromdata(maker.get(), &made, selection, params.get()) == 1);
  return PKey(made);
}

}  // namespace

Result<AgreementKey> AgreementKeyFromSecret(std::string_view secret) {
  const Group group = P256();
  const BigNumber number = ReadSecret(group.get(), secret);
  if (number == nullptr) {
    return Fail("crypto.malformed", "The secret half of a P-256 key is not one.");
  }
  const Point point(EC_POINT_new(group.get()));
  COLDPATH_CHECK(point != nullptr);
  COLDPATH_CHECK(EC_POINT_mul(group.get(), point.get(), number.get(), nullptr, nullptr, nullptr) ==
                 1);
  AgreementKey key{std::string(secret), std::string(kPointBytes, '\0')};
  COLDPATH_CHECK(EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED,
                                    Bytes(key.point), kPointBytes, nullptr) == kPointBytes);
  return key;
}

AgreementKey MakeAgreementKey(Random& random) {
  // One draw in four thousand million is no key: n is a little below 2^256.
  while (true) {
    if (auto key = AgreementKeyFromSecret(random.NextBytes(kSecretBytes))) return *std::move(key);
  }
}

Status CheckP256Point(std::string_view point) {
  const Group group = P256();
  const Point read(EC_POINT_new(group.get()));
  COLDPATH_CHECK(read != nullptr);
  // Reading it proves that it lies on the curve; the cofactor of P-256 is 1.
  const bool good =
      point.size() == kPointBytes && point.front() == POINT_CONVERSION_UNCOMPRESSED &&
      EC_POINT_oct2point(group.get(), read.get(), Bytes(point), point.size(), nullptr) == 1;
  ERR_clear_error();
  if (!good) {
    return Fail("crypto.malformed", "The public key is not an uncompressed point of P-256.");
  }
  return {};
}

Result<std::string> AgreeOnSecret(std::string_view secret, std::string_view their_point) {
  COLDPATH_RETURN_IF_ERROR(CheckP256Point(their_point));
  COLDPATH_ASSIGN_OR_RETURN(const AgreementKey ours, AgreementKeyFromSecret(secret));
  const BigNumber number = ReadSecret(P256().get(), secret);
  const PKey our_key = MakePKey(ours.point, number.get());
  const PKey their_key = MakePKey(their_point, nullptr);
  const KeyContext context(EVP_PKEY_CTX_new(our_key.get(), nullptr));
  COLDPATH_CHECK(context != nullptr);
  std::string shared(kSecretBytes, '\0');
  std::size_t size = shared.size();
  COLDPATH_CHECK(EVP_PKEY_derive_init(context.get()) == 1);
  COLDPATH_CHECK(EVP_PKEY_derive_set_peer(context.get(), their_key.get()) == 1);
  COLDPATH_CHECK(EVP_PKEY_derive(context.get(), Bytes(shared), &size) == 1);
  COLDPATH_CHECK(size == kSecretBytes);
  return shared;
}

std::string PublicPoint(const SigningKey& key) {
  COLDPATH_CHECK(key.kind() == SigningKey::Kind::kEs256);
  BIGNUM* x = nullptr;
  BIGNUM* y = nullptr;
  COLDPATH_CHECK(EVP_PKEY_get_bn_param(key.get(), OSSL_PKEY_PARAM_EC_PUB_X, &x) == 1);
  const BigNumber x_owner(x);
  COLDPATH_CHECK(EVP_PKEY_get_bn_param(key.get(), OSSL_PKEY_PARAM_EC_PUB_Y, &y) == 1);
  const BigNumber y_owner(y);
  constexpr int kCoordinateBytes = 32;
  std::string point(kPointBytes, '\0');
  point.front() = POINT_CONVERSION_UNCOMPRESSED;
  COLDPATH_CHECK(BN_bn2binpad(x, Bytes(point) + 1, kCoordinateBytes) == kCoordinateBytes);
  COLDPATH_CHECK(BN_bn2binpad(y, Bytes(point) + 1 + kCoordinateBytes, kCoordinateBytes) ==
                 kCoordinateBytes);
  return point;
}

}  // namespace coldpath::base
