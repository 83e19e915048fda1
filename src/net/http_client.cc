#include "net/http_client.h"

#include <curl/curl.h>

#include <deque>
#include <optional>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/mutex.h"
#include "net/internal/curl_transfer.h"

namespace coldpath::net {
namespace {

using base::HttpRequest;
using base::HttpResponse;
using base::Result;
using internal::CurlEasy;
using internal::CurlTransfer;

base::Error Stopped() { return {"http.stopped", "The HTTP client is shutting down."}; }

// libcurl sets its own timers inside the wait; this one only bounds it.
constexpr int kLongestWaitMs = 60'000;
constexpr std::size_t kSpareHandles = 64;

class CurlClient final : public base::HttpClient {
 public:
  CurlClient(const HttpClientOptions& options, base::Executor& executor)
      : options_(options), executor_(executor), multi_(curl_multi_init()) {
    COLDPATH_CHECK(multi_ != nullptr);
    curl_multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS,
                      static_cast<long>(options.max_connections_per_host));
    curl_multi_setopt(multi_, CURLMOPT_MAX_TOTAL_CONNECTIONS,
                      static_cast<long>(options.max_connections));
    thread_ = std::thread([this] { Run(); });
  }

  ~CurlClient() override {
    {
      base::MutexLock lock(mutex_);
      stopping_ = true;
    }
    curl_multi_wakeup(multi_);
    thread_.join();
    curl_multi_cleanup(multi_);
  }

  void Send(HttpRequest request, Done done) override {
    {
      base::MutexLock lock(mutex_);
      if (!stopping_) {
        incoming_.push_back({std::move(request), std::move(done)});
        done = nullptr;
      }
    }
    if (done) return Complete(std::move(done), std::unexpected(Stopped()));
    curl_multi_wakeup(multi_);
  }

 private:
  struct Incoming {
    HttpRequest request;
    Done done;
  };
  struct Active {
    std::unique_ptr<CurlTransfer> transfer;
    Done done;
  };

  void Run() {
    while (auto incoming = TakeIncoming()) {
      for (Incoming& next : *incoming) Begin(std::move(next));
      int running = 0;
      COLDPATH_CHECK(curl_multi_perform(multi_, &running) == CURLM_OK);
      FinishDone();
      COLDPATH_CHECK(curl_multi_poll(multi_, nullptr, 0, kLongestWaitMs, nullptr) == CURLM_OK);
    }
    for (auto& [easy, active] : active_) {
      curl_multi_remove_handle(multi_, easy);
      Complete(std::move(active.done), std::unexpected(Stopped()));
    }
    active_.clear();
    spare_.clear();
  }

  // Nothing once the client stops; what waits then is answered here.
  std::optional<std::deque<Incoming>> TakeIncoming() {
    std::deque<Incoming> taken;
    bool stopping = false;
    {
      base::MutexLock lock(mutex_);
      taken.swap(incoming_);
      stopping = stopping_;
    }
    if (!stopping) return taken;
    for (Incoming& next : taken) Complete(std::move(next.done), std::unexpected(Stopped()));
    return std::nullopt;
  }

  void Begin(Incoming next) {
    CurlEasy easy;
    if (spare_.empty()) {
      easy.reset(curl_easy_init());
    } else {
      easy = std::move(spare_.back());
      spare_.pop_back();
    }
    auto transfer =
        std::make_unique<CurlTransfer>(std::move(easy), std::move(next.request), options_);
    if (auto good = transfer->Check(); !good) {
      return Complete(std::move(next.done), std::unexpected(std::move(good).error()));
    }
    CURL* const handle = transfer->easy();
    active_.emplace(handle, Active{std::move(transfer), std::move(next.done)});
    COLDPATH_CHECK(curl_multi_add_handle(multi_, handle) == CURLM_OK);
  }

  void FinishDone() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      CURL* const handle = message->easy_handle;
      const CURLcode code = message->data.result;  // `message` does not survive the removal
      curl_multi_remove_handle(multi_, handle);
      auto node = active_.extract(handle);
      Active& active = node.mapped();
      auto result = active.transfer->Finish(code);
      if (spare_.size() < kSpareHandles) spare_.push_back(active.transfer->ReleaseEasy());
      Complete(std::move(active.done), std::move(result));
    }
  }

  void Complete(Done done, Result<HttpResponse> result) {
    executor_.Post([done = std::move(done), result = std::move(result)]() mutable {
      done(std::move(result));
    });
  }

  const HttpClientOptions options_;
  base::Executor& executor_;
  CURLM* const multi_;
  std::unordered_map<CURL*, Active> active_;  // network thread only, as is spare_
  std::vector<CurlEasy> spare_;
  base::Mutex mutex_;
  std::deque<Incoming> incoming_ COLDPATH_GUARDED_BY(mutex_);
  bool stopping_ COLDPATH_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

// Where SendAndWait waits. Also told when the completion is dropped, as an executor that has
// stopped does.
class Answer {
 public:
  void Set(Result<HttpResponse> result) {
    base::MutexLock lock(mutex_);
    if (!result_) result_ = std::move(result);
    set_.NotifyAll();
  }
  Result<HttpResponse> Wait() {
    base::MutexLock lock(mutex_);
    while (!result_) set_.Wait(mutex_);
    return *std::move(result_);
  }

 private:
  base::Mutex mutex_;
  base::CondVar set_;
  std::optional<Result<HttpResponse>> result_ COLDPATH_GUARDED_BY(mutex_);
};

}  // namespace

std::unique_ptr<base::HttpClient> MakeHttpClient(const HttpClientOptions& options,
                                                 base::Executor& executor) {
  internal::InitializeCurl();
  return std::make_unique<CurlClient>(options, executor);
}

Result<HttpResponse> SendAndWait(base::HttpClient& client, HttpRequest request) {
  const auto answer = std::make_shared<Answer>();
  const auto when_dropped = [](Answer* held) { held->Set(std::unexpected(Stopped())); };
  std::unique_ptr<Answer, decltype(when_dropped)> guard(answer.get(), when_dropped);
  client.Send(std::move(request), [answer, guard = std::move(guard)](Result<HttpResponse> result) {
    answer->Set(std::move(result));
  });
  return answer->Wait();
}

}  // namespace coldpath::net
