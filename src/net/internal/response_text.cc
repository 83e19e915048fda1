#include "net/internal/response_text.h"

#include <array>
#include <charconv>
#include <cstdio>

#include "base/check.h"
#include "base/json.h"

namespace coldpath::net::internal {
namespace {

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

bool IsServersOwn(std::string_view name) {
  const std::string lower = Lower(name);
  return lower == "connection" || lower == "content-length" || lower == "date" ||
         lower == "server" || lower == "transfer-encoding";
}

// IMF-fixdate (RFC 9110 section 5.6.7).
std::string HttpDate(base::Instant now) {
  static constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(now - day));
  char text[40];
  std::snprintf(text, sizeof text, "%s, %02u %s %04d %02d:%02d:%02d GMT",
                kDays[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text;
}

void AppendField(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    out += (byte < 0x20 && c != '\t') || byte == 0x7f ? ' ' : c;
  }
  out += "\r\n";
}

bool IsToken(std::string_view name) {
  for (const char c : name) {
    if (c <= ' ' || c > '~' || c == ':') return false;
  }
  return !name.empty();
}

}  // namespace

bool StatusHasBody(int status) { return status >= 200 && status != 204 && status != 304; }

std::string RenderHead(const base::HttpResponse& response, const HeadOptions& options) {
  std::string out = "HTTP/1.1 " + std::to_string(response.status) + " ";
  out += ReasonPhrase(response.status);
  out += "\r\n";
  for (const auto& [name, value] : response.headers.fields()) {
    if (!IsServersOwn(name) && IsToken(name)) AppendField(out, name, value);
  }
  AppendField(out, "Server", options.server_name);
  AppendField(out, "Date", HttpDate(options.now));
  if (options.framing == Framing::kChunked) {
    AppendField(out, "Transfer-Encoding", "chunked");
  } else if (options.framing == Framing::kContentLength && StatusHasBody(response.status)) {
    AppendField(out, "Content-Length", std::to_string(response.body.size()));
  }
  if (!options.keep_alive) {
    AppendField(out, "Connection", "close");
  } else if (options.http_1_0) {
    AppendField(out, "Connection", "keep-alive");
  }
  out += "\r\n";
  return out;
}

std::string RenderChunk(std::string_view bytes) {
  COLDPATH_CHECK(!bytes.empty());
  char size[20];
  const auto end = std::to_chars(size, size + sizeof size, bytes.size(), 16).ptr;
  std::string out(size, end);
  out += "\r\n";
  out += bytes;
  out += "\r\n";
  return out;
}

std::string_view ReasonPhrase(int status) {
  struct Reason {
    int status;
    std::string_view phrase;
  };
  static constexpr Reason kReasons[] = {{200, "OK"},
                                        {201, "Created"},
                                        {202, "Accepted"},
                                        {204, "No Content"},
                                        {301, "Moved Permanently"},
                                        {302, "Found"},
                                        {303, "See Other"},
                                        {304, "Not Modified"},
                                        {307, "Temporary Redirect"},
                                        {308, "Permanent Redirect"},
                                        {400, "Bad Request"},
                                        {401, "Unauthorized"},
                                        {402, "Payment Required"},
                                        {403, "Forbidden"},
                                        {404, "Not Found"},
                                        {405, "Method Not Allowed"},
                                        {406, "Not Acceptable"},
                                        {408, "Request Timeout"},
                                        {409, "Conflict"},
                                        {410, "Gone"},
                                        {412, "Precondition Failed"},
                                        {413, "Content Too Large"},
                                        {415, "Unsupported Media Type"},
                                        {417, "Expectation Failed"},
                                        {422, "Unprocessable Content"},
                                        {426, "Upgrade Required"},
                                        {428, "Precondition Required"},
                                        {429, "Too Many Requests"},
                                        {431, "Request Header Fields Too Large"},
                                        {500, "Internal Server Error"},
                                        {501, "Not Implemented"},
                                        {502, "Bad Gateway"},
                                        {503, "Service Unavailable"},
                                        {504, "Gateway Timeout"}};
  for (const Reason& reason : kReasons) {
    if (reason.status == status) return reason.phrase;
  }
  return "";  // RFC 9112 section 4: it may be empty
}

base::HttpResponse ProblemResponse(int status, std::string_view detail) {
  base::HttpResponse response;
  response.status = status;
  response.headers.Set("Content-Type", "application/problem+json");
  response.body = base::DumpJson({{"type", "about:blank"},
                                  {"title", ReasonPhrase(status)},
                                  {"status", status},
                                  {"detail", detail}});
  return response;
}

std::optional<std::string> OriginForm(std::string_view target) {
  if (target.starts_with('/')) return std::string(target);
  const std::string start = Lower(target.substr(0, 8));
  const std::size_t authority = start.starts_with("http://")    ? 7
                                : start.starts_with("https://") ? 8
                                                                : 0;
  if (authority == 0) return std::nullopt;
  const std::size_t path = target.find_first_of("/?", authority);
  if (path == authority || authority == target.size()) return std::nullopt;
  if (path == std::string_view::npos) return "/";
  return (target[path] == '?' ? "/" : "") + std::string(target.substr(path));
}

}  // namespace coldpath::net::internal
