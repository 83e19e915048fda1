// One exchange of libcurl: its settings, and what came back. Shared by the client and the event
// stream.
#ifndef COLDPATH_NET_INTERNAL_CURL_TRANSFER_H_
#define COLDPATH_NET_INTERNAL_CURL_TRANSFER_H_

#include <curl/curl.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/http.h"
#include "net/http_client.h"

namespace coldpath::net::internal {

struct CurlFree {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using CurlEasy = std::unique_ptr<CURL, CurlFree>;

// Once per process, before anything else of libcurl.
void InitializeCurl();

// Not copyable or movable: libcurl holds its address. Used by one thread.
class CurlTransfer {
 public:
  // `easy` is reset and set up; the connections that it knows stay.
  CurlTransfer(CurlEasy easy, base::HttpRequest request, const HttpClientOptions& options);
  CurlTransfer(const CurlTransfer&) = delete;
  CurlTransfer& operator=(const CurlTransfer&) = delete;

  // What is wrong with the request before anything is sent (http.connect), or nothing.
  base::Status Check() const;

  // Takes over the bytes of the body: false from `sink` ends the exchange with CURLE_WRITE_ERROR.
  void SetBodySink(std::function<bool(std::string_view)> sink) { sink_ = std::move(sink); }
  // Lets the exchange last as long as the server likes once it is connected.
  void LiftTimeout();

  CURL* easy() const { return easy_.get(); }
  CurlEasy ReleaseEasy() { return std::move(easy_); }
  base::HttpResponse& response() { return response_; }
  // Of the answer so far; 0 before its status line.
  int status() const { return response_.status; }
  // The answer, or the error that `code` means.
  base::Result<base::HttpResponse> Finish(CURLcode code);

 private:
  void SetUp(const HttpClientOptions& options);
  void SetMethod();
  void SetHeaders();
  void AddHeaderLine(std::string_view line);
  bool Count(std::size_t bytes);

  static std::size_t OnHeader(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t OnBody(char* data, std::size_t size, std::size_t count, void* self);

  CurlEasy easy_;
  const base::HttpRequest request_;
  std::string host_;
  std::string scheme_;
  std::unique_ptr<curl_slist, CurlFree> headers_;
  std::function<bool(std::string_view)> sink_;
  const std::size_t max_bytes_;
  std::size_t received_bytes_ = 0;
  bool too_large_ = false;
  base::HttpResponse response_;
};

}  // namespace coldpath::net::internal

#endif  // COLDPATH_NET_INTERNAL_CURL_TRANSFER_H_
