// What the tests of this folder share: an HttpClient that answers from a script, an AwsClient over
// it, and an AwsClient over the network for the tests that need an emulator.
#ifndef COLDPATH_AWS_AWS_TESTING_H_
#define COLDPATH_AWS_AWS_TESTING_H_

#include <gtest/gtest.h>

#include <cstdlib>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "aws/aws_client.h"
#include "base/crypto.h"
#include "base/mutex.h"
#include "base/thread_pool.h"
#include "net/http_client.h"

namespace coldpath::aws {

// Shows what it was told.
class SettableClock final : public base::Clock {
 public:
  base::Instant Now() const override {
    base::MutexLock lock(mutex_);
    return now_;
  }
  void Set(base::Instant now) {
    base::MutexLock lock(mutex_);
    now_ = now;
  }
  void Advance(base::Duration span) {
    base::MutexLock lock(mutex_);
    now_ += span;
  }

 private:
  mutable base::Mutex mutex_;
  base::Instant now_ COLDPATH_GUARDED_BY(mutex_) = base::FromUnixSeconds(1'795'342'830);
};

// The same keys until they are refused, then the next ones.
class ListedCredentials final : public CredentialSource {
 public:
  explicit ListedCredentials(std::deque<Credentials> list = {{"AKID", "secret", "", {}}})
      : list_(std::move(list)) {}
  base::Result<Credentials> Get() override {
    base::MutexLock lock(mutex_);
    if (list_.empty()) return base::Fail("aws.no_credentials", "nothing is configured");
    return list_.front();
  }
  void Refuse(const Credentials&) override {
    base::MutexLock lock(mutex_);
    if (list_.size() > 1) list_.pop_front();
  }

 private:
  base::Mutex mutex_;
  std::deque<Credentials> list_ COLDPATH_GUARDED_BY(mutex_);
};

// Answers each request with the next of its script, on a thread of its own. Past the end of the
// script every request is refused with "ScriptEnded", which nobody retries.
class ScriptedHttp final : public base::HttpClient {
 public:
  using Answer = std::function<base::Result<base::HttpResponse>(const base::HttpRequest&)>;

  void Then(Answer answer) {
    base::MutexLock lock(mutex_);
    script_.push_back(std::move(answer));
  }
  void Then(int status, std::string body = "", base::HttpHeaders headers = {}) {
    Then([=](const base::HttpRequest&) -> base::Result<base::HttpResponse> {
      return base::HttpResponse{status, headers, body};
    });
  }
  void ThenFail(std::string code) {
    Then([=](const base::HttpRequest&) -> base::Result<base::HttpResponse> {
      return base::Fail(code, "The script says so.");
    });
  }
  // For every request that the script holds nothing for.
  void Otherwise(Answer answer) {
    base::MutexLock lock(mutex_);
    otherwise_ = std::move(answer);
  }

  void Send(base::HttpRequest request, Done done) override {
    Answer answer;
    {
      base::MutexLock lock(mutex_);
      if (!script_.empty()) {
        answer = std::move(script_.front());
        script_.pop_front();
      } else {
        answer = otherwise_;
      }
      requests_.push_back(request);
    }
    pool_->Post([answer = std::move(answer), request = std::move(request),
                 done = std::move(done)]() mutable { done(answer(request)); });
  }

  std::vector<base::HttpRequest> requests() const {
    base::MutexLock lock(mutex_);
    return requests_;
  }
  // The script's answers that nobody has asked for.
  std::size_t left() const {
    base::MutexLock lock(mutex_);
    return script_.size();
  }

 private:
  mutable base::Mutex mutex_;
  std::deque<Answer> script_ COLDPATH_GUARDED_BY(mutex_);
  Answer otherwise_ COLDPATH_GUARDED_BY(mutex_) =
      [](const base::HttpRequest&) -> base::Result<base::HttpResponse> {
    return base::HttpResponse{400, {}, R"({"__type":"ScriptEnded","message":"nothing left"})"};
  };
  std::vector<base::HttpRequest> requests_ COLDPATH_GUARDED_BY(mutex_);
  SettableClock clock_;
  std::unique_ptr<base::ThreadPool> pool_ = base::MakeThreadPool(clock_, 1);
};

// A client whose service is a script. Pauses are noted, not slept.
struct ScriptedAws {
  explicit ScriptedAws(AwsSettings settings = {.region = "eu-central-1", .endpoints = {}},
                       std::deque<Credentials> keys = {{"AKID", "secret", "", {}}})
      : credentials(std::move(keys)),
        client(
            {http, clock, random, log, [this](base::Duration pause) { pauses.push_back(pause); }},
            std::move(settings), credentials) {}

  SettableClock clock;
  base::SeededRandom random{1};
  std::vector<std::string> lines;
  base::Log log{clock, base::LogLevel::kInfo,
                [this](std::string_view line) { lines.emplace_back(line); }};
  ScriptedHttp http;
  ListedCredentials credentials;
  std::vector<base::Duration> pauses;
  AwsClient client;
};

// The base URL of an emulator, if the environment names one: COLDPATH_TEST_MOTO,
// COLDPATH_TEST_DYNAMODB.
inline std::optional<std::string> EmulatorUrl(const char* variable) {
  const char* const value = std::getenv(variable);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

// For the suites that need an emulator: `maker`, or nothing where the environment names none. Say
// GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST of the suite beside it.
template <typename Maker>
std::vector<Maker> IfEmulated(const char* variable, Maker maker) {
  if (!EmulatorUrl(variable)) return {};
  return {std::move(maker)};
}

// A client of the emulator at `url`, over the network. Thread-safe.
struct EmulatedAws {
  explicit EmulatedAws(const std::string& url, std::map<std::string, std::string> endpoints = {})
      : client({*http, *clock, *random, log, [](base::Duration) {}},
               {.region = "eu-central-1", .endpoints = WithDefault(std::move(endpoints), url)},
               credentials) {}

  static std::map<std::string, std::string> WithDefault(std::map<std::string, std::string> map,
                                                        const std::string& url) {
    map.emplace("*", url);
    return map;
  }

  std::unique_ptr<base::Clock> clock = base::MakeSystemClock();
  std::unique_ptr<base::ThreadPool> pool = base::MakeThreadPool(*clock, 2);
  std::unique_ptr<base::HttpClient> http = net::MakeHttpClient({}, *pool);
  std::unique_ptr<base::Random> random = base::MakeSystemRandom();
  base::Log log{*clock, base::LogLevel::kError, [](std::string_view) {}};
  ListedCredentials credentials;
  AwsClient client;
};

}  // namespace coldpath::aws

#endif  // COLDPATH_AWS_AWS_TESTING_H_
