#include "aws/kms_key_vault.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/aws_testing.h"
#include "base/crypto.h"
#include "tasks/key_vault_contract.h"

namespace coldpath::aws {
namespace {

using std::chrono::minutes;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// KMS of one key in memory: a sealed data key is the plain one, sealed under the master key for the
// context.
class FakeKms {
 public:
  base::Result<base::HttpResponse> operator()(const base::HttpRequest& request) {
    const base::Json body = *base::ParseJson(request.body);
    const std::string context = body["EncryptionContext"].dump();
    const std::string target = request.headers.Find("X-Amz-Target").value_or("");
    base::MutexLock lock(mutex_);
    ++calls_[target];
    if (body["KeyId"] != "alias/coldpath") return Refusal("NotFoundException");
    if (target == "TrentService.GenerateDataKey") {
      const std::string plain = random_.NextBytes(32);
      return Answer({{"Plaintext", base::Base64Encode(plain)},
                     {"CiphertextBlob",
                      base::Base64Encode(base::SealAes256Gcm(master_, plain, context, random_))}});
    }
    const auto sealed = base::Base64Decode(body["CiphertextBlob"].get<std::string>());
    const auto plain = base::OpenAes256Gcm(master_, *sealed, context);
    if (!plain) return Refusal("InvalidCiphertextException");
    return Answer({{"Plaintext", base::Base64Encode(*plain)}});
  }
  int calls(const std::string& name) {
    base::MutexLock lock(mutex_);
    return calls_["TrentService." + name];
  }

