#include "net/internal/curl_transfer.h"

#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <mutex>

#include "base/check.h"
#include "net/internal/public_address.h"

namespace coldpath::net::internal {
namespace {

constexpr std::chrono::milliseconds kLongestConnect{10'000};

// Fails only for options that this libcurl does not know.
template <typename Value>
void SetOption(CURL* easy, CURLoption option, Value value) {
  COLDPATH_CHECK(curl_easy_setopt(easy, option, value) == CURLE_OK);
}

bool IsLoopback(std::string_view host) {
  const std::string_view name =
      host.starts_with('[') ? host.substr(0, host.find(']') + 1) : host.substr(0, host.find(':'));
  return name == "localhost" || name.starts_with("127.") || name == "[::1]";
}

bool HoldsControlCharacter(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
  });
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r' ||
                           text.back() == '\n')) {
    text.remove_suffix(1);
  }
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  return text;
}

std::string_view ErrorCodeOf(CURLcode code) {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return "http.timeout";
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_URL_MALFORMAT:
      return "http.connect";
    default:
      return "http.broken";
  }
}

// Where libcurl would open the socket itself. Between this address and the connection nothing is
// resolved anew, so that no name can point elsewhere in the meantime.
curl_socket_t OpenPublicSocket(void*, curlsocktype, curl_sockaddr* to) {
  if (!IsPublicAddress(&to->addr, to->addrlen)) return CURL_SOCKET_BAD;
  return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

}  // namespace

void InitializeCurl() {
  static std::once_flag once;
  std::call_once(once, [] { COLDPATH_CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK); });
}

CurlTransfer::CurlTransfer(CurlEasy easy, base::HttpRequest request,
                           const HttpClientOptions& options)
    : easy_(std::move(easy)), request_(std::move(request)), max_bytes_(options.max_response_bytes) {
  response_.status = 0;
  COLDPATH_CHECK(easy_ != nullptr);
  curl_easy_reset(easy_.get());
  if (const auto url = base::ParseUrl(request_.url)) {
    host_ = url->host;
    scheme_ = url->scheme;
  }
  SetUp(options);
}

base::Status CurlTransfer::Check() const {
  if (host_.empty() || (scheme_ != "http" && scheme_ != "https")) {
    return base::Fail("http.connect",
                      "The address of the request is not an absolute http or https URL.");
  }
  for (const auto& [name, value] : request_.headers.fields()) {
    if (name.empty() || HoldsControlCharacter(name) || HoldsControlCharacter(value)) {
      return base::Fail("http.connect", "A header field of the request to " + host_ +
                                            " holds a control character.");
    }
  }
  if (request_.method.empty() || !std::all_of(request_.method.begin(), request_.method.end(),
                                              [](char c) { return c >= 'A' && c <= 'Z'; })) {
    return base::Fail("http.connect", "The method of the request to " + host_ + " is not one.");
  }
  return {};
}

