// HTTP/1.x responses as text (RFC 9112). Pure.
#ifndef COLDPATH_NET_INTERNAL_RESPONSE_TEXT_H_
#define COLDPATH_NET_INTERNAL_RESPONSE_TEXT_H_

#include <optional>
#include <string>
#include <string_view>

#include "base/http.h"
#include "base/time.h"

namespace coldpath::net::internal {

enum class Framing { kContentLength, kChunked, kUntilClose };

struct HeadOptions {
  std::string_view server_name;
  base::Instant now;
  Framing framing = Framing::kContentLength;
  bool keep_alive = true;
  // What was asked with HTTP/1.0 must be told that its connection is kept.
  bool http_1_0 = false;
};

// Status line and fields up to the empty line. Fields that are the server's own (Connection,
// Content-Length, Date, Server, Transfer-Encoding) are not taken from the response; control
// characters in values become spaces, so that no value can add a field.
std::string RenderHead(const base::HttpResponse& response, const HeadOptions& options);

// False for statuses whose responses end with the head (RFC 9110 section 6.4.1).
bool StatusHasBody(int status);

// One chunk of chunked coding; the empty one ends the body. `bytes` that are empty would do so by
// accident: REQUIRES !bytes.empty().
std::string RenderChunk(std::string_view bytes);
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

std::string_view ReasonPhrase(int status);

// A problem document (RFC 9457) of type about:blank.
base::HttpResponse ProblemResponse(int status, std::string_view detail);

// The target in origin form ("/a?b"): absolute form loses scheme and authority (RFC 9112
// section 3.2.2).
std::optional<std::string> OriginForm(std::string_view target);

}  // namespace coldpath::net::internal

#endif  // COLDPATH_NET_INTERNAL_RESPONSE_TEXT_H_