 private:
  static base::HttpResponse Answer(const base::Json& json) {
    return {200, {}, base::DumpJson(json)};
  }
  static base::HttpResponse Refusal(const std::string& name) {
    return {400, {}, base::DumpJson({{"__type", name}, {"message", "m"}})};
  }
  base::Mutex mutex_;
  base::SeededRandom random_ COLDPATH_GUARDED_BY(mutex_){2};
  const std::string master_ = std::string(32, 'k');
  std::map<std::string, int> calls_ COLDPATH_GUARDED_BY(mutex_);
};

struct FakeHarness final : tasks::KeyVaultHarness {
  FakeHarness() {
    aws.http.Otherwise([this](const base::HttpRequest& request) { return kms(request); });
  }
  tasks::KeyVault& OpenVault() override {
    vaults.push_back(std::make_unique<KmsKeyVault>(aws.client, aws.clock, aws.random,
                                                   KmsSettings{.key_id = "alias/coldpath"}));
    return *vaults.back();
  }
  FakeKms kms;
  ScriptedAws aws;
  std::vector<std::unique_ptr<KmsKeyVault>> vaults;
};

using ::coldpath::tasks::KeyVaultContract;
INSTANTIATE_TEST_SUITE_P(Kms, KeyVaultContract, ::testing::Values(tasks::KeyVaultMaker{[] {
                           return std::make_unique<FakeHarness>();
                         }}));

// moto's KMS, with a key of its own.
struct MotoHarness final : tasks::KeyVaultHarness {
  MotoHarness() : aws(*EmulatorUrl("COLDPATH_TEST_MOTO")) {
    const auto made = aws.client.CallJson("kms", "TrentService.CreateKey", base::Json::object());
    EXPECT_TRUE(made) << Describe(made.error());
    key = (*made)["KeyMetadata"]["KeyId"];
  }
  tasks::KeyVault& OpenVault() override {
    vaults.push_back(std::make_unique<KmsKeyVault>(aws.client, *aws.clock, *aws.random,
                                                   KmsSettings{.key_id = key}));
    return *vaults.back();
  }
  EmulatedAws aws;
  std::string key;
  std::vector<std::unique_ptr<KmsKeyVault>> vaults;
};

INSTANTIATE_TEST_SUITE_P(KmsOnMoto, KeyVaultContract,
                         ::testing::ValuesIn(IfEmulated("COLDPATH_TEST_MOTO",
                                                        tasks::KeyVaultMaker{[] {
                                                          return std::make_unique<MotoHarness>();
                                                        }})));

TEST(KmsKeyVaultTest, UsesADataKeyAgainForAWhile) {
  FakeHarness f;
  KmsKeyVault vault(f.aws.client, f.aws.clock, f.aws.random,
                    {.key_id = "alias/coldpath", .data_key_uses = 3});
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(vault.Seal("x", "c1"));
  EXPECT_EQ(f.kms.calls("GenerateDataKey"), 1);
  ASSERT_TRUE(vault.Seal("x", "c1"));
  EXPECT_EQ(f.kms.calls("GenerateDataKey"), 2) << "three uses were allowed";
  ASSERT_TRUE(vault.Seal("x", "c2"));
  EXPECT_EQ(f.kms.calls("GenerateDataKey"), 3) << "another connection has another key";
  f.aws.clock.Advance(minutes(10));
  ASSERT_TRUE(vault.Seal("x", "c1"));
  EXPECT_EQ(f.kms.calls("GenerateDataKey"), 4) << "ten minutes have passed";
}

TEST(KmsKeyVaultTest, RemembersWhatItOpenedForAWhile) {
  FakeHarness f;
  const std::string sealed = *f.OpenVault().Seal("x", "c1");
  tasks::KeyVault& vault = f.OpenVault();
  EXPECT_EQ(vault.Open(sealed, "c1"), "x");
  EXPECT_EQ(vault.Open(sealed, "c1"), "x");
  EXPECT_EQ(f.kms.calls("Decrypt"), 1);
  EXPECT_EQ(vault.Open(sealed, "c2").error().code, "vault.not_authentic");
  EXPECT_EQ(f.kms.calls("Decrypt"), 2) << "what is held for one context opens for no other";
  f.aws.clock.Advance(minutes(10));
  EXPECT_EQ(vault.Open(sealed, "c1"), "x");
  EXPECT_EQ(f.kms.calls("Decrypt"), 3);
}

TEST(KmsKeyVaultTest, HoldsABoundedNumberOfKeys) {
  FakeHarness f;
  KmsKeyVault vault(f.aws.client, f.aws.clock, f.aws.random,
                    {.key_id = "alias/coldpath", .held_keys = 2});
  for (const char* context : {"c1", "c2", "c3"}) {
    ASSERT_TRUE(vault.Seal("x", context));
    f.aws.clock.Advance(std::chrono::seconds(1));
  }
  ASSERT_TRUE(vault.Seal("x", "c3"));
  ASSERT_TRUE(vault.Seal("x", "c2"));
  EXPECT_EQ(f.kms.calls("GenerateDataKey"), 3);
  ASSERT_TRUE(vault.Seal("x", "c1"));
  EXPECT_EQ(f.kms.calls("GenerateDataKey"), 4) << "the oldest was forgotten";
}

TEST(KmsKeyVaultTest, SaysThatKmsIsUnavailable) {
  ScriptedAws aws;
  KmsKeyVault vault(aws.client, aws.clock, aws.random, {.key_id = "k"});
  aws.http.Then(400, R"({"__type":"DisabledException","message":"off"})");
  const auto sealed = vault.Seal("x", "c");
  ASSERT_FALSE(sealed);
  EXPECT_EQ(sealed.error().code, "vault.unavailable");
  EXPECT_EQ(sealed.error().message, "KMS: DisabledException: off (HTTP 400)");
  for (const std::string& body :
       {std::string("{}"), std::string(R"({"Plaintext":"!","CiphertextBlob":"AA=="})"),
        std::string(R"({"Plaintext":"AAAA","CiphertextBlob":"AA=="})"),
        R"({"Plaintext":")" + base::Base64Encode(std::string(32, 'k')) + "\"}"}) {
    aws.http.Then(200, body);
    EXPECT_EQ(vault.Seal("x", "c").error().code, "vault.unavailable") << body;
  }
  // An envelope around a data key that only KMS can open.
  const std::string sealed_text = std::string("\x01\x00\x03", 3) + "key" + std::string(40, 'x');
  aws.http.Then(400, R"({"__type":"AccessDeniedException","message":"no"})");
  EXPECT_EQ(vault.Open(sealed_text, "c").error().code, "vault.unavailable");
  aws.http.Then(400, R"({"__type":"IncorrectKeyException","message":"no"})");
  EXPECT_EQ(vault.Open(sealed_text, "c").error().code, "vault.not_authentic");
  EXPECT_THAT(aws.http.requests().back().body, HasSubstr(base::Base64Encode("key")));
  EXPECT_THAT(aws.http.requests().back().body, HasSubstr(R"("coldpath:connection":"c")"));
}

}  // namespace
}  // namespace coldpath::aws
