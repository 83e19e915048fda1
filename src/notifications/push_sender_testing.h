// For the tests of the senders: a push service that is a function, in simulated time.
#ifndef COLDPATH_NOTIFICATIONS_PUSH_SENDER_TESTING_H_
#define COLDPATH_NOTIFICATIONS_PUSH_SENDER_TESTING_H_

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/crypto.h"
#include "base/json.h"
#include "notifications/push_sender.h"
#include "sim/sim_network.h"

namespace coldpath::notifications::test {

inline const base::Instant kStart = base::FromUnixSeconds(1'800'000'000);

inline PushMessage MakeMessage() {
  return {.key = "5f0c1a52-7e1f-4a37-9d2f-9a1d0f0e6a11/N-05",
          .code = "N-05",
          .title = "Coldpath",
          .text = "Your historical sync is complete.",
          .job_id = "0190b0a2-0000-7000-8000-000000000001",
          .url = "https://sync.example.com/jobs/0190b0a2-0000-7000-8000-000000000001",
          .time = kStart,
          .expires = kStart + std::chrono::hours(24)};
}

// The parts of a compact JWS, its signature checked.
struct ReadJwt {
  base::Json header;
  base::Json claims;
};
inline ReadJwt VerifyJwt(std::string_view token, const base::SigningKey& key) {
  const std::size_t first = token.find('.');
  const std::size_t last = token.rfind('.');
  EXPECT_LT(first, last);
  EXPECT_TRUE(base::VerifySignature(key, token.substr(0, last),
                                    base::Base64UrlDecode(token.substr(last + 1)).value()));
  const auto part = [](std::string_view text) {
    return base::ParseJson(base::Base64UrlDecode(text).value()).value();
  };
  return {part(token.substr(0, first)), part(token.substr(first + 1, last - first - 1))};
}

// Notes what it is asked, and answers from a script; its last answer stands for all that follow.
class ScriptedHost {
 public:
  ScriptedHost(sim::SimHttpClient& network, const std::string& name) {
    network.AddHost(name, [this](const base::HttpRequest& request, base::Instant) {
      requests.push_back(request);
      EXPECT_FALSE(script_.empty()) << "nothing was expected";
      if (script_.empty()) return sim::SimAnswer{{500, {}, ""}, {}, {}};
      sim::SimAnswer answer = script_.front();
      if (script_.size() > 1) script_.pop_front();
      return answer;
    });
  }
  ScriptedHost& Then(int status, std::string body = "", base::HttpHeaders headers = {}) {
    script_.push_back({{status, std::move(headers), std::move(body)}, {}, {}});
    return *this;
  }
  // Forgets the script so far.
  ScriptedHost& Now(int status, std::string body = "", base::HttpHeaders headers = {}) {
    script_.clear();
    return Then(status, std::move(body), std::move(headers));
  }

  std::vector<base::HttpRequest> requests;

 private:
  std::deque<sim::SimAnswer> script_;
};

struct PushWorld {
  sim::SimExecutor executor{kStart};
  sim::SimHttpClient network{executor, {}};
  base::SeededRandom random{7};

  // Sends, and lets time pass until there is an outcome.
  PushOutcome Send(PushSender& sender, const tasks::PushSubscription& subscription,
                   const PushMessage& message = MakeMessage()) {
    std::vector<PushOutcome> outcomes;
    sender.Send(subscription, message,
                [&](PushOutcome outcome) { outcomes.push_back(std::move(outcome)); });
    executor.Run();
    EXPECT_EQ(outcomes.size(), 1u) << "called exactly once";
    return outcomes.empty() ? PushOutcome{} : outcomes.front();
  }
};

inline std::string_view NameOf(PushVerdict verdict) {
  switch (verdict) {
    case PushVerdict::kAccepted:
      return "accepted";
    case PushVerdict::kGone:
      return "gone";
    case PushVerdict::kLater:
      return "later";
    case PushVerdict::kRefused:
      return "refused";
  }
  return "";
}

}  // namespace coldpath::notifications::test

#endif  // COLDPATH_NOTIFICATIONS_PUSH_SENDER_TESTING_H_
