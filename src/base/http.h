// HTTP messages, and the port through which we call others. No header of a network library is
// needed to use it.
#ifndef COLDPATH_BASE_HTTP_H_
#define COLDPATH_BASE_HTTP_H_

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace coldpath::base {

// Header fields in order of appearance; names compare without regard to case (RFC 9110
// section 5.1).
class HttpHeaders {
 public:
  HttpHeaders() = default;
  HttpHeaders(std::initializer_list<std::pair<std::string, std::string>> fields)
      : fields_(fields) {}

  void Add(std::string name, std::string value);
  // Replaces every field of that name by one.
  void Set(std::string name, std::string value);
  // The first field of that name.
  std::optional<std::string> Find(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& fields() const { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

// A request that we send, or one that we were sent.
struct HttpRequest {
  std::string method = "GET";
  // Sending: absolute ("https://api.example.com/v2/x?y=z"). Receiving: origin form ("/v2/x?y=z").
  std::string url;
  HttpHeaders headers;
  std::string body;
  // Sending only: for the whole exchange.
  std::chrono::milliseconds timeout{30'000};
};

struct HttpResponse {
  int status = 200;
  HttpHeaders headers;
  std::string body;
};

// Port: sends a request. Thread-safe.
//
// `done` is called exactly once, on any thread, never inside Send. Any status that the server
// answered is a response, not an error. Errors: http.timeout, http.connect, http.broken (cut off or
// not HTTP), http.too_large (the response exceeds the client's bound), http.stopped (the client
// shuts down).
class HttpClient {
 public:
  using Done = std::move_only_function<void(Result<HttpResponse>)>;
  virtual ~HttpClient() = default;
  virtual void Send(HttpRequest request, Done done) = 0;
};

// The parts of a request's target. Path and parameters are percent-decoded.
struct Url {
  std::string scheme;  // empty for origin form
  std::string host;    // with port, as written
  std::string path;    // starts with '/'
  std::vector<std::pair<std::string, std::string>> query;

  std::optional<std::string> FindParameter(std::string_view name) const;
};
// Error: url.malformed.
Result<Url> ParseUrl(std::string_view text);

// application/x-www-form-urlencoded, both ways. Decoding errors: url.malformed.
using FormFields = std::vector<std::pair<std::string, std::string>>;
std::string EncodeForm(const FormFields& fields);
Result<FormFields> DecodeForm(std::string_view text);
// RFC 3986 percent-encoding of everything but unreserved characters.
std::string PercentEncode(std::string_view text);

}  // namespace coldpath::base

#endif  // COLDPATH_BASE_HTTP_H_
