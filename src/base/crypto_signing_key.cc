#include "base/crypto_signing_key.h"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "base/check.h"

namespace coldpath::base {
namespace {

using internal::BigNumber;
using internal::PKey;
using Bio = std::unique_ptr<BIO, internal::Free<BIO_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, internal::Free<EVP_MD_CTX_free>>;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, internal::Free<ECDSA_SIG_free>>;

constexpr int kEs256HalfBytes = 32;
constexpr int kLeastRsaBits = 2048;  // RFC 7518 section 3.3

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

// A key file with a passphrase is refused, never prompted for.
int NoPassphrase(char*, int, int, void*) { return -1; }

bool IsP256(const EVP_PKEY* key) {
  char group[32] = {};
  std::size_t size = 0;
  return EVP_PKEY_get_group_name(key, group, sizeof group, &size) == 1 &&
         std::string_view(group, size) == "prime256v1";
}

// RFC 7518 section 3.4 wants r and s side by side; OpenSSL speaks DER.
Result<std::string> DerToRaw(std::string_view der) {
  const unsigned char* at = Bytes(der);
  const EcdsaSignature parsed(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  std::string raw(2 * kEs256HalfBytes, '\0');
  if (parsed == nullptr ||
      BN_bn2binpad(ECDSA_SIG_get0_r(parsed.get()), Bytes(raw), kEs256HalfBytes) < 0 ||
      BN_bn2binpad(ECDSA_SIG_get0_s(parsed.get()), Bytes(raw) + kEs256HalfBytes, kEs256HalfBytes) <
          0) {
    return Fail("crypto.sign", "The signature could not be encoded.");
  }
  return raw;
}

std::string RawToDer(std::string_view raw) {
  BigNumber r(BN_bin2bn(Bytes(raw), kEs256HalfBytes, nullptr));
  BigNumber s(BN_bin2bn(Bytes(raw) + kEs256HalfBytes, kEs256HalfBytes, nullptr));
  const EcdsaSignature signature(ECDSA_SIG_new());
  COLDPATH_CHECK(r != nullptr && s != nullptr && signature != nullptr);
  COLDPATH_CHECK(ECDSA_SIG_set0(signature.get(), r.release(), s.release()) == 1);
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(signature.get(), &der);
  COLDPATH_CHECK(size > 0);
  std::string out(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return out;
}

}  // namespace

Result<SigningKeyPtr> internal::AdoptKey(PKey key, bool is_private) {
  if (EVP_PKEY_is_a(key.get(), "EC") == 1 && IsP256(key.get())) {
    return std::make_shared<const SigningKey>(std::move(key), SigningKey::Kind::kEs256, is_private);
  }
  if (EVP_PKEY_is_a(key.get(), "RSA") == 1 && EVP_PKEY_get_bits(key.get()) >= kLeastRsaBits) {
    return std::make_shared<const SigningKey>(std::move(key), SigningKey::Kind::kRs256, is_private);
  }
  return Fail("crypto.malformed",
              "The key is neither a P-256 key nor an RSA key of at least 2048 bits.");
}

SigningKeyPtr GenerateEs256Key() {
  PKey key(EVP_EC_gen("P-256"));
  COLDPATH_CHECK(key != nullptr);
  return *internal::AdoptKey(std::move(key), /*is_private=*/true);
}

Result<SigningKeyPtr> SigningKeyFromPem(std::string_view pem) {
  const Bio input(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  COLDPATH_CHECK(input != nullptr);
  PKey key(PEM_read_bio_PrivateKey(input.get(), nullptr, NoPassphrase, nullptr));
  const bool is_private = key != nullptr;
  if (!is_private) {
    COLDPATH_CHECK(BIO_reset(input.get()) == 1);
    key.reset(PEM_read_bio_PUBKEY(input.get(), nullptr, NoPassphrase, nullptr));
  }
  ERR_clear_error();
  if (key == nullptr) {
    return Fail("crypto.malformed",
                "The text is not a private or public key in PEM without a passphrase.");
  }
  return internal::AdoptKey(std::move(key), is_private);
}

std::string PrivateKeyPem(const SigningKey& key) {
  COLDPATH_CHECK(key.is_private());
  const Bio output(BIO_new(BIO_s_mem()));
  COLDPATH_CHECK(output != nullptr);
  COLDPATH_CHECK(PEM_write_bio_PKCS8PrivateKey(output.get(), key.get(), nullptr, nullptr, 0,
                                               nullptr, nullptr) == 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(output.get(), &text);
  return std::string(text, static_cast<std::size_t>(size));
}

std::string_view SignatureAlgorithm(const SigningKey& key) {
  return key.kind() == SigningKey::Kind::kEs256 ? "ES256" : "RS256";
}

Result<std::string> Sign(const SigningKey& key, std::string_view bytes) {
  if (!key.is_private()) return Fail("crypto.sign", "A public key cannot sign.");
  const DigestContext state(EVP_MD_CTX_new());
  COLDPATH_CHECK(state != nullptr);
  std::size_t size = 0;
  if (EVP_DigestSignInit(state.get(), nullptr, EVP_sha256(), nullptr, key.get()) != 1 ||
      EVP_DigestSign(state.get(), nullptr, &size, Bytes(bytes), bytes.size()) != 1) {
    ERR_clear_error();
    return Fail("crypto.sign", "The key refused to sign.");
  }
  std::string signature(size, '\0');
  if (EVP_DigestSign(state.get(), Bytes(signature), &size, Bytes(bytes), bytes.size()) != 1) {
    ERR_clear_error();
    return Fail("crypto.sign", "The key refused to sign.");
  }
  signature.resize(size);
  return key.kind() == SigningKey::Kind::kEs256 ? DerToRaw(signature) : signature;
}

bool VerifySignature(const SigningKey& key, std::string_view bytes, std::string_view signature) {
  std::string form(signature);
  if (key.kind() == SigningKey::Kind::kEs256) {
    if (signature.size() != 2 * kEs256HalfBytes) return false;
    form = RawToDer(signature);
  }
  const DigestContext state(EVP_MD_CTX_new());
  COLDPATH_CHECK(state != nullptr);
  const bool good =
      EVP_DigestVerifyInit(state.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
      EVP_DigestVerify(state.get(), Bytes(form), form.size(), Bytes(bytes), bytes.size()) == 1;
  ERR_clear_error();
  return good;
}

}  // namespace coldpath::base
