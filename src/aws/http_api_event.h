// API Gateway's HTTP API as our HTTP server: events of payload format 2.0 (its developer guide,
// "http-api-develop-integrations-lambda") and the answers they get, and a responder for places
// where answers cannot be streamed.
#ifndef COLDPATH_AWS_HTTP_API_EVENT_H_
#define COLDPATH_AWS_HTTP_API_EVENT_H_

#include <cstddef>
#include <functional>
#include <string>

#include "base/http_handler.h"
#include "base/json.h"
#include "base/mutex.h"

namespace coldpath::aws {

struct HttpApiRequest {
  base::HttpRequest request;  // as a server receives it: origin form, without the stage
  std::string peer;           // the client's address
};
// Several fields of one name come as one, with commas between, as API Gateway joins them; cookies
// as one Cookie field. Error: http_api.malformed, naming the member.
base::Result<HttpApiRequest> ReadHttpApiEvent(const base::Json& event);

// The largest answer that fits Lambda's 6 MB however it is encoded: base64 takes a third more.
inline constexpr std::size_t kMostHttpApiBody = 4u * 1024 * 1024;

// The invocation's answer as JSON text. Bodies that are not UTF-8 text, or that JSON's escapes
// would make larger than base64 does, go as base64. A body above kMostHttpApiBody is replaced by a
// problem (RFC 9457) of status 500 that says so.
std::string HttpApiAnswer(const base::HttpResponse& response);

// Collects one response, also one that is written as a stream, and gives it to `done` once, on the
// thread that ends it: at the stream's end, or when the last reference goes. A stream that has
// reached kMostHttpApiBody takes no more, as a slow client's would: what is there is the answer.
class BufferedResponder final : public base::HttpResponder {
 public:
  using Done = std::move_only_function<void(base::HttpResponse)>;
  explicit BufferedResponder(Done done) : done_(std::move(done)) {}
  ~BufferedResponder() override;

  void Respond(base::HttpResponse response) override;
  void StartStream(base::HttpResponse head) override;
  bool Write(std::string bytes) override;
  void EndStream() override;
  bool ShouldEnd() const override { return false; }

 private:
  void Finish();

  mutable base::Mutex mutex_;
  Done done_ COLDPATH_GUARDED_BY(mutex_);
  base::HttpResponse response_ COLDPATH_GUARDED_BY(mutex_) = {500, {}, ""};
};

}  // namespace coldpath::aws

#endif  // COLDPATH_AWS_HTTP_API_EVENT_H_
