// JSON Web Keys (RFC 7517; parameters in RFC 7518 section 6).
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>

#include <algorithm>
#include <vector>

#include "base/check.h"
#include "base/crypto_signing_key.h"
#include "base/json.h"

namespace coldpath::base {
namespace {

using internal::BigNumber;
using internal::PKey;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, internal::Free<EVP_PKEY_CTX_free>>;
using ParamBuilder = std::unique_ptr<OSSL_PARAM_BLD, internal::Free<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, internal::Free<OSSL_PARAM_free>>;

constexpr std::size_t kCoordinateBytes = 32;

std::unexpected<Error> Malformed(std::string what) {
  return Fail("crypto.malformed", std::move(what));
}

Result<std::string> Member(const Json& jwk, const char* name) {
  const auto text = FindString(jwk, name);
  if (!text) return Malformed("The JWK lacks its member \"" + std::string(name) + "\".");
  return Base64UrlDecode(*text);
}

Result<BigNumber> NumberMember(const Json& jwk, const char* name) {
  COLDPATH_ASSIGN_OR_RETURN(const std::string bytes, Member(jwk, name));
  BigNumber number(BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()),
                             static_cast<int>(bytes.size()), nullptr));
  COLDPATH_CHECK(number != nullptr);
  return number;
}

// Makes a key of the parameters and has OpenSSL prove it sound (point on the curve, halves that
// belong together).
Result<SigningKeyPtr> BuildKey(const char* type, OSSL_PARAM_BLD* builder, bool is_private) {
  const Params params(OSSL_PARAM_BLD_to_param(builder));
  const KeyContext maker(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  COLDPATH_CHECK(params != nullptr && maker != nullptr);
  EVP_PKEY* made = nullptr;
  const int selection = is_private ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY;
  const bool good = EVP_PKEY_fromdata_init(maker.get()) == 1 &&
                    EVP_PKEY_fromdata(maker.get(), &made, selection, params.get()) == 1;
  PKey key(made);
  bool sound = false;
  if (good) {
    const KeyContext checker(EVP_PKEY_CTX_new(key.get(), nullptr));
    COLDPATH_CHECK(checker != nullptr);
    sound = EVP_PKEY_public_check(checker.get()) == 1 &&
            (!is_private || EVP_PKEY_pairwise_check(checker.get()) == 1);
  }
  ERR_clear_error();
  if (!sound) return Malformed("The numbers of the JWK do not make a key.");
  return internal::AdoptKey(std::move(key), is_private);
}

Result<SigningKeyPtr> EcKeyFromJwk(const Json& jwk) {
  if (FindString(jwk, "crv") != "P-256") return Malformed("The JWK's curve is not P-256.");
  COLDPATH_ASSIGN_OR_RETURN(const std::string x, Member(jwk, "x"));
  COLDPATH_ASSIGN_OR_RETURN(const std::string y, Member(jwk, "y"));
  if (x.size() != kCoordinateBytes || y.size() != kCoordinateBytes) {
    return Malformed("A coordinate of a P-256 JWK has 32 bytes.");
  }
  const std::string point = '\x04' + x + y;  // SEC 1 section 2.3.3, uncompressed
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  COLDPATH_CHECK(builder != nullptr);
  COLDPATH_CHECK(
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) == 1);
  COLDPATH_CHECK(OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY,
                                                  point.data(), point.size()) == 1);
  BigNumber secret;
  const bool is_private = FindMember(jwk, "d") != nullptr;
  if (is_private) {
    COLDPATH_ASSIGN_OR_RETURN(secret, NumberMember(jwk, "d"));
    COLDPATH_CHECK(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, secret.get()) ==
                   1);
  }
  return BuildKey("EC", builder.get(), is_private);
}

