// Sign-in: what the configuration may say, and keys that are found by discovery.
#include "app/sign_in.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "api/jwt.h"
#include "app/development_key.h"
#include "app/development_tokens.h"
#include "base/json.h"
#include "sim/sim_executor.h"

namespace coldpath::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kIssuer = "https://id.example/tenant";
constexpr const char* kDiscovery = "https://id.example/tenant/.well-known/openid-configuration";
constexpr const char* kKeys = "https://keys.example/jwks";

// Answers by URL; others: http.connect.
class ScriptedHttp final : public base::HttpClient {
 public:
  explicit ScriptedHttp(base::Executor& executor) : executor_(executor) {}
  void Send(base::HttpRequest request, Done done) override {
    sent.push_back(request.url);
    const auto found = answers.find(request.url);
    base::Result<base::HttpResponse> answer = base::Fail("http.connect", "Nobody answers.");
    if (found != answers.end()) answer = found->second;
    executor_.Post([done = std::move(done), answer = std::move(answer)]() mutable {
      done(std::move(answer));
    });
  }
  std::map<std::string, base::HttpResponse> answers;
  std::vector<std::string> sent;

 private:
  base::Executor& executor_;
};

class OidcKeysTest : public testing::Test {
 protected:
  OidcKeysTest()
      : log_(sim_, base::LogLevel::kInfo,
             [this](std::string_view line) { lines_.emplace_back(line); }),
        http_(sim_) {}

  void Publish(const std::string& keys = R"({"keys":[]})") {
    http_.answers[kDiscovery] = {200, {}, base::DumpJson(Document())};
    http_.answers[kKeys] = {200, {}, keys};
  }
  static base::Json Document() {
    return {{"issuer", kIssuer},
            {"jwks_uri", kKeys},
            {"token_endpoint", "https://token.example/token"},
            {"userinfo_endpoint", "http://plain.example/me"}};
  }
  OidcKeys& Start() {
    keys_ = std::make_unique<OidcKeys>(
        OidcPorts{sim_, sim_, http_, log_}, kIssuer, false,
        [this](const std::vector<std::string>& origins) { origins_ = origins; });
    keys_->Start();
    return *keys_;
  }

  sim::SimExecutor sim_{base::ParseRfc3339("2025-06-15T12:00:00Z")->instant};
  std::vector<std::string> lines_;
  base::Log log_;
  ScriptedHttp http_;
  std::vector<std::string> origins_;
  std::unique_ptr<OidcKeys> keys_;
};

TEST_F(OidcKeysTest, FindsTheKeysByDiscoveryAndTellsWhomPagesMayCall) {
  Publish();
  OidcKeys& keys = Start();
  EXPECT_EQ(keys.Read().error().code, "oidc.no_keys");
  sim_.RunFor(std::chrono::seconds(1));
  EXPECT_EQ(keys.Read(), R"({"keys":[]})");
  EXPECT_THAT(origins_, ElementsAre("https://id.example", "https://token.example"));
  EXPECT_THAT(http_.sent, ElementsAre(kDiscovery, kKeys));
}

TEST_F(OidcKeysTest, TriesAgainUntilTheIssuerIsThereAndKeepsWhatItKnows) {
  OidcKeys& keys = Start();
  sim_.RunFor(std::chrono::seconds(5));
  EXPECT_EQ(keys.Read().error().code, "oidc.no_keys");
  ASSERT_THAT(lines_, SizeIs(1));
  EXPECT_THAT(lines_[0], HasSubstr("oidc_keys_not_fetched"));
  Publish();
  sim_.RunFor(std::chrono::seconds(10));
  EXPECT_TRUE(keys.Read());
  // The issuer has a bad hour: whoever is signed in stays so.
  http_.answers.clear();
  sim_.RunFor(std::chrono::minutes(60));
  EXPECT_TRUE(keys.Read());
  EXPECT_GT(lines_.size(), 3);
}

TEST_F(OidcKeysTest, FetchesEveryTenMinutesAndSoonWhenAskedForAnUnknownKey) {
  Publish();
  OidcKeys& keys = Start();
  sim_.RunFor(std::chrono::minutes(9));
  EXPECT_THAT(http_.sent, SizeIs(2));
  sim_.RunFor(std::chrono::minutes(2));
  EXPECT_THAT(http_.sent, SizeIs(4));
  sim_.RunFor(std::chrono::seconds(30));
  Publish(R"({"keys":[{"kid":"new"}]})");
  EXPECT_EQ(keys.Read(), R"({"keys":[]})");  // what is known, at once
  sim_.RunFor(std::chrono::seconds(1));
  EXPECT_EQ(keys.Read(), R"({"keys":[{"kid":"new"}]})");
  // Made-up keys cost one fetch in ten seconds.
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(keys.Read());
  sim_.RunFor(std::chrono::seconds(1));
  EXPECT_THAT(http_.sent, SizeIs(6));
}

TEST_F(OidcKeysTest, BelievesNoDocumentOfAnotherIssuerAndNoPlainAddress) {
  base::Json other = Document();
  other["issuer"] = "https://id.example/other";
  base::Json plain = Document();
  plain["jwks_uri"] = "http://keys.example/jwks";
  for (const std::string& document :
       {base::DumpJson(other), base::DumpJson(plain), std::string("[]"), std::string("<html>")}) {
    Publish();
    http_.answers[kDiscovery].body = document;
    OidcKeys& keys = Start();
    sim_.RunFor(std::chrono::seconds(1));
    EXPECT_EQ(keys.Read().error().code, "oidc.no_keys") << document;
  }
  EXPECT_THAT(origins_, IsEmpty());
}

