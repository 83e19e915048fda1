#include "net/sse_parser.h"

#include <utility>

namespace coldpath::net {

std::vector<ServerSentEvent> SseParser::Feed(std::string_view bytes) {
  std::vector<ServerSentEvent> events;
  for (const char c : bytes) {
    // A line ends with CR, LF or CRLF; the pair may come in two pieces.
    if (c == '\n' && std::exchange(after_cr_, false)) continue;
    after_cr_ = c == '\r';
    if (c == '\n' || c == '\r') {
      EndLine(events);
    } else {
      line_ += c;
    }
  }
  return events;
}

void SseParser::EndLine(std::vector<ServerSentEvent>& events) {
  std::string line = std::exchange(line_, {});
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (std::exchange(at_start_, false) && line.starts_with(kByteOrderMark)) {
    line.erase(0, kByteOrderMark.size());
  }
  if (line.empty()) {
    if (!data_.empty()) {
      data_.pop_back();  // the newline after the last line of data
      events.push_back({last_id_, event_.empty() ? "message" : event_, data_});
    }
    data_.clear();
    event_.clear();
    return;
  }
  const std::size_t colon = line.find(':');
  if (colon == 0) return;  // a comment
  if (colon == std::string::npos) return TakeField(line, "");
  std::string_view value = std::string_view(line).substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  TakeField(std::string_view(line).substr(0, colon), value);
}

void SseParser::TakeField(std::string_view name, std::string_view value) {
  if (name == "data") {
    data_ += value;
    data_ += '\n';
  } else if (name == "event") {
    event_ = value;
  } else if (name == "id" && value.find('\0') == std::string_view::npos) {
    last_id_ = value;
  }
  // "retry" is for browsers, which reconnect by themselves; unknown fields are ignored by the
  // standard.
}

}  // namespace coldpath::net
