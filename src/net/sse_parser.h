// Reads server-sent events out of a stream that arrives in any pieces (WHATWG HTML section 9.2.6).
#ifndef COLDPATH_NET_SSE_PARSER_H_
#define COLDPATH_NET_SSE_PARSER_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_client.h"

namespace coldpath::net {

// Pure; not thread-safe.
class SseParser {
 public:
  // The events that `bytes` completes. An event without a type is a "message"; its id is the last
  // one that was sent. What the stream ends within is not an event, as the standard has it.
  std::vector<ServerSentEvent> Feed(std::string_view bytes);

  // How much of an unfinished event is held: callers bound it.
  std::size_t pending_bytes() const { return line_.size() + data_.size() + event_.size(); }

 private:
  void EndLine(std::vector<ServerSentEvent>& events);
  void TakeField(std::string_view name, std::string_view value);

  std::string line_;
  bool after_cr_ = false;
  bool at_start_ = true;
  std::string last_id_;
  std::string event_;
  std::string data_;
};

}  // namespace coldpath::net

#endif  // COLDPATH_NET_SSE_PARSER_H_
