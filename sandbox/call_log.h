// CallLog: what providers were asked, in order, for tests that count calls.
#ifndef COLDPATH_SANDBOX_CALL_LOG_H_
#define COLDPATH_SANDBOX_CALL_LOG_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>

#include "base/http.h"
#include "base/time.h"

namespace coldpath::sandbox {

struct Call {
  std::int64_t number = 0;  // counts from 1
  base::Instant at;
  std::string provider;
  std::string account;  // empty before the caller is known
  std::string method;
  std::string url;    // path and query as received
  std::string route;  // the data type or route, empty for OAuth
  int status = 0;
  std::string fault;  // the fault that was played, if any
};

// Keeps the newest calls; numbers go on.
class CallLog {
 public:
  static constexpr std::size_t kMaxKept = 200'000;

  void Add(Call call);
  // The calls after number `since`, as {"calls": [...], "last": n}; at most `limit`, of one
  // provider and account if these are not empty.
  std::string Render(std::int64_t since, std::size_t limit, const std::string& provider,
                     const std::string& account) const;
  // {"google_health": {"total": 12, "200": 11, "429": 1}, ...} since the start or Clear.
  const std::map<std::string, std::map<std::string, std::int64_t>>& counts() const {
    return counts_;
  }
  std::int64_t last_number() const { return last_number_; }
  void Clear();

 private:
  std::deque<Call> calls_;
  std::int64_t last_number_ = 0;
  std::map<std::string, std::map<std::string, std::int64_t>> counts_;
};

}  // namespace coldpath::sandbox

#endif  // COLDPATH_SANDBOX_CALL_LOG_H_
