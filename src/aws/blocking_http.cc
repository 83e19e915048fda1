#include "aws/blocking_http.h"

#include <memory>
#include <optional>
#include <utility>

#include "base/mutex.h"

namespace coldpath::aws {
namespace {

// Where the caller waits and the completion arrives: the first to come is the answer.
class Answer {
 public:
  void Set(base::Result<base::HttpResponse> result) {
    base::MutexLock lock(mutex_);
    if (result_) return;
    result_ = std::move(result);
    set_.NotifyAll();
  }
  base::Result<base::HttpResponse> Wait() {
    base::MutexLock lock(mutex_);
    while (!result_) set_.Wait(mutex_);
    return *std::move(result_);
  }

 private:
  base::Mutex mutex_;
  base::CondVar set_;
  std::optional<base::Result<base::HttpResponse>> result_ COLDPATH_GUARDED_BY(mutex_);
};

// Travels inside the completion: if that is destroyed without having been called, nobody will come.
class Promise {
 public:
  explicit Promise(std::shared_ptr<Answer> answer) : answer_(std::move(answer)) {}
  Promise(Promise&&) = default;
  ~Promise() {
    if (answer_) answer_->Set(base::Fail("http.stopped", "The HTTP client is shutting down."));
  }
  void Keep(base::Result<base::HttpResponse> result) { answer_->Set(std::move(result)); }

 private:
  std::shared_ptr<Answer> answer_;
};

}  // namespace

base::Result<base::HttpResponse> SendAndWait(base::HttpClient& client, base::HttpRequest request) {
  const auto answer = std::make_shared<Answer>();
  client.Send(std::move(request),
              [promise = Promise(answer)](base::Result<base::HttpResponse> result) mutable {
                promise.Keep(std::move(result));
              });
  return answer->Wait();
}

}  // namespace coldpath::aws
