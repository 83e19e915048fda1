// The chunk driver: how one attempt at a chunk is fetched, for every provider. A step machine
// without I/O: each event gives the effects to carry out, and exactly one of them answers with the
// next event. Paging, quota, authorisation, bounds and the judgement of every day are decided here.
#ifndef COLDPATH_TASKS_CHUNK_DRIVER_H_
#define COLDPATH_TASKS_CHUNK_DRIVER_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "domain/chunk.h"
#include "domain/job.h"
#include "tasks/provider.h"

namespace coldpath::tasks {

struct DriverLimits {
  int pages_max = 5'000;
  std::int64_t elements_max = 5'000'000;
  // A place in the quota's queue that is farther away is waited for in the workflow, without a
  // worker.
  base::Duration wait_in_place_max = std::chrono::minutes(10);
};

// What has come of an attempt.
struct ChunkOutcome {
  // Absent: every type has a result. With a kind that settles the chunk (see Settles), `types` are
  // those that failed, the others have a result.
  std::optional<domain::ChunkFailure> failure;
  // Per type that succeeded: its days and records (sorted, without duplicates).
  struct TypeOutcome {
    domain::TypeCoverage coverage;
    std::vector<domain::Record> records;
    int provisional_days = 0;
  };
  std::map<domain::DataType, TypeOutcome> types;
  std::int64_t calls = 0;
  std::int64_t bytes = 0;
};
// Whether a failure is the chunk's result; the others (RateLimited, Transient, JobStopped,
// Interrupted) only end the attempt.
bool Settles(domain::FailureKind kind);

// ---- effects. Those marked * are answered with the event behind the arrow.

// * -> TokenReady or TokenFailed. `rejected` is an access token that the provider did not accept.
struct NeedToken {
  std::optional<std::string> rejected;
};
// * -> CallGranted. A call beyond the reservation.
struct TakeCall {};
// * -> Woken.
struct WaitUntil {
  base::Instant when;
};
// * -> Responded. With the Authorization header.
struct SendRequest {
  base::HttpRequest request;
};
// * -> DesiredRead.
struct ReadDesired {};
// * -> QuotaBlocked. The provider answered 429.
struct BlockQuota {
  std::optional<base::Instant> retry_at;
};
// A page was read: keep what it said.
struct KeepRaw {
  int page;
  base::HttpRequest request;  // without Authorization
  base::HttpResponse response;
};
struct ObserveQuota {
  std::vector<planner::QuotaReading> readings;
};
// The last effect of the attempt.
struct Finish {
  ChunkOutcome outcome;
};
using DriverEffect = std::variant<NeedToken, TakeCall, WaitUntil, SendRequest, ReadDesired,
                                  BlockQuota, KeepRaw, ObserveQuota, Finish>;

// ---- events

struct Begin {};
struct TokenReady {
  std::string access_token;
};
struct TokenFailed {
  domain::Failure failure;
};
struct CallGranted {
  base::Instant at;  // in the future: not yet
};
struct Woken {};
struct Responded {
  base::Result<base::HttpResponse> response;
};
struct DesiredRead {
  domain::Desired desired;
};
struct QuotaBlocked {
  base::Instant until;
};
// The attempt has to end now: `failure` says why. Answers nothing; may come in place of any answer.
struct EndNow {
  domain::Failure failure;
};
using DriverEvent = std::variant<Begin, TokenReady, TokenFailed, CallGranted, Woken, Responded,
                                 DesiredRead, QuotaBlocked, EndNow>;

class ChunkDriver {
 public:
  // `reserved_calls`: those that need no TakeCall. The provider must outlive the driver.
  ChunkDriver(const Provider& provider, const domain::ChunkSpec& chunk, std::int64_t reserved_calls,
              const DriverLimits& limits = {});

  std::vector<DriverEffect> Step(DriverEvent event, base::Instant now);

  std::int64_t calls() const { return outcome_.calls; }

 private:
  using Effects = std::vector<DriverEffect>;
  Effects On(const Begin& event, base::Instant now);
  Effects On(const TokenReady& event, base::Instant now);
  Effects On(const TokenFailed& event, base::Instant now);
  Effects On(const CallGranted& event, base::Instant now);
  Effects On(const Woken& event, base::Instant now);
  Effects On(Responded& event, base::Instant now);
  Effects On(const DesiredRead& event, base::Instant now);
  Effects On(const QuotaBlocked& event, base::Instant now);
  Effects On(const EndNow& event, base::Instant now);

  Effects NextCall();
  Effects Send();
  Effects TakePage(Page page, base::HttpResponse response, base::Instant now);
  Effects HandleFailure(domain::Failure failure);
  // Null if the page keeps the provider's contract and our bounds.
  std::optional<domain::Failure> Judge(const Page& page);
  Effects Fail(domain::Failure failure);
  Effects Succeed(base::Instant now);
  // No day of the range is kept by the provider any more.
  Effects BeyondHistory();

  const Provider& provider_;
  const domain::ChunkSpec chunk_;
  const DriverLimits limits_;
  std::int64_t reserved_;
  std::string access_token_;
  FetchPosition position_;
  base::HttpRequest request_;
  bool refreshed_ = false;
  int pages_ = 0;
  std::int64_t elements_ = 0;
  std::set<std::string> cursors_;
  std::optional<domain::Failure> limited_;
  std::map<domain::DataType, std::vector<domain::Record>> records_;
  std::map<domain::DataType, std::string> invalid_;
  ChunkOutcome outcome_;
};

}  // namespace coldpath::tasks

#endif  // COLDPATH_TASKS_CHUNK_DRIVER_H_
