// The chunk driver from bytes to records, without a server, a clock or a store.
#include "tasks/chunk_driver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tasks/task_testing.h"

namespace coldpath::tasks {
namespace {

using namespace std::chrono_literals;
using domain::DataType;
using domain::FailureKind;

const base::Instant kNow = base::FromUnixSeconds(1'717'200'000);

domain::ChunkSpec MakeSpec(int days) {
  const base::Date start = *base::ParseDate("2024-03-01");
  return {.id = "steps-2024-03-01",
          .stream = "steps",
          .range = {start, start + std::chrono::days(days)},
          .types = {DataType::kSteps},
          .expected_calls = 1};
}

template <typename Effect>
const Effect* Find(const std::vector<DriverEffect>& effects) {
  for (const DriverEffect& effect : effects) {
    if (const auto* one = std::get_if<Effect>(&effect)) return one;
  }
  return nullptr;
}

base::HttpResponse PageBody(const std::vector<std::string>& days, const std::string& next) {
  base::Json records = base::Json::array();
  for (const std::string& day : days) {
    records.push_back({{"type", "steps"}, {"day", day}, {"value", 1}});
  }
  base::Json body{{"records", std::move(records)}};
  if (!next.empty()) body["next"] = next;
  return {.status = 200, .body = base::DumpJson(body)};
}

class ChunkDriverTest : public testing::Test {
 protected:
  // Up to the first request.
  std::vector<DriverEffect> Start() {
    EXPECT_NE(Find<NeedToken>(driver.Step(Begin{}, kNow)), nullptr);
    return driver.Step(TokenReady{"secret"}, kNow);
  }
  const domain::Failure* EndOf(const std::vector<DriverEffect>& effects) {
    const auto* finish = Find<Finish>(effects);
    if (finish == nullptr || !finish->outcome.failure) return nullptr;
    last_ = finish->outcome.failure->failure;
    return &last_;
  }

  FakeProvider provider;
  ChunkDriver driver{provider, MakeSpec(10), 100, {.pages_max = 3, .elements_max = 50}};

 private:
  domain::Failure last_{};
};

TEST_F(ChunkDriverTest, SendsTheTokenAndKeepsThePageWithoutIt) {
  const auto effects = Start();
  const auto* send = Find<SendRequest>(effects);
  ASSERT_NE(send, nullptr);
  EXPECT_EQ(send->request.headers.Find("Authorization"), "Bearer secret");
  const auto after = driver.Step(Responded{PageBody({"2024-03-02"}, "")}, kNow);
  const auto* raw = Find<KeepRaw>(after);
  ASSERT_NE(raw, nullptr);
  EXPECT_FALSE(raw->request.headers.Find("Authorization"));
  const auto* finish = Find<Finish>(after);
  ASSERT_NE(finish, nullptr);
  EXPECT_EQ(finish->outcome.types.at(DataType::kSteps).coverage.days, "eceeeeeeee");
}

TEST_F(ChunkDriverTest, AnEmptyPageWithATokenGoesOn) {
  Start();
  EXPECT_NE(Find<ReadDesired>(driver.Step(Responded{PageBody({}, "a")}, kNow)), nullptr);
  EXPECT_NE(Find<SendRequest>(driver.Step(DesiredRead{domain::Desired::kRun}, kNow)), nullptr);
}

TEST_F(ChunkDriverTest, ARepeatedTokenIsTheProvidersBug) {
  Start();
  driver.Step(Responded{PageBody({}, "a")}, kNow);
  driver.Step(DesiredRead{domain::Desired::kRun}, kNow);
  const auto* failure = EndOf(driver.Step(Responded{PageBody({}, "a")}, kNow));
  ASSERT_NE(failure, nullptr);
  EXPECT_EQ(failure->kind, FailureKind::kProviderBug);
  EXPECT_EQ(failure->where, "page 2");
}

TEST_F(ChunkDriverTest, PagesAndObservationsAreBounded) {
  Start();
  for (const char* token : {"a", "b"}) {
    driver.Step(Responded{PageBody({}, token)}, kNow);
    driver.Step(DesiredRead{domain::Desired::kRun}, kNow);
  }
  const auto* failure = EndOf(driver.Step(Responded{PageBody({}, "c")}, kNow));
  ASSERT_NE(failure, nullptr);
  EXPECT_EQ(failure->kind, FailureKind::kProviderBug);

  ChunkDriver other(provider, MakeSpec(10), 100, {.elements_max = 2});
  other.Step(Begin{}, kNow);
  other.Step(TokenReady{"secret"}, kNow);
  const auto* many =
      EndOf(other.Step(Responded{PageBody({"2024-03-01", "2024-03-02", "2024-03-03"}, "")}, kNow));
  ASSERT_NE(many, nullptr);
  EXPECT_EQ(many->kind, FailureKind::kProviderBug);
}

TEST_F(ChunkDriverTest, ARejectedTokenIsRefreshedOnce) {
  Start();
  const auto effects = driver.Step(Responded{base::HttpResponse{.status = 401}}, kNow);
  const auto* again = Find<NeedToken>(effects);
  ASSERT_NE(again, nullptr);
  EXPECT_EQ(again->rejected, "secret");
  driver.Step(TokenReady{"newer"}, kNow);
  const auto* failure = EndOf(driver.Step(Responded{base::HttpResponse{.status = 401}}, kNow));
  ASSERT_NE(failure, nullptr);
  EXPECT_EQ(failure->kind, FailureKind::kNeedsReauth);
}

TEST_F(ChunkDriverTest, EveryKindOfFailureHasItsEnd) {
  const auto kind_of = [this](base::Result<base::HttpResponse> response) {
    ChunkDriver one(provider, MakeSpec(10), 100);
    one.Step(Begin{}, kNow);
    one.Step(TokenReady{"secret"}, kNow);
    const auto* failure = EndOf(one.Step(Responded{std::move(response)}, kNow));
    return failure == nullptr ? std::string("none") : std::string(FailureName(failure->kind));
  };
  EXPECT_EQ(kind_of(base::HttpResponse{.status = 503}), "Transient");
  EXPECT_EQ(kind_of(base::HttpResponse{.status = 403}), "Forbidden");
  EXPECT_EQ(kind_of(base::HttpResponse{.status = 200, .body = "<html>"}), "ProviderBug");
  EXPECT_EQ(kind_of(base::HttpResponse{.status = 410}), "none");  // beyond history is a result
  EXPECT_EQ(kind_of(base::Fail("http.timeout", "")), "Transient");
  EXPECT_EQ(kind_of(base::Fail("http.connect", "")), "Transient");
  EXPECT_EQ(kind_of(base::Fail("http.broken", "")), "Transient");
  EXPECT_EQ(kind_of(base::Fail("http.too_large", "")), "ProviderBug");
  EXPECT_EQ(kind_of(base::Fail("http.stopped", "")), "Interrupted");
}

TEST_F(ChunkDriverTest, RateLimitedAsksTheLedgerUntilWhen) {
  Start();
  const auto effects = driver.Step(Responded{base::HttpResponse{.status = 429}}, kNow);
  ASSERT_NE(Find<BlockQuota>(effects), nullptr);
  const auto* failure = EndOf(driver.Step(QuotaBlocked{kNow + 60s}, kNow));
  ASSERT_NE(failure, nullptr);
  EXPECT_EQ(failure->kind, FailureKind::kRateLimited);
  EXPECT_EQ(failure->retry_at, kNow + 60s);
}

TEST_F(ChunkDriverTest, CallsBeyondTheReservationAreAskedForAndShortWaitsStayInPlace) {
  ChunkDriver one(provider, MakeSpec(10), 1);
  one.Step(Begin{}, kNow);
  one.Step(TokenReady{"secret"}, kNow);
  one.Step(Responded{PageBody({}, "a")}, kNow);
  EXPECT_NE(Find<TakeCall>(one.Step(DesiredRead{domain::Desired::kRun}, kNow)), nullptr);
  EXPECT_NE(Find<WaitUntil>(one.Step(CallGranted{kNow + 60s}, kNow)), nullptr);
  EXPECT_NE(Find<SendRequest>(one.Step(Woken{}, kNow + 60s)), nullptr);
}

TEST_F(ChunkDriverTest, ALongWaitIsLeftToTheWorkflow) {
  ChunkDriver one(provider, MakeSpec(10), 0);
  one.Step(Begin{}, kNow);
  one.Step(TokenReady{"secret"}, kNow);
  const auto* failure = EndOf(one.Step(CallGranted{kNow + 2h}, kNow));
  ASSERT_NE(failure, nullptr);
  EXPECT_EQ(failure->kind, FailureKind::kRateLimited);
  EXPECT_EQ(failure->retry_at, kNow + 2h);
}

TEST_F(ChunkDriverTest, PauseAndCancelEndItBetweenPages) {
  for (const auto desired : {domain::Desired::kPause, domain::Desired::kCancel}) {
    ChunkDriver one(provider, MakeSpec(10), 9);
    one.Step(Begin{}, kNow);
    one.Step(TokenReady{"secret"}, kNow);
    one.Step(Responded{PageBody({}, "a")}, kNow);
    const auto* failure = EndOf(one.Step(DesiredRead{desired}, kNow));
    ASSERT_NE(failure, nullptr);
    EXPECT_EQ(failure->kind, FailureKind::kJobStopped);
  }
}

// However the same observations are cut into pages, repeated and ordered, the result is the same,
// and every day is judged once.
TEST(ChunkDriverPropertyTest, TheCutIntoPagesDoesNotMatter) {
  ASSERT_TRUE(rc::check([] {
    const int length = *rc::gen::inRange(1, 40);
    const domain::ChunkSpec spec = MakeSpec(length);
    const auto offsets = *rc::gen::container<std::vector<int>>(rc::gen::inRange(-3, 45));
    std::string expected(static_cast<std::size_t>(length), 'e');
    for (const int offset : offsets) {
      if (offset >= 0 && offset < length) expected[static_cast<std::size_t>(offset)] = 'c';
    }
    FakeProvider provider;
    ChunkDriver driver(provider, spec, 1'000);
    driver.Step(Begin{}, kNow);
    driver.Step(TokenReady{"t"}, kNow);
    std::size_t at = 0;
    for (int page = 0;; ++page) {
      const auto size = static_cast<std::size_t>(*rc::gen::inRange(1, 5));
      std::vector<std::string> days;
      for (std::size_t i = 0; i < size && at < offsets.size(); ++i) {
        days.push_back(base::FormatDate(spec.range.start + std::chrono::days(offsets[at++])));
      }
      const bool last = at >= offsets.size();
      const auto effects =
          driver.Step(Responded{PageBody(days, last ? "" : "page-" + std::to_string(page))}, kNow);
      if (!last) {
        driver.Step(DesiredRead{domain::Desired::kRun}, kNow);
        continue;
      }
      const auto* finish = Find<Finish>(effects);
      RC_ASSERT(finish != nullptr);
      const auto& type = finish->outcome.types.at(DataType::kSteps);
      RC_ASSERT(type.coverage.days == expected);
      RC_ASSERT(static_cast<std::int64_t>(type.records.size()) ==
                std::count(expected.begin(), expected.end(), 'c'));
      RC_ASSERT(std::ranges::is_sorted(type.records, domain::RecordBefore));
      RC_ASSERT(finish->outcome.calls == page + 1);
      break;
    }
  }));
}

}  // namespace
}  // namespace coldpath::tasks
