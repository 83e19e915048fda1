// A range of civil days, [start, end): the person's own calendar, no zone.
#ifndef COLDPATH_DOMAIN_DATE_RANGE_H_
#define COLDPATH_DOMAIN_DATE_RANGE_H_

#include <algorithm>
#include <optional>

#include "base/time.h"

namespace coldpath::domain {

using base::Date;

struct DateRange {
  Date start;
  Date end;  // exclusive

  int days() const { return static_cast<int>((end - start).count()); }
  bool empty() const { return end <= start; }
  bool Contains(Date day) const { return start <= day && day < end; }

  friend bool operator==(const DateRange&, const DateRange&) = default;
};

// The days that both hold; empty() if there are none.
inline DateRange Intersect(const DateRange& a, const DateRange& b) {
  return {std::max(a.start, b.start), std::max(std::max(a.start, b.start), std::min(a.end, b.end))};
}

}  // namespace coldpath::domain

#endif  // COLDPATH_DOMAIN_DATE_RANGE_H_
