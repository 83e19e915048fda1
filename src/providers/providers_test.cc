#include "providers/providers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "providers/test_answers.h"
#include "tasks/provider_contract.h"

namespace coldpath::tasks {
namespace {

ProviderCase CaseOf(const std::string& id,
                    std::unique_ptr<Provider> (*make)(providers::ProviderConfig)) {
  return {id, [make] { return make({}); },
          [id](const std::string& stream) {
            const providers::GoldenAnswer golden = providers::ReadGoldenAnswer(id, stream);
            return ProviderCase::Sample{golden.range, golden.body};
          }};
}

INSTANTIATE_TEST_SUITE_P(Providers, ProviderContract,
                         testing::Values(CaseOf("google-health", providers::MakeGoogleHealth),
                                         CaseOf("oura", providers::MakeOura)),
                         [](const auto& test) {
                           return test.param.name == "oura" ? "Oura" : "GoogleHealth";
                         });

TEST(ProviderRegistry, FindsByIdOnly) {
  ProviderRegistry registry;
  registry.Add(providers::MakeOura({}));
  registry.Add(providers::MakeGoogleHealth({}));
  ASSERT_NE(registry.Find("oura"), nullptr);
  EXPECT_EQ(registry.Find("oura")->info().title, "Oura");
  EXPECT_EQ(registry.Find("Oura"), nullptr);
  EXPECT_EQ(registry.all().size(), 2u);
}

}  // namespace
}  // namespace coldpath::tasks

