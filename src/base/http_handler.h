// Port: what answers HTTP requests. The server in net/ and the simulation both drive it.
#ifndef COLDPATH_BASE_HTTP_HANDLER_H_
#define COLDPATH_BASE_HTTP_HANDLER_H_

#include <memory>
#include <string>

#include "base/http.h"

namespace coldpath::base {

// The way back to one client. Thread-safe. Exactly one of Respond and StartStream is called, once;
// if the last reference goes without either, the server answers 500.
class HttpResponder {
 public:
  virtual ~HttpResponder() = default;
  // Sends a whole response.
  virtual void Respond(HttpResponse response) = 0;
  // Sends status and headers and keeps the connection open for Write (server-sent events).
  virtual void StartStream(HttpResponse head) = 0;
  // False if the client is gone or reads too slowly to keep up (its buffer is full): then stop and
  // drop the responder.
  virtual bool Write(std::string bytes) = 0;
  // Ends a stream in good order.
  virtual void EndStream() = 0;
  // True once the client has gone away or the server is draining: a stream should end soon.
  virtual bool ShouldEnd() const = 0;
};

class HttpHandler {
 public:
  virtual ~HttpHandler() = default;
  // Called on any thread, possibly concurrently; returns soon (long work goes to an Executor).
  // `request.url` is in origin form. `peer` is the client's address without port.
  virtual void Handle(HttpRequest request, std::string peer,
                      std::shared_ptr<HttpResponder> responder) = 0;
};

}  // namespace coldpath::base

#endif  // COLDPATH_BASE_HTTP_HANDLER_H_
