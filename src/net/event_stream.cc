#include <curl/curl.h>

#include "base/check.h"
#include "net/http_client.h"
#include "net/internal/curl_transfer.h"
#include "net/sse_parser.h"

namespace coldpath::net {
namespace {

// How much of an error answer is kept to say what was wrong.
constexpr std::size_t kErrorBytes = 2'000;

// A server may end an event stream at any time, with or without ceremony: both are its end, not a
// failure.
bool IsEndOfStream(CURLcode code) {
  return code == CURLE_OK || code == CURLE_PARTIAL_FILE || code == CURLE_RECV_ERROR;
}

}  // namespace

base::Status ReadEventStream(const HttpClientOptions& options, base::HttpRequest request,
                             const std::function<bool(const ServerSentEvent&)>& on_event) {
  internal::InitializeCurl();
  if (!request.headers.Find("Accept")) request.headers.Set("Accept", "text/event-stream");
  internal::CurlTransfer transfer(internal::CurlEasy(curl_easy_init()), std::move(request),
                                  options);
  COLDPATH_RETURN_IF_ERROR(transfer.Check());
  transfer.LiftTimeout();

  SseParser parser;
  std::string error_text;
  bool reader_ended = false;
  bool too_large = false;
  transfer.SetBodySink([&](std::string_view piece) {
    if (transfer.status() != 200) {
      error_text += piece.substr(0, kErrorBytes - error_text.size());
      return error_text.size() < kErrorBytes;
    }
    for (const ServerSentEvent& event : parser.Feed(piece)) {
      if (!on_event(event)) {
        reader_ended = true;
        return false;
      }
    }
    too_large = parser.pending_bytes() > options.max_response_bytes;
    return !too_large;
  });
  const CURLcode code = curl_easy_perform(transfer.easy());

  if (reader_ended) return {};
  if (too_large) {
    return base::Fail("http.too_large", "An event of the stream exceeds " +
                                            std::to_string(options.max_response_bytes) + " bytes.");
  }
  const int status = transfer.status();
  if (status != 0 && status != 200) {
    return base::Fail("http.status", "The server answered " + std::to_string(status) +
                                         " instead of a stream of events: " + error_text);
  }
  if (status == 200 && IsEndOfStream(code)) return {};
  auto finished = transfer.Finish(code);
  if (finished) return {};
  return std::unexpected(std::move(finished).error());
}

}  // namespace coldpath::net
