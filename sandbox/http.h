// Requests and answers as the sandbox's parts see them.
#ifndef COLDPATH_SANDBOX_HTTP_H_
#define COLDPATH_SANDBOX_HTTP_H_

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/http.h"
#include "base/json.h"
#include "base/time.h"

namespace coldpath::sandbox {

// An answer, and how the connection behaves while it is given. Whoever drives the sandbox acts it
// out.
struct SandboxResponse {
  base::HttpResponse http;
  // How long the answer takes.
  std::chrono::milliseconds delay{0};
  // The connection breaks after so many bytes of the body, fewer than it has.
  std::optional<std::size_t> cut_after_bytes;
};

SandboxResponse JsonText(int status, std::string body);
SandboxResponse JsonAnswer(int status, const base::Json& body);
SandboxResponse HtmlPage(int status, std::string body);
SandboxResponse Redirect(std::string location);

// The token of "Authorization: Bearer TOKEN".
std::optional<std::string> BearerToken(const base::HttpRequest& request);

// `url` with parameters added to its query.
std::string WithParameters(std::string_view url, const base::FormFields& parameters);

}  // namespace coldpath::sandbox

#endif  // COLDPATH_SANDBOX_HTTP_H_
