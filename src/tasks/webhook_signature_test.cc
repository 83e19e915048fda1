#include "tasks/webhook_signature.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "base/crypto.h"

namespace coldpath::tasks {
namespace {

// The example of the specification's reference libraries.
constexpr const char* kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr const char* kId = "msg_p5jXN8AQM9LWM0D4loKWxJek";
constexpr const char* kBody = R"({"test": 2432232314})";
const base::Instant kSent = base::FromUnixSeconds(1'614'265'330);

std::vector<std::string> Keys(std::initializer_list<std::string> secrets) {
  std::vector<std::string> keys;
  for (const std::string& secret : secrets) keys.push_back(ReadWebhookSecret(secret).value());
  return keys;
}
const std::string kOther = "whsec_" + base::Base64Encode(std::string(24, 'o'));

TEST(WebhookSignatureTest, AgreesWithTheReferenceLibraries) {
  const base::HttpHeaders headers = SignWebhook(Keys({kSecret}), kId, kSent, kBody);
  EXPECT_EQ(headers.Find("webhook-id"), kId);
  EXPECT_EQ(headers.Find("webhook-timestamp"), "1614265330");
  EXPECT_EQ(headers.Find("Webhook-Signature"), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  EXPECT_EQ(VerifyWebhook(Keys({kSecret}), headers, kBody, kSent), kId);
}

TEST(WebhookSignatureTest, SecretsRotate) {
  const auto both = SignWebhook(Keys({kOther, kSecret}), kId, kSent, kBody);
  EXPECT_TRUE(VerifyWebhook(Keys({kSecret}), both, kBody, kSent));
  EXPECT_TRUE(VerifyWebhook(Keys({kOther}), both, kBody, kSent));
  const auto one = SignWebhook(Keys({kOther}), kId, kSent, kBody);
  EXPECT_TRUE(VerifyWebhook(Keys({kSecret, kOther}), one, kBody, kSent));
  EXPECT_EQ(VerifyWebhook(Keys({kSecret}), one, kBody, kSent).error().code,
            "webhook.bad_signature");
}

TEST(WebhookSignatureTest, RefusesWhatIsMissingOrMalformed) {
  const auto keys = Keys({kSecret});
  const auto code = [&](base::HttpHeaders headers) {
    const auto verified = VerifyWebhook(keys, headers, kBody, kSent);
    return verified ? "" : verified.error().code;
  };
  const base::HttpHeaders good = SignWebhook(keys, kId, kSent, kBody);
  EXPECT_EQ(code(good), "");
  for (const auto& [name, value] : good.fields()) {
    base::HttpHeaders without;
    for (const auto& [other, kept] : good.fields()) {
      if (other != name) without.Set(other, kept);
    }
    EXPECT_EQ(code(without), "webhook.missing_header") << name;
  }
  base::HttpHeaders headers = good;
  for (const char* timestamp : {"", "now", "-1", "1e3", "99999999999999999999", "10000000000"}) {
    headers.Set("webhook-timestamp", timestamp);
    EXPECT_EQ(code(headers), "webhook.bad_timestamp") << timestamp;
  }
  headers = good;
  headers.Set("webhook-id", std::string(257, 'x'));
  EXPECT_EQ(code(headers), "webhook.missing_header");
  headers = good;
  const std::string right = *good.Find("webhook-signature");
  for (const std::string& signature :
       {std::string(), std::string("v1,"), "v1a," + right.substr(3), "v2," + right.substr(3),
        right.substr(3), right.substr(0, right.size() - 1), right + "A"}) {
    headers.Set("webhook-signature", signature);
    EXPECT_EQ(code(headers), "webhook.bad_signature") << signature;
  }
  headers.Set("webhook-signature", "v1a,abc  v1,AAAA " + right);
  EXPECT_EQ(code(headers), "") << "among others";
  std::string flood;
  for (int i = 0; i < 100; ++i) flood += "v1,AAAA ";
  headers.Set("webhook-signature", flood + right);
  EXPECT_EQ(code(headers), "webhook.bad_signature") << "bounded work";
}

TEST(WebhookSignatureTest, RefusesWhatIsTooOldOrFromTheFuture) {
  const auto keys = Keys({kSecret});
  const auto at = [&](std::chrono::seconds off) {
    return VerifyWebhook(keys, SignWebhook(keys, kId, kSent, kBody), kBody, kSent + off);
  };
  EXPECT_TRUE(at(std::chrono::minutes(5)));
  EXPECT_TRUE(at(-std::chrono::minutes(5)));
  EXPECT_EQ(at(std::chrono::seconds(301)).error().code, "webhook.bad_timestamp");
  EXPECT_EQ(at(-std::chrono::seconds(301)).error().code, "webhook.bad_timestamp");
}

TEST(WebhookSignatureTest, RefusesWeakSecrets) {
  for (const std::string& secret :
       {std::string(), std::string("whsec_"), std::string("whsec_***"),
        std::string(kSecret).substr(6), "whsec_" + base::Base64Encode(std::string(23, 'x')),
        "whsec_" + base::Base64Encode(std::string(65, 'x'))}) {
    const auto read = ReadWebhookSecret(secret);
    ASSERT_FALSE(read) << secret;
    EXPECT_EQ(read.error().code, "webhook.bad_secret");
  }
}

TEST(WebhookSignatureTest, NoticesAnyChange) {
  const auto keys = Keys({kSecret});
  EXPECT_TRUE(rc::check([&](const std::string& body, bool longer) {
    const base::HttpHeaders headers = SignWebhook(keys, kId, kSent, body);
    RC_ASSERT(VerifyWebhook(keys, headers, body, kSent).has_value());
    std::string changed = body + "x";
    if (!body.empty() && !longer) {
      changed = body;
      const auto at = *rc::gen::inRange<std::size_t>(0, body.size());
      changed[at] = static_cast<char>(changed[at] ^ (1 << *rc::gen::inRange(0, 8)));
    }
    RC_ASSERT(!VerifyWebhook(keys, headers, changed, kSent).has_value());
  }));
}

}  // namespace
}  // namespace coldpath::tasks
