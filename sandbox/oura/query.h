// The parameters of Oura's collections.
#ifndef COLDPATH_SANDBOX_OURA_QUERY_H_
#define COLDPATH_SANDBOX_OURA_QUERY_H_

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/http.h"
#include "base/time.h"
#include "sandbox/http.h"
#include "sandbox/oura/documents.h"
#include "sandbox/page_token.h"
#include "sandbox/world.h"

namespace coldpath::sandbox {

struct OuraQuery {
  // Of document routes: [first, end) in civil days.
  base::Date first{};
  base::Date end{};
  // Of heartrate: [from, until).
  base::Instant from{};
  base::Instant until{};
  bool latest = false;
  std::optional<PageToken> token;
  std::string binding;  // what the token is bound to
};

// {"detail": text}
SandboxResponse OuraError(int status, std::string_view detail);

// 422 for what is not a date, 400 for a range that is not offered, and for a foreign token.
std::variant<OuraQuery, SandboxResponse> ParseOuraQuery(const base::Url& url,
                                                        const OuraRouteInfo& route,
                                                        std::string_view account,
                                                        const Horizon& horizon);

}  // namespace coldpath::sandbox

#endif  // COLDPATH_SANDBOX_OURA_QUERY_H_
