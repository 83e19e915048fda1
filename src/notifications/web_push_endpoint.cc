#include "notifications/web_push_endpoint.h"

#include <algorithm>

#include "base/check.h"
#include "base/http.h"

namespace coldpath::notifications {
namespace {

constexpr std::size_t kLongestUrl = 2048;

std::unexpected<base::Error> Refuse(const std::string& why) {
  return base::Fail("push.refused", "The push endpoint is refused: " + why + ".");
}

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

struct Authority {
  std::string host;
  std::string port;  // empty: the scheme's
};

Authority Split(const std::string& authority) {
  const std::size_t bracket = authority.rfind(']');
  const std::size_t colon = authority.find(':', bracket == std::string::npos ? 0 : bracket);
  if (colon == std::string::npos) return {authority, ""};
  return {authority.substr(0, colon), authority.substr(colon + 1)};
}

// Resolvers read "2130706433", "0x7f.1" and "127.1" as addresses. All of these end in a label that
// starts with a digit, which no top-level domain does (RFC 3696 section 2).
bool IsPublicName(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  const std::size_t dot = host.rfind('.');
  if (host.starts_with('[') || dot == std::string_view::npos) return false;
  const std::string_view last = host.substr(dot + 1);
  return !last.empty() && !(last.front() >= '0' && last.front() <= '9');
}

}  // namespace

base::Status CheckPushEndpoint(std::string_view text, bool allow_insecure) {
  if (text.size() > kLongestUrl) return Refuse("it exceeds 2,048 bytes");
  if (text.find('#') != std::string_view::npos) return Refuse("it has a fragment");
  const auto url = base::ParseUrl(text);
  if (!url || url->host.empty()) return Refuse("it is not an absolute URL without a user name");
  if (url->scheme != "https" && !(allow_insecure && url->scheme == "http")) {
    return Refuse("it is not an https URL");
  }
  if (allow_insecure) return {};
  const Authority authority = Split(url->host);
  if (!authority.port.empty() && authority.port != "443") return Refuse("its port is not 443");
  if (!IsPublicName(authority.host)) return Refuse("its host is not a name of the public internet");
  return {};
}

std::string OriginOf(std::string_view text) {
  const auto url = base::ParseUrl(text);
  COLDPATH_CHECK(url.has_value());
  const Authority authority = Split(url->host);
  const bool usual = authority.port.empty() ||
                     (url->scheme == "https" && authority.port == "443") ||
                     (url->scheme == "http" && authority.port == "80");
  return url->scheme + "://" + Lower(authority.host) + (usual ? "" : ":" + authority.port);
}

}  // namespace coldpath::notifications
