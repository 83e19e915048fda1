// JSON text, appended piece by piece: a day of heart rate is hundreds of records, so no document is
// built for them.
#ifndef COLDPATH_SANDBOX_JSON_TEXT_H_
#define COLDPATH_SANDBOX_JSON_TEXT_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"

namespace coldpath::sandbox {

void AppendInteger(std::string& out, std::int64_t value);
// At most `digits` behind the point, none that are zero: 71.5, 98, -0.25.
void AppendDecimal(std::string& out, double value, int digits);
// A JSON string, quoted and escaped.
void AppendQuoted(std::string& out, std::string_view text);
// 2024-05-01
void AppendDate(std::string& out, base::Date date);
// 2024-05-01T07:12:00Z. Whole seconds, as all of the sandbox's data are.
void AppendUtc(std::string& out, base::Instant instant);
// 2024-05-01T09:12:00+02:00, +00:00 in UTC.
void AppendLocal(std::string& out, base::Instant instant, std::chrono::seconds offset);

std::string DateText(base::Date date);
std::string LocalText(base::Instant instant, std::chrono::seconds offset);

}  // namespace coldpath::sandbox

#endif  // COLDPATH_SANDBOX_JSON_TEXT_H_
