// Each kind of fault, the fault modes, and quotas.
#include "sandbox/faults.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "sandbox/quota.h"
#include "sandbox/sandbox_test_support.h"

namespace coldpath::sandbox {
namespace {

using ::testing::HasSubstr;

const base::FormFields kMay = {{"filter",
                                "weight.sample_time.civil_time >= \"2024-05-01\" AND "
                                "weight.sample_time.civil_time < \"2024-06-01\""}};
const base::FormFields kMayDays = {{"start_date", "2024-05-01"}, {"end_date", "2024-05-31"}};

class FaultKindTest : public ::testing::Test {
 protected:
  SandboxResponse Google() { return app_.List(google_, "weight", kMay); }
  SandboxResponse Oura() { return app_.Oura(oura_, "sleep", kMayDays); }
  void Once(const char* kind, base::Json more = base::Json::object()) {
    for (const char* provider : {"google_health", "oura"}) {
      base::Json rule = more;
      rule["kind"] = kind;
      rule["provider"] = provider;
      rule["count"] = 1;
      EXPECT_EQ(app_.Admin("POST", "faults", rule).http.status, 201);
    }
  }
  App app_;
  base::Json google_ = app_.ConnectGoogle();
  base::Json oura_ = app_.ConnectOura();
};

TEST_F(FaultKindTest, RateLimits) {
  Once("rate_limit_with_time", {{"retryAfter", 7}});
  EXPECT_EQ(Google().http.headers.Find("Retry-After"), "7");
  const auto oura = Oura();
  EXPECT_EQ(oura.http.status, 429);
  EXPECT_EQ(oura.http.headers.Find("Retry-After"), "7");
  EXPECT_TRUE(oura.http.headers.Find("X-RateLimit-Reset").has_value());
  Once("rate_limit_without_time");
  const auto google = Google();
  EXPECT_EQ(google.http.status, 429);
  EXPECT_FALSE(google.http.headers.Find("Retry-After").has_value());
  EXPECT_THAT(google.http.body, HasSubstr("RESOURCE_EXHAUSTED"));
  EXPECT_FALSE(Oura().http.headers.Find("Retry-After").has_value());
  EXPECT_EQ(Google().http.status, 200);
  EXPECT_EQ(Oura().http.status, 200);
}

TEST_F(FaultKindTest, ServerErrorsComeInBursts) {
  app_.Admin("POST", "faults", {{"kind", "server_error"}, {"count", 3}, {"route", "weight"}});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Google().http.status, 503);
  EXPECT_EQ(Google().http.status, 200);
  EXPECT_EQ(Oura().http.status, 200);
}

TEST_F(FaultKindTest, SlowAndCut) {
  Once("slow", {{"delayMs", 2500}});
  EXPECT_EQ(Google().delay, std::chrono::milliseconds(2500));
  EXPECT_EQ(Oura().delay, std::chrono::milliseconds(2500));
  Once("cut_connection");
  const auto cut = Google();
  ASSERT_TRUE(cut.cut_after_bytes.has_value());
  EXPECT_LT(*cut.cut_after_bytes, cut.http.body.size());
  EXPECT_TRUE(Oura().cut_after_bytes.has_value());
}

TEST_F(FaultKindTest, AnEmptyPageLeadsOnToTheSameData) {
  const auto plain = app_.ListAll(google_, "weight", kMay);
  const auto plain_oura = app_.OuraAll(oura_, "sleep", kMayDays);
  ASSERT_FALSE(plain.empty());
  app_.Admin("POST", "faults", {{"kind", "empty_page_with_token"}, {"count", 2}});
  app_.pages = 0;
  EXPECT_EQ(app_.ListAll(google_, "weight", kMay), plain);
  EXPECT_EQ(app_.pages, 3);
  app_.Admin("POST", "faults", {{"kind", "empty_page_with_token"}, {"count", 2}});
  EXPECT_EQ(app_.OuraAll(oura_, "sleep", kMayDays), plain_oura);
}

TEST_F(FaultKindTest, MalformedAndImpossible) {
  Once("malformed_json");
  EXPECT_FALSE(base::ParseJson(Google().http.body).has_value());
  EXPECT_FALSE(base::ParseJson(Oura().http.body).has_value());
  Once("impossible_value");
  EXPECT_THAT(Google().http.body, HasSubstr("\"weightGrams\":-70000"));
  EXPECT_THAT(Oura().http.body, HasSubstr("\"average_hrv\":-20"));
}

TEST_F(FaultKindTest, RevokedAndLapsed) {
  Once("lapsed_membership");
  EXPECT_EQ(Google().http.status, 403);
  EXPECT_EQ(Oura().http.status, 403);
  Once("revoked_grant");
  EXPECT_EQ(Google().http.status, 401);
  EXPECT_EQ(Oura().http.status, 401);
  const auto refresh = app_.Token(
      "/oauth/token", {{"grant_type", "refresh_token"}, {"refresh_token", oura_["refresh_token"]}});
  EXPECT_THAT(refresh.http.body, HasSubstr("invalid_grant"));
}

TEST_F(FaultKindTest, APermanentErrorTouchesItsDaysAloneUntilCleared) {
  app_.Admin("POST", "faults",
             {{"kind", "permanent_error"},
              {"route", "weight"},
              {"from", "2024-05-20"},
              {"to", "2024-05-21"}});
  for (int i = 0; i < 9; ++i) EXPECT_EQ(Google().http.status, 500);
  const base::FormFields before = {{"filter", "weight.sample_time.civil_time < \"2024-05-20\""}};
  EXPECT_EQ(app_.List(google_, "weight", before).http.status, 200);
  app_.Admin("DELETE", "faults");
  EXPECT_EQ(Google().http.status, 200);
}

TEST_F(FaultKindTest, RefusesRulesThatMeanNothing) {
  for (const base::Json& rule :
       {base::Json{{"kind", "sunshine"}}, base::Json::object(),
        base::Json{{"kind", "slow"}, {"from", "soon"}}, base::Json{{"kind", "slow"}, {"count", 0}},
        base::Json{{"kind", "server_error"}, {"status", 200}}}) {
    EXPECT_EQ(app_.Admin("POST", "faults", rule).http.status, 400) << rule;
  }
}

TEST_F(FaultKindTest, TheCallLogTellsWhatHappened) {
  Once("server_error");
  Google();
  const base::Json calls =
      *base::ParseJson(app_.Admin("GET", "calls?provider=google_health").http.body);
  const base::Json& last = calls["calls"].back();
  EXPECT_EQ(last["route"], "weight");
  EXPECT_EQ(last["account"], "demo");
  EXPECT_EQ(last["status"], 503);
  EXPECT_EQ(last["fault"], "server_error");
  const auto since = app_.Admin("GET", "calls?since=" + std::to_string(calls["last"].get<int>()));
  EXPECT_THAT(since.http.body, HasSubstr("\"calls\":[]"));
}

// The months of ten years, each its own window: how many calls fail before one succeeds?
std::vector<int> FailuresBeforeSuccess(Faults& faults) {
  std::vector<int> failures;
  for (int month = 0; month < 400; ++month) {
    const base::Date first = *base::ParseDate("2000-01-01") + std::chrono::days(31 * month);
    const FaultTarget target{.provider = "google_health",
                             .account = "demo",
                             .route = "heart-rate",
                             .first = first,
                             .last = first + std::chrono::days(30)};
    int failed = 0;
    while (faults.Next(target) && failed < 100) ++failed;
    failures.push_back(failed);
  }
  return failures;
}

TEST(FaultModeTest, AFewWindowsOutlastFourRunsAndAllHealInTheEnd) {
  SandboxOptions options;
  options.faults = FaultMode::kMixed;
  Faults faults(options);
  const auto failures = FailuresBeforeSuccess(faults);
  const auto stubborn =
      std::count_if(failures.begin(), failures.end(), [](int n) { return n >= 4; });
  EXPECT_GT(stubborn, 2);
  EXPECT_LT(stubborn, 40);
  for (const int failed : failures)
    EXPECT_TRUE(failed <= 2 || failed == options.persistent_failures);
  Faults again(options);
  EXPECT_EQ(FailuresBeforeSuccess(again), failures);
  Faults healed(options);
  healed.Heal();
  const auto after = FailuresBeforeSuccess(healed);
  EXPECT_LE(*std::max_element(after.begin(), after.end()), 2);
}

TEST(QuotaTest, NeverAdmitsMoreThanTheLimitInAnyWindow) {
  EXPECT_TRUE(rc::check([] {
    const QuotaRule rule{"user", *rc::gen::inRange(1, 12),
                         std::chrono::seconds(*rc::gen::inRange(1, 20))};
    const auto gaps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 3000));
    Quotas quotas(1.0);
    base::Instant now = base::FromUnixSeconds(1'000'000);
    std::vector<base::Instant> admitted;
    for (const int gap : gaps) {
      now += std::chrono::milliseconds(gap);
      const auto exceeded = quotas.Admit({{rule, "someone"}}, now);
      if (!exceeded) {
        admitted.push_back(now);
        continue;
      }
      RC_ASSERT(exceeded->next_admission > now);
      Quotas copy = quotas;
      RC_ASSERT(!copy.Admit({{rule, "someone"}}, exceeded->next_admission).has_value());
    }
    const auto limit = static_cast<std::size_t>(rule.limit);
    for (std::size_t i = limit; i < admitted.size(); ++i) {
      RC_ASSERT(admitted[i] - admitted[i - limit] >= rule.window);
    }
  }));
}