namespace coldpath::providers {
namespace {

using domain::Failure;
using domain::FailureKind;

const domain::DateRange kMarch{*base::ParseDate("2024-03-01"), *base::ParseDate("2024-03-31")};
const base::Instant kNow = base::FromUnixSeconds(1'711'900'000);

TEST(GoogleHealth, AsksForTheLargestPagesByCivilTime) {
  const auto google = MakeGoogleHealth({.api_base = "http://127.0.0.1:1"});
  const auto url = [&](const char* stream, const std::string& cursor) {
    return *base::ParseUrl(google->NextRequest(stream, {kMarch, cursor}).url);
  };
  const base::Url heart = url("heart-rate", "");
  EXPECT_EQ(heart.host, "127.0.0.1:1");
  EXPECT_EQ(heart.path, "/v4/users/me/dataTypes/heart-rate/dataPoints");
  EXPECT_EQ(heart.FindParameter("filter"),
            "heart_rate.sample_time.civil_time >= \"2024-03-01\" AND "
            "heart_rate.sample_time.civil_time < \"2024-03-31\"");
  EXPECT_EQ(heart.FindParameter("pageSize"), "10000");
  EXPECT_EQ(heart.FindParameter("pageToken"), std::nullopt);
  const base::Url sleep = url("sleep", "t+1=");
  EXPECT_EQ(sleep.FindParameter("pageSize"), "25");
  EXPECT_EQ(sleep.FindParameter("pageToken"), "t+1=");
  EXPECT_EQ(sleep.FindParameter("filter"),
            "sleep.interval.civil_end_time >= \"2024-03-01\" AND "
            "sleep.interval.civil_end_time < \"2024-03-31\"");
}

TEST(GoogleHealth, GoesOnAfterAnEmptyPageWithAToken) {
  const auto google = MakeGoogleHealth({});
  const auto answer =
      google->ReadPage("heart-rate", {kMarch, ""}, Answer(200, "{\"nextPageToken\":\"t2\"}"), kNow);
  const auto& page = std::get<tasks::Page>(answer);
  EXPECT_TRUE(page.records.empty());
  EXPECT_EQ(page.next_cursor, "t2");
}

TEST(GoogleHealth, TakesAnEmptyObjectForAProvenEmptyWindow) {
  const auto google = MakeGoogleHealth({});
  const auto answer = google->ReadPage("heart-rate", {kMarch, ""}, Answer(200, "{}"), kNow);
  EXPECT_EQ(std::get<tasks::Page>(answer).elements, 0);
  EXPECT_EQ(std::get<tasks::Page>(answer).next_cursor, std::nullopt);
}

TEST(GoogleHealth, TellsAQuotaFromAPermission) {
  const auto google = MakeGoogleHealth({});
  const auto kind = [&](const char* body) {
    return std::get<Failure>(google->ReadPage("sleep", {kMarch, ""}, Answer(403, body), kNow));
  };
  EXPECT_EQ(kind("{\"error\":{\"code\":403,\"status\":\"PERMISSION_DENIED\"}}").kind,
            FailureKind::kForbidden);
  EXPECT_EQ(kind("{\"error\":{\"code\":403,\"status\":\"PERMISSION_DENIED\"}}").where, "sleep");
  EXPECT_EQ(kind("{\"error\":{\"status\":\"RESOURCE_EXHAUSTED\"}}").kind,
            FailureKind::kRateLimited);
  EXPECT_EQ(kind("{\"error\":{\"details\":[{\"reason\":\"RATE_LIMIT_EXCEEDED\"}]}}").kind,
            FailureKind::kRateLimited);
}

TEST(GoogleHealth, KnowsThePersonAndRevokes) {
  const auto google = MakeGoogleHealth({.token_base = "http://t"});
  EXPECT_EQ(std::get<std::string>(google->ReadIdentity(
                Answer(200, "{\"name\":\"users/me/identity\",\"healthUserId\":\"h1\"}"), kNow)),
            "h1");
  const auto revoke = google->RevokeRequest({"a", "r"});
  ASSERT_TRUE(revoke);
  EXPECT_EQ(revoke->url, "http://t/revoke");
  EXPECT_EQ(revoke->body, "token=r");
}

TEST(Oura, AsksForADayMoreAtEitherEndOfDates) {
  const auto oura = MakeOura({});
  EXPECT_EQ(oura->NextRequest("sleep", {kMarch, ""}).url,
            "https://api.ouraring.com/v2/usercollection/"
            "sleep?start_date=2024-02-29&end_date=2024-03-31");
  EXPECT_EQ(oura->NextRequest("heartrate", {kMarch, "n t"}).url,
            "https://api.ouraring.com/v2/usercollection/"
            "heartrate?start_datetime=2024-03-01T00%3A00%3A00Z&end_datetime=2024-03-31T00%3A00%3A"
            "00Z&next_token=n%20t");
}

TEST(Oura, NeverAsksForMoreThanThirtyDaysOfHeartRate) {
  const auto oura = MakeOura({});
  const planner::StreamInfo* const stream = planner::FindStream(oura->info(), "heartrate");
  ASSERT_NE(stream, nullptr);
  EXPECT_EQ(stream->max_span_days, 30);
}

TEST(Oura, LeavesWhatIsOddInThePaddingToItsOwnChunk) {
  const auto oura = MakeOura({});
  const auto answer = oura->ReadPage(
      "daily_spo2", {kMarch, ""},
      Answer(200,
             "{\"data\":[{\"id\":\"a\",\"day\":\"2024-03-31\",\"spo2_percentage\":{\"average\":4}}"
             "],\"next_token\":null}"),
      kNow);
  EXPECT_TRUE(std::get<tasks::Page>(answer).invalid.empty());
  EXPECT_EQ(std::get<tasks::Page>(answer).elements, 1);
}

TEST(Oura, ExplainsALapsedMembership) {
  const auto oura = MakeOura({});
  const auto failure =
      std::get<Failure>(oura->ReadPage("sleep", {kMarch, ""}, Answer(403, ""), kNow));
  EXPECT_THAT(failure.message, testing::HasSubstr("membership has lapsed"));
  EXPECT_EQ(failure.where, "daily");
  const auto parameters =
      std::get<Failure>(oura->ReadPage("sleep", {kMarch, ""}, Answer(422, "{}"), kNow));
  EXPECT_EQ(parameters.kind, FailureKind::kProviderBug);
  EXPECT_THAT(parameters.message, testing::HasSubstr("422"));
}

TEST(Oura, ReadsItsRateLimitHeaders) {
  const auto oura = MakeOura({});
  const base::HttpHeaders headers{{"X-RateLimit-Limit", "5000"},
                                  {"X-RateLimit-Remaining", "12"},
                                  {"X-RateLimit-Reset", "1711900100"}};
  const auto page = std::get<tasks::Page>(oura->ReadPage(
      "sleep", {kMarch, ""}, Answer(200, "{\"data\":[],\"next_token\":null}", headers), kNow));
  ASSERT_EQ(page.quota.size(), 1u);
  EXPECT_EQ(page.quota[0].remaining, 12);
  EXPECT_EQ(page.quota[0].resets_at, base::FromUnixSeconds(1'711'900'100));
  const auto limited =
      std::get<Failure>(oura->ReadPage("sleep", {kMarch, ""}, Answer(429, "", headers), kNow));
  EXPECT_EQ(limited.retry_at, base::FromUnixSeconds(1'711'900'100));
}

TEST(Oura, KnowsItsScopeUnderBothNames) {
  const auto oura = MakeOura({});
  const auto grant = std::get<tasks::TokenGrant>(oura->ReadTokens(
      Answer(200, "{\"access_token\":\"a\",\"scope\":\"daily spo2\"}"), {"", "r"}, kNow));
  EXPECT_THAT(grant.scopes, testing::ElementsAre("daily", "spo2Daily"));
  EXPECT_EQ(grant.access_lifetime, std::chrono::hours(1));
  EXPECT_EQ(oura->RevokeRequest({"a", "r"}), std::nullopt);
}

}  // namespace
}  // namespace coldpath::providers
