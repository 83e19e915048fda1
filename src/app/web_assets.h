// Serves the web app in front of the API: files that the binary holds, or a folder while the app is
// being developed. What is not the app's goes on to the API.
//
// Every answer carries a strict Content-Security-Policy and what else keeps a page alone with its
// person's data. Files below /assets/ have their content's hash in their name and may be kept for a
// year; everything else is asked for again and answered 304 while it is the same.
#ifndef COLDPATH_APP_WEB_ASSETS_H_
#define COLDPATH_APP_WEB_ASSETS_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/http_handler.h"
#include "base/mutex.h"
#include "base/result.h"

namespace coldpath::app {

struct WebFile {
  std::string content_type;
  std::string_view bytes;
  std::string_view gzip;  // the same compressed (RFC 1952); empty: not worth it
  std::string etag;       // without quotes; of the content
};

// Port: where the app's files lie. Thread-safe.
class WebFiles {
 public:
  virtual ~WebFiles() = default;
  // `path` begins with a slash. Absent: there is no such file. What is returned lives as long as
  // the result.
  struct Found {
    WebFile file;
    std::shared_ptr<const std::string> owner;  // of `bytes`, where nobody else is
  };
  virtual std::optional<Found> Find(const std::string& path) = 0;
};

// The files of a pack, as web/pack.mjs writes it:
//   "coldpath.web/1\n", the length of the index in decimal, "\n", the index, the files' bytes
// The index is a JSON array of {"path", "type", "etag", "at", "size", "gzip_at", "gzip_size"};
// places count from behind the index, and a "gzip_size" of 0 means that there is none. `pack` must
// outlive the files. Error: web.corrupt.
base::Result<std::unique_ptr<WebFiles>> OpenPack(std::string_view pack);

// Reads the folder anew for each request, as an app that is being changed needs it. Error:
// config.unreadable.
base::Result<std::unique_ptr<WebFiles>> OpenWebFolder(const std::string& folder);

// What the build put into the program; empty if it was built without (COLDPATH_WEB).
std::string_view BuiltInWebPack();

class WebAssets final : public base::HttpHandler {
 public:
  // Null `files`: this build has no app; pages say so. `api` must outlive the handler.
  WebAssets(std::unique_ptr<WebFiles> files, base::HttpHandler& api);

  // Origins ("https://id.example.com") besides our own that pages may call: the sign-in's. May be
  // set again at any time.
  void AllowConnections(const std::vector<std::string>& origins);

  void Handle(base::HttpRequest request, std::string peer,
              std::shared_ptr<base::HttpResponder> responder) override;

 private:
  base::HttpResponse Answer(const base::HttpRequest& request, const std::string& path,
                            const WebFile& file) const;
  std::string Policy() const;

  const std::unique_ptr<WebFiles> files_;
  base::HttpHandler& api_;
  mutable base::Mutex mutex_;
  std::string connect_ COLDPATH_GUARDED_BY(mutex_);  // " https://id.example.com"
};

}  // namespace coldpath::app

#endif  // COLDPATH_APP_WEB_ASSETS_H_