TEST(QuotaTest, BothProvidersRefuseAsTheyDocument) {
  SandboxOptions options = FixedOptions();
  options.quota_scale = 0.01;  // 3 a minute, 50 in five
  App app(options);
  const base::Json google = app.ConnectGoogle();
  const base::Json oura = app.ConnectOura();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(app.List(google, "weight", kMay).http.status, 200);
  EXPECT_EQ(app.List(google, "weight", kMay).http.status, 429);
  EXPECT_EQ(app.List(app.ConnectGoogle("other"), "weight", kMay).http.status, 200);
  app.now += std::chrono::seconds(60);
  EXPECT_EQ(app.List(google, "weight", kMay).http.status, 200);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(app.Oura(oura, "workout", kMayDays).http.status, 200);
  const auto refused = app.Oura(oura, "workout", kMayDays);
  EXPECT_EQ(refused.http.status, 429);
  EXPECT_EQ(refused.http.headers.Find("Retry-After"), "300");
  EXPECT_EQ(refused.http.headers.Find("X-RateLimit-Limit"), "50");
  EXPECT_EQ(refused.http.headers.Find("X-RateLimit-Window"), "300");
  EXPECT_EQ(refused.http.headers.Find("X-RateLimit-Tier"), "token");
}

}  // namespace
}  // namespace coldpath::sandbox
