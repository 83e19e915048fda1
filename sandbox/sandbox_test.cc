// The sandbox as an application sees it: consent, tokens, pages, quotas, faults.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "sandbox/sandbox_test_support.h"

namespace coldpath::sandbox {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

base::FormFields HeartRateBetween(const std::string& from, const std::string& to) {
  return {{"filter", "heart_rate.sample_time.physical_time >= \"" + from +
                         "\" AND heart_rate.sample_time.physical_time < \"" + to + "\""}};
}

std::string TimeOf(const base::Json& point) {
  return point["heartRate"]["sampleTime"]["physicalTime"].get<std::string>();
}

base::Json Body(const SandboxResponse& answer) { return *base::ParseJson(answer.http.body); }

TEST(OAuthTest, ExchangesACodeOnceWithItsVerifier) {
  App app;
  const base::Url url = app.Consent("/o/oauth2/v2/auth", "demo");
  EXPECT_EQ(url.FindParameter("state"), "s t&te");
  const std::string code = *url.FindParameter("code");
  const auto wrong = app.Redeem("/token", code, "another verifier");
  EXPECT_EQ(wrong.http.status, 400);
  EXPECT_EQ(Body(wrong)["error"], "invalid_grant");
  const std::string second = *app.Consent("/o/oauth2/v2/auth", "demo").FindParameter("code");
  EXPECT_EQ(app.Redeem("/token", second).http.status, 200);
  EXPECT_EQ(app.Redeem("/token", second).http.status, 400);
}

TEST(OAuthTest, CodesExpireAndBelongToTheirProvider) {
  App app;
  const std::string google = *app.Consent("/o/oauth2/v2/auth", "demo").FindParameter("code");
  EXPECT_EQ(app.Redeem("/oauth/token", google).http.status, 400);
  const std::string late = *app.Consent("/oauth/authorize", "demo").FindParameter("code");
  app.now += std::chrono::minutes(11);
  EXPECT_EQ(app.Redeem("/oauth/token", late).http.status, 400);
}

TEST(OAuthTest, GoogleKeepsItsRefreshTokenAndOuraRotates) {
  App app;
  const base::Json google = app.ConnectGoogle();
  for (int i = 0; i < 2; ++i) {
    const auto again = app.Token(
        "/token", {{"grant_type", "refresh_token"}, {"refresh_token", google["refresh_token"]}});
    EXPECT_EQ(again.http.status, 200);
    EXPECT_FALSE(Body(again).contains("refresh_token"));
  }
  const base::Json oura = app.ConnectOura();
  const base::FormFields refresh = {{"grant_type", "refresh_token"},
                                    {"refresh_token", oura["refresh_token"]}};
  const auto rotated = app.Token("/oauth/token", refresh);
  EXPECT_EQ(rotated.http.status, 200);
  EXPECT_NE(Body(rotated)["refresh_token"], oura["refresh_token"]);
  const auto reused = app.Token("/oauth/token", refresh);
  EXPECT_EQ(reused.http.status, 400);
  EXPECT_EQ(Body(reused)["error"], "invalid_grant");
}

TEST(OAuthTest, AccessTokensExpireAndGrantsEnd) {
  App app;
  const base::Json tokens = app.ConnectGoogle();
  EXPECT_EQ(app.Get(tokens, "/v4/users/me/identity").http.status, 200);
  app.now += std::chrono::seconds(3601);
  EXPECT_EQ(app.Get(tokens, "/v4/users/me/identity").http.status, 401);
  const base::FormFields refresh = {{"grant_type", "refresh_token"},
                                    {"refresh_token", tokens["refresh_token"]}};
  const base::Json fresh = Body(app.Token("/token", refresh));
  EXPECT_EQ(app.Get(fresh, "/v4/users/me/identity").http.status, 200);
  EXPECT_EQ(Body(app.Admin("POST", "revoke", {{"account", "demo"}}))["revoked"], 1);
  EXPECT_EQ(app.Get(fresh, "/v4/users/me/identity").http.status, 401);
  EXPECT_EQ(Body(app.Token("/token", refresh))["error"], "invalid_grant");
}

TEST(OAuthTest, AnUntickedScopeIsForbidden) {
  App app;
  const base::Json google =
      app.ConnectGoogle("demo", {"https://www.googleapis.com/auth/googlehealth.sleep.readonly"});
  EXPECT_EQ(app.List(google, "sleep", {}).http.status, 403);
  EXPECT_EQ(app.List(google, "weight", {}).http.status, 200);
  const base::Json oura = app.ConnectOura("demo", {"heartrate"});
  EXPECT_EQ(app.Oura(oura, "heartrate", {}).http.status, 403);
  EXPECT_EQ(app.Oura(oura, "sleep", {}).http.status, 200);
}

TEST(OAuthTest, RefusesRequestsThatCannotBeSentBack) {
  App app;
  const auto page = app.Send({.url = "/oauth/authorize?response_type=code&client_id=app"});
  EXPECT_EQ(page.http.status, 400);
  EXPECT_THAT(page.http.body, HasSubstr("SANDBOX"));
  EXPECT_EQ(page.http.headers.Find("Server"), "coldpath-sandbox");
}

TEST(GoogleTest, PagesCoverExactlyTheWindowNewestFirst) {
  App app;
  const base::Json tokens = app.ConnectGoogle();
  EXPECT_TRUE(rc::check([&] {
    const auto first = *rc::gen::inRange(0, 3600);
    const auto length = *rc::gen::inRange(1, 5);
    const auto size = *rc::gen::inRange(50, 700);
    const base::Instant from =
        base::FromUnixSeconds(1'462'060'800) + std::chrono::hours(24 * first);
    const std::string a = base::FormatInstant(from);
    const std::string b = base::FormatInstant(from + std::chrono::hours(24 * length));
    base::FormFields query = HeartRateBetween(a, b);
    query.emplace_back("pageSize", "10000");
    const auto whole = app.ListAll(tokens, "heart-rate", query);
    query.back().second = std::to_string(size);
    const auto paged = app.ListAll(tokens, "heart-rate", query);
    RC_ASSERT(whole == paged);
    for (std::size_t i = 0; i < whole.size(); ++i) {
      RC_ASSERT(TimeOf(whole[i]) >= a);
      RC_ASSERT(TimeOf(whole[i]) < b);
      if (i > 0) RC_ASSERT(TimeOf(whole[i]) < TimeOf(whole[i - 1]));
    }
    app.Admin("POST", "reset");  // a fresh quota
  }));
}

TEST(GoogleTest, NeighbouringWindowsShareNothingAndLoseNothing) {
  App app;
  const base::Json tokens = app.ConnectGoogle();
  const auto count = [&](const char* type, const char* member, const char* from, const char* to) {
    const std::string filter =
        std::string(member) + " >= \"" + from + "\" AND " + member + " < \"" + to + "\"";
    return app.ListAll(tokens, type, {{"filter", filter}}).size();
  };
  const struct {
    const char* type;
    const char* member;
  } kTypes[] = {{"sleep", "sleep.interval.civil_end_time"},
                {"exercise", "exercise.interval.civil_start_time"},
                {"weight", "weight.sample_time.civil_time"},
                {"steps", "steps.interval.civil_start_time"},
                {"daily-resting-heart-rate", "daily_resting_heart_rate.date"}};
  for (const auto& [type, member] : kTypes) {
    const std::size_t both = count(type, member, "2024-02-15", "2024-05-15");
    EXPECT_GT(both, 10u) << type;
    EXPECT_EQ(both, count(type, member, "2024-02-15", "2024-03-31") +
                        count(type, member, "2024-03-31", "2024-05-15"))
        << type;
  }
}

TEST(GoogleTest, RefusesWrongFiltersAndForeignTokens) {
  App app;
  const base::Json tokens = app.ConnectGoogle();
  const auto wrong = app.List(
      tokens, "sleep", {{"filter", "sleep.interval.start_time >= \"2024-01-01T00:00:00Z\""}});
  EXPECT_EQ(wrong.http.status, 400);
  EXPECT_EQ(Body(wrong)["error"]["details"][0]["reason"],
            "INVALID_DATA_POINT_FILTER_DATA_TYPE_MEMBER");
  for (const char* filter : {"weight.sample_time.physical_time > \"2024-01-01T00:00:00Z\"",
                             "weight.sample_time.physical_time >= \"yesterday\"", "weight",
                             "weight.sample_time.civil_time >= \"2024-01-01\" OR x"}) {
    EXPECT_EQ(app.List(tokens, "weight", {{"filter", filter}}).http.status, 400) << filter;
  }
  base::FormFields query = HeartRateBetween("2024-05-01T00:00:00Z", "2024-05-09T00:00:00Z");
  const base::Json page = Body(app.List(tokens, "heart-rate", query));
  EXPECT_THAT(page["dataPoints"], SizeIs(1440));
  base::FormFields other = HeartRateBetween("2024-05-01T00:00:00Z", "2024-05-08T00:00:00Z");
  other.emplace_back("pageToken", page["nextPageToken"]);
  EXPECT_EQ(app.List(tokens, "heart-rate", other).http.status, 400);
  EXPECT_EQ(app.List(tokens, "no-such-type", {}).http.status, 400);
  EXPECT_EQ(app.List(tokens, "weight", {{"pageSize", "many"}}).http.status, 400);
}

TEST(GoogleTest, CapsThePageOfSessionsAt25) {
  App app;
  const base::Json page = Body(app.List(app.ConnectGoogle(), "sleep", {{"pageSize", "1000"}}));
  EXPECT_THAT(page["dataPoints"], SizeIs(25));
  EXPECT_TRUE(page.contains("nextPageToken"));
}

TEST(GoogleTest, HasNothingBeyondItsYearsOrItsPresent) {
  App app;
  const base::Json tokens = app.ConnectGoogle();
  EXPECT_EQ(app.List(tokens, "heart-rate",
                     HeartRateBetween("2026-05-02T00:00:00Z", "2027-01-01T00:00:00Z"))
                .http.body,
            "{}");
  EXPECT_EQ(app.List(tokens, "heart-rate",
                     HeartRateBetween("2010-01-01T00:00:00Z", "2016-04-30T00:00:00Z"))
                .http.body,
            "{}");
}

TEST(OuraTest, PagesDocumentsAndDiffersInItsEndDates) {
  App app;
  const base::Json tokens = app.ConnectOura();
  const base::FormFields year = {{"start_date", "2024-01-01"}, {"end_date", "2024-12-31"}};
  const auto sleeps = app.OuraAll(tokens, "sleep", year);
  EXPECT_GT(app.pages, 5);
  std::vector<std::string> ids;
  for (const base::Json& sleep : sleeps) ids.push_back(sleep["id"]);
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(std::unique(ids.begin(), ids.end()), ids.end());
  EXPECT_TRUE(std::any_of(sleeps.begin(), sleeps.end(),
                          [](const base::Json& s) { return s["type"] == "deleted"; }));
  const auto days = app.OuraAll(tokens, "daily_activity", year);
  const auto one_more = app.OuraAll(tokens, "daily_activity",
                                    {{"start_date", "2024-01-01"}, {"end_date", "2025-01-01"}});
  EXPECT_EQ(days.back()["day"], "2024-12-30");
  EXPECT_EQ(one_more.size(), days.size() + 1);
}

TEST(OuraTest, BoundsHeartRateToThirtyDays) {
  App app;
  const base::Json tokens = app.ConnectOura();
  const auto rows = app.OuraAll(
      tokens, "heartrate",
      {{"start_datetime", "2024-06-01T00:00:00Z"}, {"end_datetime", "2024-07-01T00:00:00Z"}});
  EXPECT_GT(rows.size(), 5000u);
  EXPECT_TRUE(
      std::is_sorted(rows.begin(), rows.end(), [](const base::Json& a, const base::Json& b) {
        return a["timestamp_unix"] < b["timestamp_unix"];
      }));
  EXPECT_EQ(app.Oura(tokens, "heartrate",
                     {{"start_datetime", "2024-06-01T00:00:00Z"},
                      {"end_datetime", "2024-07-01T00:00:01Z"}})
                .http.status,
            400);
  EXPECT_EQ(app.Oura(tokens, "heartrate", {{"start_datetime", "June"}}).http.status, 422);
  EXPECT_EQ(app.Oura(tokens, "sleep", {{"start_date", "2024-02-30"}}).http.status, 422);
}

TEST(MembershipTest, LapsesAndComesBack) {
  App app;
  const base::Json oura = app.ConnectOura();
  const base::Json google = app.ConnectGoogle();
  for (const char* provider : {"oura", "google_health"}) {
    app.Admin("POST", "membership",
              {{"account", "demo"}, {"provider", provider}, {"active", false}});
  }
  EXPECT_EQ(app.Oura(oura, "sleep", {}).http.status, 403);
  EXPECT_THAT(app.List(google, "sleep", {}).http.body, HasSubstr("ACCOUNT_NOT_LINKED"));
  app.Admin("POST", "membership", {{"account", "demo"}, {"provider", "oura"}, {"active", true}});
  EXPECT_EQ(app.Oura(oura, "sleep", {}).http.status, 200);
}

TEST(DataTest, IsTheSameWheneverItIsAsked) {
  App early;
  SandboxOptions later = FixedOptions();
  later.today = *base::ParseDate("2026-09-01");
  App late(later);
  late.now += std::chrono::hours(5000);
  const base::FormFields query = HeartRateBetween("2025-03-28T00:00:00Z", "2025-04-02T00:00:00Z");
  const base::Json tokens = late.ConnectGoogle();
  late.List(tokens, "sleep", {});
  EXPECT_EQ(late.List(tokens, "heart-rate", query).http.body,
            early.List(early.ConnectGoogle(), "heart-rate", query).http.body);
  EXPECT_NE(late.List(late.ConnectGoogle("other"), "heart-rate", query).http.body,
            late.List(tokens, "heart-rate", query).http.body);
}

}  // namespace
}  // namespace coldpath::sandbox
