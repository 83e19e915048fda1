#include "sim/sim_network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace coldpath::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;

class SimNetworkTest : public ::testing::Test {
 protected:
  SimNetworkTest() {
    network_.AddHost("provider.test", [this](const base::HttpRequest& request, base::Instant now) {
      arrived_.push_back(now);
      return SimAnswer{{200, {}, "you asked " + request.url}, delay_, cut_after_};
    });
  }
  void Ask(const std::string& url, milliseconds timeout = seconds(30)) {
    network_.Send({.url = url, .timeout = timeout},
                  [this](base::Result<base::HttpResponse> answer) {
                    answered_.push_back(executor_.Now());
                    said_.push_back(answer ? answer->body : answer.error().code);
                  });
  }

  SimExecutor executor_;
  SimHttpClient network_{executor_, {.latency_min = milliseconds(5), .latency_max = seconds(1)}};
  base::Duration delay_{};
  std::optional<std::size_t> cut_after_;
  const base::Instant start_ = executor_.Now();
  std::vector<base::Instant> arrived_;
  std::vector<base::Instant> answered_;
  std::vector<std::string> said_;
};

TEST_F(SimNetworkTest, ARequestTravelsIsAnsweredAndTravelsBack) {
  delay_ = seconds(3);
  Ask("https://provider.test/a");
  EXPECT_TRUE(said_.empty());
  EXPECT_EQ(network_.in_flight(), 1u);
  executor_.Run();
  EXPECT_THAT(said_, ElementsAre("you asked https://provider.test/a"));
  EXPECT_GE(arrived_[0] - start_, milliseconds(5));
  EXPECT_GE(answered_[0] - arrived_[0], seconds(3) + milliseconds(5));
  EXPECT_LE(answered_[0] - start_, seconds(5));
  EXPECT_EQ(network_.in_flight(), 0u);
}

TEST_F(SimNetworkTest, TheSameSeedGivesTheSameLatencies) {
  SimHttpClient again(executor_, {.latency_min = milliseconds(5), .latency_max = seconds(1)});
  std::vector<base::Instant> reached;
  again.AddHost("provider.test", [&](const base::HttpRequest&, base::Instant now) {
    reached.push_back(now);
    return SimAnswer{};
  });
  for (int i = 0; i < 20; ++i) {
    Ask("https://provider.test/");
    again.Send({.url = "https://provider.test/"}, [](base::Result<base::HttpResponse>) {});
    executor_.Run();
  }
  EXPECT_EQ(arrived_.size(), 20u);
  EXPECT_EQ(arrived_, reached);
}

TEST_F(SimNetworkTest, ConnectionsBreakAndTimeOut) {
  cut_after_ = 3;
  Ask("https://provider.test/");
  executor_.Run();
  cut_after_.reset();
  delay_ = seconds(31);
  Ask("https://provider.test/");
  const base::Instant asked = executor_.Now();
  executor_.Run();
  EXPECT_EQ(answered_.back() - asked, seconds(30));
  Ask("https://elsewhere.test/");
  executor_.Run();
  EXPECT_THAT(said_, ElementsAre("http.broken", "http.timeout", "http.connect"));
}

TEST_F(SimNetworkTest, TheEndOfTheProcessEndsItsConnections) {
  delay_ = seconds(10);
  Ask("https://provider.test/");
  executor_.RunFor(seconds(5));
  EXPECT_EQ(arrived_.size(), 1u);
  executor_.DropAll();
  EXPECT_EQ(network_.in_flight(), 0u);
  executor_.Run();
  EXPECT_TRUE(said_.empty());
}

}  // namespace
}  // namespace coldpath::sim
