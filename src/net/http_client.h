// The HTTP client: one thread drives libcurl's multi handle. HTTP/1.1, over TLS also HTTP/2 where
// the server offers it (ALPN, RFC 7301), kept connections.
#ifndef COLDPATH_NET_HTTP_CLIENT_H_
#define COLDPATH_NET_HTTP_CLIENT_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "base/executor.h"
#include "base/http.h"

namespace coldpath::net {

struct HttpClientOptions {
  std::string user_agent = "coldpath/0.1";
  std::size_t max_response_bytes = 64u << 20;
  int max_connections_per_host = 64;
  int max_connections = 1024;
  // For requests whose host a user chose: connects to addresses of the public internet alone,
  // checked for each connection after the name was resolved (http.connect otherwise), and goes
  // through no proxy, behind which the address could not be seen.
  bool public_addresses_only = false;
  // PEM file of certificate authorities to trust instead of the system's; empty: the system's.
  std::string ca_file;
};

// Completions run on `executor` (so that no caller's work delays the network thread), which must
// outlive the client. Redirects are not followed: a provider's API has no reason to, and tokens
// must not travel. The destructor ends every exchange with http.stopped.
std::unique_ptr<base::HttpClient> MakeHttpClient(const HttpClientOptions& options,
                                                 base::Executor& executor);

// Sends and waits for the answer: for command lines and tests, never inside the service.
base::Result<base::HttpResponse> SendAndWait(base::HttpClient& client, base::HttpRequest request);

// Reads a stream of server-sent events (WHATWG HTML section 9.2) until it ends or `on_event`
// returns false. Blocks. `request.timeout` bounds connecting only. The server may end the stream at
// any moment, which is no error. Errors: those of HttpClient, and http.status (with the start of
// the body) if the answer is not 200.
struct ServerSentEvent {
  std::string id;
  std::string event;
  std::string data;
};
base::Status ReadEventStream(const HttpClientOptions& options, base::HttpRequest request,
                             const std::function<bool(const ServerSentEvent&)>& on_event);

}  // namespace coldpath::net

#endif  // COLDPATH_NET_HTTP_CLIENT_H_
