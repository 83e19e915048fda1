#include "app/notification_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include "base/crypto.h"

namespace coldpath::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

std::string Secret(char c) { return "whsec_" + base::Base64Encode(std::string(24, c)); }

base::Result<ServeConfig> Read(const base::Json& json) {
  ServeConfig config;
  COLDPATH_RETURN_IF_ERROR(ReadConfigText("the file", base::DumpJson(json), config));
  return config;
}
std::string Refusal(const base::Json& json) {
  const auto read = Read(json);
  EXPECT_FALSE(read) << json;
  if (read) return "";
  EXPECT_EQ(read.error().code, "config.invalid");
  return read.error().message;
}

TEST(NotificationConfigTest, ReadsWhoIsToldHow) {
  const auto config =
      Read({{"push",
             {{"contact", "mailto:ops@example.com"},
              {"ca_file", "/ca.pem"},
              {"fcm", {{"service_account_file", "/fcm.json"}, {"base", "http://127.0.0.1:1"}}},
              {"apns",
               {{"key_file", "/key.p8"},
                {"key_id", "ABC123DEFG"},
                {"team_id", "DEF123GHIJ"},
                {"topic", "com.example.app"},
                {"sandbox", true}}}}},
            {"webhooks",
             {{{"url", "https://a.example/in"}, {"secret", Secret('a') + " " + Secret('b')}},
              {{"url", "https://b.example/in"}, {"secret", Secret('c')}}}},
            {"entitlement_secret", Secret('d')}});
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->push.contact, "mailto:ops@example.com");
  EXPECT_EQ(config->push.ca_file, "/ca.pem");
  EXPECT_EQ(config->push.fcm_service_account_file, "/fcm.json");
  EXPECT_EQ(config->push.fcm_base, "http://127.0.0.1:1");
  EXPECT_EQ(config->push.apns_key_file, "/key.p8");
  EXPECT_EQ(config->push.apns_key_id, "ABC123DEFG");
  EXPECT_EQ(config->push.apns_team_id, "DEF123GHIJ");
  EXPECT_EQ(config->push.apns_topic, "com.example.app");
  EXPECT_TRUE(config->push.apns_sandbox);
  ASSERT_THAT(config->webhooks, SizeIs(2));
  EXPECT_EQ(config->webhooks[0].url, "https://a.example/in");
  EXPECT_THAT(config->webhooks[0].keys, ElementsAre(std::string(24, 'a'), std::string(24, 'b')));
  EXPECT_THAT(config->entitlement_keys, ElementsAre(std::string(24, 'd')));
}

TEST(NotificationConfigTest, ReadsSecretsFromFiles) {
  const std::string path = ::testing::TempDir() + "/notification_config_secret";
  std::ofstream(path) << Secret('x') << "\n" << Secret('y') << "\n";
  const auto config =
      Read({{"entitlement_secret_file", path},
            {"webhooks", {{{"url", "https://a.example/"}, {"secret_file", path}}}}});
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_THAT(config->entitlement_keys, ElementsAre(std::string(24, 'x'), std::string(24, 'y')));
  EXPECT_THAT(config->webhooks.at(0).keys, SizeIs(2));
  std::remove(path.c_str());
  const auto missing = Read({{"entitlement_secret_file", path}});
  EXPECT_EQ(missing.error().code, "config.unreadable");
}

TEST(NotificationConfigTest, NamesTheMemberThatIsWrong) {
  EXPECT_THAT(Refusal({{"push", 1}}), HasSubstr("push has to be an object"));
  EXPECT_THAT(Refusal({{"push", {{"kontakt", "x"}}}}), HasSubstr("\"push.kontakt\""));
  EXPECT_THAT(Refusal({{"push", {{"contact", 1}}}}), HasSubstr("push.contact"));
  EXPECT_THAT(Refusal({{"push", {{"fcm", base::Json::object()}}}}),
              HasSubstr("push.fcm has no service_account_file"));
  EXPECT_THAT(Refusal({{"push", {{"apns", {{"key_file", "k"}}}}}}), HasSubstr("push.apns has no"));
  EXPECT_THAT(Refusal({{"push", {{"apns", {{"sandbox", "yes"}}}}}}),
              HasSubstr("push.apns.sandbox has to be true or false"));
  EXPECT_THAT(Refusal({{"webhooks", base::Json::object()}}), HasSubstr("webhooks"));
  EXPECT_THAT(Refusal({{"webhooks", {1}}}), HasSubstr("webhooks[0]"));
  const base::Json good{{"url", "https://a.example/"}, {"secret", Secret('a')}};
  EXPECT_THAT(Refusal({{"webhooks", {good, good}}}), HasSubstr("webhooks[1] names an address"));
  for (const char* url : {"", "a.example", "ftp://a.example/", "https://"}) {
    base::Json bad = good;
    bad["url"] = url;
    EXPECT_THAT(Refusal({{"webhooks", {bad}}}), HasSubstr("webhooks[0].url")) << url;
  }
  EXPECT_THAT(Refusal({{"webhooks", {{{"url", "https://a.example/"}}}}}), HasSubstr("no secret"));
  EXPECT_THAT(Refusal({{"entitlement_secret", ""}}), HasSubstr("holds no secret"));
  EXPECT_THAT(Refusal({{"entitlement_secret", 1}}), HasSubstr("entitlement_secret"));
  EXPECT_THAT(Refusal({{"entitlement_secret", "my-password"}}), Not(HasSubstr("my-password")));
}

}  // namespace
}  // namespace coldpath::app