TEST(CheckIssuerTest, TakesHttpOnThisMachineInDevelopmentAlone) {
  EXPECT_TRUE(CheckIssuer("https://id.example", false));
  EXPECT_TRUE(CheckIssuer("http://127.0.0.1:9000", true));
  EXPECT_TRUE(CheckIssuer("http://[::1]:9000/x", true));
  for (const char* url : {"http://127.0.0.1:9000", "http://id.example", "ftp://id.example", "id",
                          "https://a@id.example"}) {
    EXPECT_EQ(CheckIssuer(url, false).error().code, "oidc.issuer_refused") << url;
  }
  EXPECT_FALSE(CheckIssuer("http://id.example", true));
}

ServeConfig Read(const std::string& text) {
  ServeConfig config;
  const auto read = ReadConfigText("file", text, config);
  EXPECT_TRUE(read) << read.error().message;
  return config;
}

TEST(SignInConfigTest, IsReadStrictly) {
  const ServeConfig config =
      Read(R"({"sign_in":{"issuer":"https://id.example","client_id":"web","resource":"r"},)"
           R"("entitlements_url":"https://shop.example/pro"})");
  EXPECT_EQ(config.sign_in.issuer, "https://id.example");
  EXPECT_EQ(config.sign_in.scope, "openid profile offline_access");
  EXPECT_EQ(config.sign_in.resource, "r");
  EXPECT_EQ(config.entitlements_url, "https://shop.example/pro");
  EXPECT_TRUE(CheckSignIn(config));
  for (const char* bad :
       {R"({"sign_in":7})", R"({"sign_in":{"issuer":7}})", R"({"sign_in":{"isuer":"x"}})",
        R"({"entitlements_url":"javascript:x"})", R"({"entitlements_url":1})"}) {
    ServeConfig ignored;
    EXPECT_EQ(ReadConfigText("file", bad, ignored).error().code, "config.invalid") << bad;
  }
}

TEST(SignInConfigTest, LetsSomebodyInAndContradictsNothing) {
  ServeConfig config;
  EXPECT_EQ(CheckSignIn(config).error().code, "config.invalid");
  config.development = true;
  EXPECT_TRUE(CheckSignIn(config));
  config.jwks_file = "keys.json";
  EXPECT_EQ(CheckSignIn(config).error().code, "config.invalid");
  config.development = false;
  EXPECT_EQ(CheckSignIn(config).error().code, "config.invalid");
  config.issuer = "https://id.example";
  EXPECT_TRUE(CheckSignIn(config));
  config.sign_in.issuer = "http://127.0.0.1:1";
  EXPECT_EQ(CheckSignIn(config).error().code, "config.invalid");
  config.sign_in.client_id = "web";
  EXPECT_EQ(CheckSignIn(config).error().code, "oidc.issuer_refused");
}

TEST_F(OidcKeysTest, DevelopmentTokensHoldBesideTheIssuers) {
  char folder[] = "/tmp/coldpath-sign-in-XXXXXX";
  ServeConfig config;
  config.data_folder = mkdtemp(folder);
  config.development = true;
  config.sign_in.issuer = kIssuer;
  config.sign_in.client_id = "web";
  const base::SigningKeyPtr issuers = base::GenerateEs256Key();
  Publish("{\"keys\":[" + base::PublicJwk(*issuers) + "]}");
  const auto parts =
      SignInParts::Make({sim_, sim_, http_, log_}, config, [](const auto&) {}).value();
  parts->Start();
  sim_.RunFor(std::chrono::seconds(1));
  api::ApiOptions options;
  parts->FillOptions(options);
  EXPECT_EQ(options.sign_in.method, api::SignIn::Method::kOidc);
  EXPECT_EQ(options.jwt.issuer, kIssuer);
  api::JwksCache keys(*parts, sim_, log_);
  const auto verify = [&](const std::string& token) {
    return api::VerifyJwt(
        token, options.jwt, [&](const std::string& kid) { return keys.Find(kid); }, sim_.Now());
  };
  const auto made = options.development_token("zoe", true);
  ASSERT_TRUE(made);
  EXPECT_EQ(verify(made->token)->subject, "zoe");
  api::Claims claims;
  claims.issuer = kIssuer;
  claims.audience = {"coldpath"};
  claims.subject = "ada";
  claims.issued = sim_.Now();
  claims.expires = sim_.Now() + std::chrono::hours(1);
  EXPECT_EQ(verify(api::SignJwt(*issuers, claims).value())->subject, "ada");
  claims.issuer = "https://evil.example";
  EXPECT_EQ(verify(api::SignJwt(*issuers, claims).value()).error().code, "jwt.wrong_issuer");
  // Without development there is neither the key nor the route.
  config.development = false;
  api::ApiOptions strict;
  const auto alone =
      SignInParts::Make({sim_, sim_, http_, log_}, config, [](const auto&) {}).value();
  alone->FillOptions(strict);
  EXPECT_FALSE(strict.development_token);
  EXPECT_TRUE(strict.jwt.second_issuer.empty());
  std::filesystem::remove_all(config.data_folder);
}

}  // namespace
}  // namespace coldpath::app
