#include "app/web_assets.h"

#include <algorithm>
#include <array>

namespace coldpath::app {
namespace {

constexpr std::string_view kIndex = "/index.html";

// The API's own paths: an unknown one is its 404, not a page.
bool IsApiPath(std::string_view path) {
  constexpr std::array<std::string_view, 4> kOwn{"/healthz", "/readyz", "/metrics",
                                                 "/openapi.json"};
  return path == "/v1" || path.starts_with("/v1/") || std::ranges::find(kOwn, path) != kOwn.end();
}

// The elements of a list header, without spaces: parts of `list`.
std::vector<std::string_view> Elements(std::string_view list) {
  std::vector<std::string_view> elements;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    std::string_view one = list.substr(0, comma);
    list.remove_prefix(std::min(comma + 1, list.size()));
    while (!one.empty() && (one.front() == ' ' || one.front() == '\t')) one.remove_prefix(1);
    while (!one.empty() && (one.back() == ' ' || one.back() == '\t')) one.remove_suffix(1);
    if (!one.empty()) elements.push_back(one);
  }
  return elements;
}

// RFC 9110 section 12.5.3, of which "q=0" is all that matters here.
bool Accepts(const base::HttpHeaders& headers, std::string_view name, std::string_view wanted) {
  const std::string list = headers.Find(name).value_or("");
  for (const std::string_view element : Elements(list)) {
    std::string_view type = element.substr(0, element.find(';'));
    while (type.ends_with(' ')) type.remove_suffix(1);
    if (type != wanted) continue;
    const std::size_t q = element.find("q=0");
    const bool refused = q != std::string_view::npos &&
                         element.find_first_not_of("0.", q + 3) == std::string_view::npos;
    return !refused;
  }
  return false;
}

// RFC 9110 section 13.1.2: weak comparison.
bool Matches(const base::HttpHeaders& headers, std::string_view etag) {
  const std::string list = headers.Find("If-None-Match").value_or("");
  for (std::string_view one : Elements(list)) {
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one == "*" || one == etag) return true;
  }
  return false;
}

void AddPageHeaders(base::HttpResponse& response, std::string policy) {
  response.headers.Set("Content-Security-Policy", std::move(policy));
  response.headers.Set("X-Content-Type-Options", "nosniff");
  response.headers.Set("Referrer-Policy", "no-referrer");
  response.headers.Set("Cross-Origin-Opener-Policy", "same-origin");
  response.headers.Set("Cross-Origin-Resource-Policy", "same-origin");
  response.headers.Set(
      "Permissions-Policy",
      "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), "
      "fullscreen=(), geolocation=(), gyroscope=(), hid=(), magnetometer=(), microphone=(), "
      "midi=(), payment=(), picture-in-picture=(), publickey-credentials-get=(), "
      "screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=()");
}

constexpr std::string_view kNoAppPage =
    "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>No web app</title>"
    "</head>\n<body><h1>This build has no web app</h1><p>Build the release preset "
    "(<code>./dev build</code>), or serve a folder with <code>--web</code>. The API is below "
    "<code>/v1/</code>.</p></body></html>\n";

}  // namespace

WebAssets::WebAssets(std::unique_ptr<WebFiles> files, base::HttpHandler& api)
    : files_(std::move(files)), api_(api) {}

void WebAssets::AllowConnections(const std::vector<std::string>& origins) {
  std::string connect;
  for (const std::string& origin : origins) {
    // What could end the directive is no origin.
    if (origin.find_first_of(" ;,\r\n\t") == std::string::npos) connect += " " + origin;
  }
  const base::MutexLock lock(mutex_);
  connect_ = std::move(connect);
}

std::string WebAssets::Policy() const {
  const base::MutexLock lock(mutex_);
  return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
         "font-src 'self'; connect-src 'self'" +
         connect_ +
         "; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; "
         "frame-ancestors 'none'; require-trusted-types-for 'script'";
}

base::HttpResponse WebAssets::Answer(const base::HttpRequest& request, const std::string& path,
                                     const WebFile& file) const {
  const bool gzip = !file.gzip.empty() && Accepts(request.headers, "Accept-Encoding", "gzip");
  // Of the bytes that are sent: the two encodings are two representations.
  const std::string etag = "\"" + file.etag + (gzip ? "-gz" : "") + "\"";
  base::HttpResponse response;
  response.headers.Set("ETag", etag);
  response.headers.Set("Cache-Control", path.starts_with("/assets/")
                                            ? "public, max-age=31536000, immutable"
                                            : "no-cache");
  if (!file.gzip.empty()) response.headers.Set("Vary", "Accept-Encoding");
  AddPageHeaders(response, Policy());
  if (Matches(request.headers, etag)) {
    response.status = 304;
    return response;
  }
  response.headers.Set("Content-Type", file.content_type);
  if (gzip) response.headers.Set("Content-Encoding", "gzip");
  response.body = gzip ? file.gzip : file.bytes;
  return response;
}

void WebAssets::Handle(base::HttpRequest request, std::string peer,
                       std::shared_ptr<base::HttpResponder> responder) {
  const auto url = base::ParseUrl(request.url);
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (!url || !reads || IsApiPath(url->path)) {
    api_.Handle(std::move(request), std::move(peer), std::move(responder));
    return;
  }
  const bool wants_page = url->path == "/" || Accepts(request.headers, "Accept", "text/html");
  if (files_ == nullptr) {
    if (!wants_page) {
      api_.Handle(std::move(request), std::move(peer), std::move(responder));
      return;
    }
    base::HttpResponse response{
        404, {{"Content-Type", "text/html; charset=utf-8"}}, std::string(kNoAppPage)};
    AddPageHeaders(response, Policy());
    responder->Respond(std::move(response));
    return;
  }
  std::string path = url->path == "/" ? std::string(kIndex) : url->path;
  auto found = files_->Find(path);
  // The app's own routes ("/jobs/17") are no files: its router shows them. A file that is missing
  // must not come as a page.
  if (!found && wants_page && !path.starts_with("/assets/")) {
    path = kIndex;
    found = files_->Find(path);
  }
  if (!found) {
    api_.Handle(std::move(request), std::move(peer), std::move(responder));
    return;
  }
  responder->Respond(Answer(request, path, found->file));
}

}  // namespace coldpath::app
