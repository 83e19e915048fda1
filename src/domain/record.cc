#include "domain/record.h"

#include <tuple>

namespace coldpath::domain {

bool RecordBefore(const Record& a, const Record& b) {
  return std::tie(a.type, a.start, a.end, a.source_id, a.raw_digest) <
         std::tie(b.type, b.start, b.end, b.source_id, b.raw_digest);
}

}  // namespace coldpath::domain
