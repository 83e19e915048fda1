// What a sync cannot bring, known before it starts: said at the estimate, not after the failure.
#ifndef COLDPATH_SERVICE_SYNC_NOTICES_H_
#define COLDPATH_SERVICE_SYNC_NOTICES_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/plan_request.h"

namespace coldpath::service {

// Names are part of the API.
enum class NoticeKind {
  kBeyondHistory,  // the provider keeps less than was asked for; no call is made for these days
  kNotGranted,     // chunks of these types are planned, and fail as Forbidden without a call
  kProvisional,    // the provider may still change these days
  kNeedsReauth,    // the sync does not start before the person has signed in again
};
std::string_view Name(NoticeKind kind);

struct Notice {
  NoticeKind kind = NoticeKind::kNeedsReauth;
  std::vector<domain::DataType> types;     // in their order
  std::optional<domain::DateRange> range;  // absent: all days that were asked for
  std::string text;                        // a sentence for the person
};

// Pure. REQUIRES: `prepared` is of PrepareSync for `range`.
std::vector<Notice> NoticesOf(const PreparedSync& prepared, const domain::DateRange& range,
                              base::Instant now);

}  // namespace coldpath::service

#endif  // COLDPATH_SERVICE_SYNC_NOTICES_H_