Result<SigningKeyPtr> RsaKeyFromJwk(const Json& jwk) {
  struct Parameter {
    const char* member;
    const char* openssl;
  };
  static constexpr Parameter kPublic[] = {{"n", OSSL_PKEY_PARAM_RSA_N},
                                          {"e", OSSL_PKEY_PARAM_RSA_E}};
  static constexpr Parameter kPrivate[] = {
      {"d", OSSL_PKEY_PARAM_RSA_D},          {"p", OSSL_PKEY_PARAM_RSA_FACTOR1},
      {"q", OSSL_PKEY_PARAM_RSA_FACTOR2},    {"dp", OSSL_PKEY_PARAM_RSA_EXPONENT1},
      {"dq", OSSL_PKEY_PARAM_RSA_EXPONENT2}, {"qi", OSSL_PKEY_PARAM_RSA_COEFFICIENT1}};
  const bool is_private = FindMember(jwk, "d") != nullptr;
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  COLDPATH_CHECK(builder != nullptr);
  std::vector<BigNumber> numbers;  // The builder refers to them until the key is built.
  const auto push = [&](const Parameter& parameter) -> Status {
    COLDPATH_ASSIGN_OR_RETURN(BigNumber number, NumberMember(jwk, parameter.member));
    COLDPATH_CHECK(OSSL_PARAM_BLD_push_BN(builder.get(), parameter.openssl, number.get()) == 1);
    numbers.push_back(std::move(number));
    return {};
  };
  for (const Parameter& parameter : kPublic) COLDPATH_RETURN_IF_ERROR(push(parameter));
  if (is_private) {
    for (const Parameter& parameter : kPrivate) COLDPATH_RETURN_IF_ERROR(push(parameter));
  }
  return BuildKey("RSA", builder.get(), is_private);
}

std::string NumberText(const SigningKey& key, const char* name, std::size_t width) {
  BIGNUM* found = nullptr;
  COLDPATH_CHECK(EVP_PKEY_get_bn_param(key.get(), name, &found) == 1);
  const BigNumber number(found);
  const auto size = std::max(width, static_cast<std::size_t>(BN_num_bytes(number.get())));
  std::string bytes(size, '\0');
  COLDPATH_CHECK(BN_bn2binpad(number.get(), reinterpret_cast<unsigned char*>(bytes.data()),
                              static_cast<int>(size)) >= 0);
  return Base64UrlEncode(bytes);
}

}  // namespace

Result<SigningKeyPtr> SigningKeyFromJwk(std::string_view jwk_json) {
  const auto jwk = ParseJson(jwk_json, {.max_bytes = 64u << 10, .max_depth = 8});
  if (!jwk) return Malformed("The JWK is not a JSON document.");
  const auto type = FindString(*jwk, "kty");
  if (type != "EC" && type != "RSA")
    return Malformed("The JWK's \"kty\" is neither \"EC\" nor \"RSA\".");
  COLDPATH_ASSIGN_OR_RETURN(SigningKeyPtr key,
                            type == "EC" ? EcKeyFromJwk(*jwk) : RsaKeyFromJwk(*jwk));
  if (const auto algorithm = FindString(*jwk, "alg");
      algorithm && *algorithm != SignatureAlgorithm(*key)) {
    return Malformed("The JWK's \"alg\" does not fit its kind of key.");
  }
  return key;
}

std::string PublicJwk(const SigningKey& key) {
  Json jwk;
  if (key.kind() == SigningKey::Kind::kEs256) {
    jwk["kty"] = "EC";
    jwk["crv"] = "P-256";
    jwk["x"] = NumberText(key, OSSL_PKEY_PARAM_EC_PUB_X, kCoordinateBytes);
    jwk["y"] = NumberText(key, OSSL_PKEY_PARAM_EC_PUB_Y, kCoordinateBytes);
  } else {
    jwk["kty"] = "RSA";
    jwk["e"] = NumberText(key, OSSL_PKEY_PARAM_RSA_E, 1);
    jwk["n"] = NumberText(key, OSSL_PKEY_PARAM_RSA_N, 1);
  }
  // RFC 7638: the thumbprint is over exactly the required members, sorted, without spaces.
  jwk["kid"] = Base64UrlEncode(Sha256(DumpJson(jwk)));
  jwk["alg"] = SignatureAlgorithm(key);
  jwk["use"] = "sig";
  return DumpJson(jwk);
}

}  // namespace coldpath::base
