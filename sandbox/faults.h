// Faults: what goes wrong on purpose.
//
// Two sources. Rules come by admin call and hit the requests they name until they are used up or
// cleared. The modes of FaultMode draw from the seed: every request belongs to a *window* (account,
// route, first day, last day), and what happens to the n-th call of a window is a function of
// (seed, window, n) alone:
//  - A fifth of the windows have a transient spell: one or two consecutive calls among their first
//  three fail, are cut,
//    come slowly, come empty with a token, or come as malformed JSON. Three retries of a chunk
//    survive it.
//  - Windows whose (account, route, month of the first day) is one of a few percent fail with 500
//  for their first
//    SandboxOptions::persistent_failures calls: automatic retries do not get past, a later retry by
//    the person does.
//  - One in a hundred has a record with an impossible value on its first call.
#ifndef COLDPATH_SANDBOX_FAULTS_H_
#define COLDPATH_SANDBOX_FAULTS_H_

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "sandbox/options.h"

namespace coldpath::sandbox {

enum class FaultKind {
  kRateLimitWithTime,     // 429 that says when to come back
  kRateLimitWithoutTime,  // 429 that does not
  kServerError,           // 503
  kSlow,                  // answers late
  kCutConnection,         // breaks in the middle of the body
  kEmptyPageWithToken,    // a page without data that goes on
  kMalformedJson,
  kImpossibleValue,   // a record that no body can produce
  kRevokedGrant,      // the person's consent is withdrawn, for good
  kLapsedMembership,  // 403
  kPermanentError,    // 500, or the 4xx it was told
};

std::optional<FaultKind> FaultKindNamed(std::string_view name);
std::string_view FaultName(FaultKind kind);

struct Fault {
  FaultKind kind;
  int status = 503;                     // of server and permanent errors
  std::chrono::milliseconds delay{0};   // of slow answers
  std::chrono::seconds retry_after{1};  // of 429 with a time
};

// What a fault may depend on.
struct FaultTarget {
  std::string_view provider;  // google_health | oura
  std::string_view account;
  std::string_view route;  // the data type (heart-rate) or route (daily_activity)
  // The civil days that the request asks for, both inclusive; open ends are missing.
  std::optional<base::Date> first;
  std::optional<base::Date> last;
};

class Faults {
 public:
  explicit Faults(const SandboxOptions& options);

  // The fault that this call has to suffer. Counts the call.
  std::optional<Fault> Next(const FaultTarget& target);

  // {provider?, account?, route?, kind, count?, from?, to?, status?, delayMs?, retryAfter?}; `to`
  // is exclusive, `count` missing means until cleared. Returns the rule's id. Error:
  // fault.malformed.
  base::Result<std::int64_t> AddRule(const base::Json& rule);
  void ClearRules() { rules_.clear(); }
  // Ends all persistent failures of the modes, also those that have not shown yet.
  void Heal() { healed_ = true; }
  // Forgets rules, counters and Heal.
  void Reset();
  base::Json Describe() const;

 private:
  struct Rule {
    std::int64_t id;
    std::string provider;
    std::string account;
    std::string route;
    std::optional<base::Date> from;
    std::optional<base::Date> to;
    std::optional<std::int64_t> left;
    Fault fault;
  };
  static bool Matches(const Rule& rule, const FaultTarget& target);
  std::optional<Fault> FromRules(const FaultTarget& target);
  std::optional<Fault> FromSeed(const FaultTarget& target);
  std::optional<Fault> Transient(const FaultTarget& target, std::uint64_t window, int call) const;

  SandboxOptions options_;
  bool healed_ = false;
  std::int64_t last_id_ = 0;
  std::vector<Rule> rules_;
  std::map<std::uint64_t, int> calls_;  // by window
};

}  // namespace coldpath::sandbox

#endif  // COLDPATH_SANDBOX_FAULTS_H_
