#include "sandbox/shell/server.h"

#include <algorithm>
#include <utility>

namespace coldpath::sandbox {
namespace {

// What is sent of an answer that breaks off: the server's buffer for streams bounds it.
constexpr std::size_t kMaxCutBytes = 128u << 10;

bool IsLoopback(const std::string& peer) {
  return peer.starts_with("127.") || peer == "::1" || peer.starts_with("::ffff:127.");
}

void Give(SandboxResponse answer, base::HttpResponder& responder) {
  if (!answer.cut_after_bytes) {
    responder.Respond(std::move(answer.http));
    return;
  }
  const std::size_t sent =
      std::min({*answer.cut_after_bytes, answer.http.body.size(), kMaxCutBytes});
  std::string part = answer.http.body.substr(0, sent);
  answer.http.body.clear();
  // A stream that nobody ends: the server closes the connection in the middle of the body.
  responder.StartStream(std::move(answer.http));
  if (!part.empty()) responder.Write(std::move(part));
}

}  // namespace

SandboxHandler::SandboxHandler(const SandboxOptions& options, const base::Clock& clock,
                               base::Executor& executor)
    : clock_(clock), executor_(executor), sandbox_(options) {}

void SandboxHandler::Handle(base::HttpRequest request, std::string peer,
                            std::shared_ptr<base::HttpResponder> responder) {
  if (request.url.starts_with("/sandbox/") && !IsLoopback(peer)) {
    responder->Respond(JsonText(403, R"({"error":"only_from_the_same_machine"})").http);
    return;
  }
  executor_.Post([this, request = std::move(request), responder = std::move(responder)] {
    Answer(request, responder);
  });
}

void SandboxHandler::Answer(const base::HttpRequest& request,
                            const std::shared_ptr<base::HttpResponder>& responder) {
  const base::Instant now = clock_.Now();
  SandboxResponse answer;
  {
    const base::MutexLock lock(mutex_);
    answer = sandbox_.Handle(request, now);
  }
  if (answer.delay <= std::chrono::milliseconds(0)) {
    Give(std::move(answer), *responder);
    return;
  }
  const base::Instant when = now + answer.delay;
  executor_.PostAt(when, [answer = std::move(answer), responder]() mutable {
    Give(std::move(answer), *responder);
  });
}

}  // namespace coldpath::sandbox
