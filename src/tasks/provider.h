// Port: a health provider, without I/O. Two pure functions per stream say what to ask next and what
// an answer means; the chunk driver does paging, quota, retries and storage for all providers.
// Adapters: providers/.
#ifndef COLDPATH_TASKS_PROVIDER_H_
#define COLDPATH_TASKS_PROVIDER_H_

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/http.h"
#include "base/result.h"
#include "domain/connection.h"
#include "domain/date_range.h"
#include "domain/failure.h"
#include "domain/record.h"
#include "planner/quota.h"
#include "planner/stream.h"

namespace coldpath::tasks {

// The days that a chunk asks for, and how far it has come. Cursors are the provider's own words for
// "the next page"; they live as long as the chunk's attempt and are never stored.
struct FetchPosition {
  domain::DateRange range;
  // Empty for the first call. Opaque to all but the provider that made it.
  std::string cursor;
};

// One successful answer.
struct Page {
  std::vector<domain::Record>
      records;  // of all types of the stream, of days within the range only, in any order
  // What was found impossible: the type that it makes useless for this chunk, and where. The
  // records of such a type are not stored.
  struct Invalid {
    domain::DataType type;
    std::string where;  // JSON pointer and reason: "/data/17/bpm: 0 is outside 20 to 300"
  };
  std::vector<Invalid> invalid;
  // Elements the answer held, also those outside the range or skipped on purpose: proof that it was
  // read whole.
  std::int64_t elements = 0;
  std::optional<std::string> next_cursor;  // absent: the window is complete
  std::vector<planner::QuotaReading> quota;
};

using PageOrFailure = std::variant<Page, domain::Failure>;

// OAuth 2.0 (RFC 6749) as this provider has it; the requests and answers are built and read here,
// sent by others.
struct TokenGrant {
  domain::TokenPair tokens;
  base::Duration access_lifetime{};
  std::vector<std::string> scopes;  // granted; empty if the answer does not say
};

class Provider {
 public:
  virtual ~Provider() = default;
  virtual const planner::ProviderInfo& info() const = 0;

  // The next request for a stream, without the Authorization header (the driver adds "Bearer
  // <access token>"). REQUIRES: a stream of info().
  virtual base::HttpRequest NextRequest(const std::string& stream,
                                        const FetchPosition& position) const = 0;
  // What the answer to that request means. Never throws; anything unreadable is a ProviderBug that
  // says where.
  virtual PageOrFailure ReadPage(const std::string& stream, const FetchPosition& position,
                                 const base::HttpResponse& response, base::Instant now) const = 0;

  // ---- authorisation ----
  virtual bool uses_pkce() const = 0;
  // Where the person's browser goes. `code_challenge` is the S256 challenge, empty without PKCE.
  virtual std::string AuthorizeUrl(const std::string& state, const std::string& redirect_uri,
                                   const std::string& code_challenge) const = 0;
  virtual base::HttpRequest TokenRequest(const std::string& code, const std::string& redirect_uri,
                                         const std::string& code_verifier) const = 0;
  virtual base::HttpRequest RefreshRequest(const domain::TokenPair& tokens) const = 0;
  // `previous` fills in what a refresh leaves out (a refresh token that does not rotate).
  // Failures: NeedsReauth (invalid_grant), RateLimited, Transient, ProviderBug.
  virtual std::variant<TokenGrant, domain::Failure> ReadTokens(const base::HttpResponse& response,
                                                               const domain::TokenPair& previous,
                                                               base::Instant now) const = 0;
  // Who the person is at the provider: asked once, right after the grant (without Authorization, as
  // above).
  virtual base::HttpRequest IdentityRequest() const = 0;
  virtual std::variant<std::string, domain::Failure> ReadIdentity(
      const base::HttpResponse& response, base::Instant now) const = 0;
  // Absent if the provider cannot revoke.
  virtual std::optional<base::HttpRequest> RevokeRequest(const domain::TokenPair& tokens) const = 0;
};

// The providers of this installation, by id. Made once at the start.
class ProviderRegistry {
 public:
  void Add(std::unique_ptr<Provider> provider);
  const Provider* Find(std::string_view id) const;
  const std::vector<std::unique_ptr<Provider>>& all() const { return providers_; }

 private:
  std::vector<std::unique_ptr<Provider>> providers_;
};

}  // namespace coldpath::tasks

#endif  // COLDPATH_TASKS_PROVIDER_H_