void CurlTransfer::SetUp(const HttpClientOptions& options) {
  CURL* easy = easy_.get();
  SetOption(easy, CURLOPT_URL, request_.url.c_str());
  SetOption(easy, CURLOPT_PRIVATE, static_cast<void*>(this));
  SetOption(easy, CURLOPT_NOSIGNAL, 1L);  // signals would hit an arbitrary thread
  SetOption(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  SetOption(easy, CURLOPT_FOLLOWLOCATION, 0L);
  SetOption(easy, CURLOPT_USERAGENT, options.user_agent.c_str());
  SetOption(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  // 0 would mean "without limit".
  const auto timeout = std::max(request_.timeout, std::chrono::milliseconds(1));
  SetOption(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
  SetOption(easy, CURLOPT_CONNECTTIMEOUT_MS,
            static_cast<long>(std::min(timeout, kLongestConnect).count()));
  if (IsLoopback(host_) || options.public_addresses_only) SetOption(easy, CURLOPT_PROXY, "");
  if (options.public_addresses_only) {
    SetOption(easy, CURLOPT_OPENSOCKETFUNCTION, &OpenPublicSocket);
  }
  if (!options.ca_file.empty()) SetOption(easy, CURLOPT_CAINFO, options.ca_file.c_str());
  SetOption(easy, CURLOPT_HEADERFUNCTION, &CurlTransfer::OnHeader);
  SetOption(easy, CURLOPT_HEADERDATA, static_cast<void*>(this));
  SetOption(easy, CURLOPT_WRITEFUNCTION, &CurlTransfer::OnBody);
  SetOption(easy, CURLOPT_WRITEDATA, static_cast<void*>(this));
  SetMethod();
  SetHeaders();
}

void CurlTransfer::LiftTimeout() {
  SetOption(easy_.get(), CURLOPT_TIMEOUT_MS, 0L);
  SetOption(easy_.get(), CURLOPT_TCP_KEEPALIVE, 1L);
}

void CurlTransfer::SetMethod() {
  CURL* easy = easy_.get();
  if (request_.method == "HEAD") {
    SetOption(easy, CURLOPT_NOBODY, 1L);
    return;
  }
  const bool carries_body = !request_.body.empty() || request_.method == "POST" ||
                            request_.method == "PUT" || request_.method == "PATCH";
  if (carries_body) {
    SetOption(easy, CURLOPT_POSTFIELDS, request_.body.data());
    SetOption(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
  }
  if (carries_body || request_.method != "GET")
    SetOption(easy, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
}

void CurlTransfer::SetHeaders() {
  const auto append = [this](const std::string& line) {
    curl_slist* longer = curl_slist_append(headers_.get(), line.c_str());
    COLDPATH_CHECK(longer != nullptr);
    headers_.release();
    headers_.reset(longer);
  };
  // libcurl would add a form's content type to any body, and wait a second for a "100 Continue"
  // before a large one.
  if (!request_.headers.Find("Content-Type")) append("Content-Type:");
  append("Expect:");
  for (const auto& [name, value] : request_.headers.fields()) {
    append(value.empty() ? name + ";"
                         : name + ": " + value);  // the semicolon is libcurl's sign for "empty"
  }
  SetOption(easy_.get(), CURLOPT_HTTPHEADER, headers_.get());
}

bool CurlTransfer::Count(std::size_t bytes) {
  received_bytes_ += bytes;
  too_large_ = too_large_ || received_bytes_ > max_bytes_;
  return !too_large_;
}

void CurlTransfer::AddHeaderLine(std::string_view line) {
  if (line.starts_with("HTTP/")) {
    // Each answer starts anew: an interim one (100, 103) leaves nothing behind.
    const std::size_t space = line.find(' ');
    response_.headers = {};
    response_.status = space == std::string_view::npos
                           ? 0
                           : std::atoi(std::string(line.substr(space + 1, 3)).c_str());
    return;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return;
  response_.headers.Add(std::string(line.substr(0, colon)),
                        std::string(Trim(line.substr(colon + 1))));
}

std::size_t CurlTransfer::OnHeader(char* data, std::size_t size, std::size_t count, void* self) {
  auto* transfer = static_cast<CurlTransfer*>(self);
  const std::size_t bytes = size * count;
  if (!transfer->Count(bytes)) return 0;
  transfer->AddHeaderLine(std::string_view(data, bytes));
  return bytes;
}

std::size_t CurlTransfer::OnBody(char* data, std::size_t size, std::size_t count, void* self) {
  auto* transfer = static_cast<CurlTransfer*>(self);
  const std::size_t bytes = size * count;
  const std::string_view piece(data, bytes);
  if (transfer->sink_) return transfer->sink_(piece) ? bytes : 0;
  if (!transfer->Count(bytes)) return 0;
  transfer->response_.body += piece;
  return bytes;
}

base::Result<base::HttpResponse> CurlTransfer::Finish(CURLcode code) {
  if (too_large_) {
    return base::Fail("http.too_large", "The answer of " + host_ + " exceeds " +
                                            std::to_string(max_bytes_) + " bytes.");
  }
  if (code != CURLE_OK) {
    // Only the host: path and parameters may hold what is not for a log.
    return base::Fail(
        std::string(ErrorCodeOf(code)),
        request_.method + " to " + host_ + " failed: " + curl_easy_strerror(code) + ".");
  }
  return std::move(response_);
}

}  // namespace coldpath::net::internal
