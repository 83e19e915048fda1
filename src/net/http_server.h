// The HTTP/1.1 server: Boost.Beast behind a header that does not show it. TLS and HTTP/2 belong to
// a proxy in front.
#ifndef COLDPATH_NET_HTTP_SERVER_H_
#define COLDPATH_NET_HTTP_SERVER_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/http_handler.h"
#include "base/result.h"

namespace coldpath::net {

struct HttpServerOptions {
  std::string address = "127.0.0.1";
  // 0 takes any free port: HttpServer::port() tells which.
  std::uint16_t port = 0;
  // Sent as the Server header.
  std::string server_name = "coldpath";
  std::size_t max_body_bytes = 1u << 20;     // more is answered 413 (RFC 9457 body) and closed
  std::size_t max_header_bytes = 16u << 10;  // more is answered 431 and closed
  std::size_t max_connections = 4096;        // more are answered 503 and closed
  std::size_t max_stream_buffer_bytes = 256u << 10;
  std::chrono::milliseconds read_timeout{15'000};   // a request must arrive whole within this
  std::chrono::milliseconds write_timeout{30'000};  // a response must be taken within this
  std::chrono::milliseconds idle_timeout{60'000};   // between requests of a kept connection
};

class HttpServer {
 public:
  virtual ~HttpServer() = default;  // stops at once
  virtual std::uint16_t port() const = 0;
  // Takes no new connection, lets requests in flight end, tells streams to end
  // (HttpResponder::ShouldEnd), closes what is left after `patience`. Blocks. Idempotent.
  virtual void Drain(std::chrono::milliseconds patience) = 0;
};

// Listens and serves on one thread of its own. `handler` must outlive the server. Error: net.listen
// (address in use, not ours, not permitted), naming address and port.
base::Result<std::unique_ptr<HttpServer>> StartHttpServer(const HttpServerOptions& options,
                                                          base::HttpHandler& handler);

}  // namespace coldpath::net

#endif  // COLDPATH_NET_HTTP_SERVER_H_
