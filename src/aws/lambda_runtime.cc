#include "aws/lambda_runtime.h"

#include <charconv>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include "aws/blocking_http.h"
#include "base/json.h"
#include "base/mutex.h"

namespace coldpath::aws {
namespace {

// The sandbox is frozen while it waits for the next invocation, for hours; no time-out of ours may
// end that, since an invocation that is handed to a connection we have left is lost.
constexpr std::chrono::hours kLongPoll{24 * 14};
constexpr std::chrono::seconds kPostTimeout{30};
constexpr const char* kPrefix = "/2018-06-01/runtime";

// What a handler answers; shared, because who waits may give up.
class PendingAnswer {
 public:
  void Put(LambdaAnswer answer) {
    base::MutexLock lock(mutex_);
    answer_ = std::move(answer);
    there_.NotifyAll();
  }
  std::optional<LambdaAnswer> TakeBefore(base::Instant deadline, const base::Clock& clock) {
    base::MutexLock lock(mutex_);
    while (!answer_ && clock.Now() < deadline) there_.WaitUntil(mutex_, deadline);
    return std::exchange(answer_, std::nullopt);
  }

 private:
  base::Mutex mutex_;
  base::CondVar there_;
  std::optional<LambdaAnswer> answer_ COLDPATH_GUARDED_BY(mutex_);
};

base::Error ApiError(const std::string& what) {
  return {"lambda.runtime_api", "The Lambda runtime API " + what};
}

std::string ErrorBody(const LambdaError& error) {
  return base::DumpJson({{"errorMessage", error.message},
                         {"errorType", error.type},
                         {"stackTrace", base::Json::array()}});
}

base::HttpHeaders ErrorHeaders(const LambdaError& error) {
  std::string type = error.type.substr(0, 256);
  for (char& c : type) c = c > ' ' && c < '\x7f' ? c : '_';
  return {{"Content-Type", "application/vnd.aws.lambda.error+json"},
          {"Lambda-Runtime-Function-Error-Type", type}};
}

LambdaAnswer TooLarge(std::size_t bytes) {
  return std::unexpected(LambdaError{"Function.ResponseSizeTooLarge",
                                     "The answer has " + std::to_string(bytes) + " bytes; " +
                                         std::to_string(kMostAnswerBytes) + " are allowed."});
}

}  // namespace

LambdaRuntime::LambdaRuntime(LambdaRuntimePorts ports, LambdaRuntimeSettings settings)
    : ports_(ports), settings_(std::move(settings)) {}

base::HttpRequest LambdaRuntime::Request(const std::string& method, const std::string& path) const {
  base::HttpRequest request;
  request.method = method;
  request.url = "http://" + settings_.api + kPrefix + path;
  request.timeout = kPostTimeout;
  return request;
}

base::Error LambdaRuntime::Run(const LambdaHandler& handler) {
  for (;;) {
    if (const base::Status served = ServeOne(handler); !served) return served.error();
  }
}

base::Status LambdaRuntime::ServeOne(const LambdaHandler& handler) {
  COLDPATH_ASSIGN_OR_RETURN(const LambdaInvocation invocation, Next());
  const base::Instant begun = ports_.clock.Now();
  LambdaAnswer answer = Invoke(handler, invocation);
  if (answer && answer->size() > kMostAnswerBytes) answer = TooLarge(answer->size());
  const std::int64_t milliseconds = (ports_.clock.Now() - begun) / std::chrono::milliseconds(1);
  ports_.log.Write(answer ? base::LogLevel::kInfo : base::LogLevel::kWarning, "lambda_invocation",
                   {{"request", invocation.request_id},
                    {"trace", invocation.trace_id},
                    {"error", answer ? base::Json() : base::Json(answer.error().type)},
                    {"reason", answer ? base::Json() : base::Json(answer.error().message)},
                    {"duration_ms", milliseconds}});
  return Answer(invocation, std::move(answer));
}

base::Result<LambdaInvocation> LambdaRuntime::Next() {
  base::HttpRequest request = Request("GET", "/invocation/next");
  request.timeout = kLongPoll;
  auto response = SendAndWait(ports_.http, std::move(request));
  if (!response) return base::Fail(ApiError("gave no invocation: " + response.error().message));
  if (response->status != 200) {
    return base::Fail(ApiError("answered " + std::to_string(response->status) + " to next."));
  }
  LambdaInvocation next;
  next.request_id = response->headers.Find("Lambda-Runtime-Aws-Request-Id").value_or("");
  // It becomes part of a path.
  if (next.request_id.empty() || next.request_id.size() > 200 ||
      base::PercentEncode(next.request_id) != next.request_id) {
    return base::Fail(ApiError("gave an invocation without a valid request id."));
  }
  const std::string deadline = response->headers.Find("Lambda-Runtime-Deadline-Ms").value_or("");
  std::int64_t millis = 0;
  const auto [end, error] =
      std::from_chars(deadline.data(), deadline.data() + deadline.size(), millis);
  if (error != std::errc() || end != deadline.data() + deadline.size() || millis <= 0 ||
      millis > 100'000'000'000'000) {
    return base::Fail(ApiError("gave an invocation without a deadline."));
  }
  next.deadline = base::FromUnixMillis(millis);
  next.function_arn = response->headers.Find("Lambda-Runtime-Invoked-Function-Arn").value_or("");
  next.trace_id = response->headers.Find("Lambda-Runtime-Trace-Id").value_or("");
  next.event = std::move(response->body);
  return next;
}

LambdaAnswer LambdaRuntime::Invoke(const LambdaHandler& handler,
                                   const LambdaInvocation& invocation) {
  if (invocation.event.size() > kMostEventBytes) {
    return std::unexpected(LambdaError{"Coldpath.EventTooLarge", "The event is too large."});
  }
  const auto answer = std::make_shared<PendingAnswer>();
  ports_.executor.Post([answer, &handler, invocation] {
    try {
      answer->Put(handler(invocation));
    } catch (const std::exception& thrown) {
      answer->Put(std::unexpected(LambdaError{"Coldpath.Internal", thrown.what()}));
    }
  });
  auto taken = answer->TakeBefore(invocation.deadline - settings_.margin, ports_.clock);
  if (!taken) return std::unexpected(settings_.late_error);
  return *std::move(taken);
}

base::Status LambdaRuntime::Answer(const LambdaInvocation& invocation, LambdaAnswer answer) {
  const std::string path = "/invocation/" + invocation.request_id;
  if (answer) {
    return Post(path + "/response", {{"Content-Type", "application/json"}}, *std::move(answer));
  }
  return Post(path + "/error", ErrorHeaders(answer.error()), ErrorBody(answer.error()));
}

base::Status LambdaRuntime::ReportInitError(const LambdaError& error) {
  return Post("/init/error", ErrorHeaders(error), ErrorBody(error));
}

base::Status LambdaRuntime::Post(const std::string& path, base::HttpHeaders headers,
                                 std::string body) {
  base::HttpRequest request = Request("POST", path);
  request.headers = std::move(headers);
  request.body = std::move(body);
  const auto response = SendAndWait(ports_.http, std::move(request));
  if (!response) return base::Fail(ApiError("took no answer: " + response.error().message));
  if (response->status / 100 == 2) return {};
  // 400, 403 and 413 concern this invocation; after a 500 the documentation wants the runtime to
  // end.
  if (response->status >= 500) {
    return base::Fail(ApiError("answered " + std::to_string(response->status) + " to a result."));
  }
  ports_.log.Error("lambda_answer_refused", {{"path", path}, {"status", response->status}});
  return {};
}

}  // namespace coldpath::aws
