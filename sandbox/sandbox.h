// Sandbox: fake providers for tests and demonstrations. START HERE.
//
// A function of (state, request, time): no clock, no thread, no network. The program in shell/ puts
// it behind HTTP; a simulation calls it directly. Google Health API v4 and Oura API v2 share one
// address, their paths do not collide:
//   /o/oauth2/v2/auth  /token  /revoke  /v4/...             Google Health
//   /oauth/authorize   /oauth/token  /v2/usercollection/... Oura
//   /sandbox/v1/...                                         its own controls (admin.h)
// Every answer says in its Server header that it comes from a sandbox.
#ifndef COLDPATH_SANDBOX_SANDBOX_H_
#define COLDPATH_SANDBOX_SANDBOX_H_

#include <memory>
#include <string_view>

#include "base/http.h"
#include "base/time.h"
#include "sandbox/http.h"
#include "sandbox/options.h"

namespace coldpath::sandbox {

struct World;

inline constexpr std::string_view kServerName = "coldpath-sandbox";

// Not thread-safe. Calls should come in order of time.
class Sandbox {
 public:
  // REQUIRES: options.home_zone is a known IANA zone, years and the intervals are positive.
  explicit Sandbox(const SandboxOptions& options);
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  // `request.url` may be in origin or absolute form.
  SandboxResponse Handle(const base::HttpRequest& request, base::Instant now);

 private:
  std::unique_ptr<World> world_;
};

}  // namespace coldpath::sandbox

#endif  // COLDPATH_SANDBOX_SANDBOX_H_
