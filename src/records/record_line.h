// One record as one line of JSON: the line format of record files and of the NDJSON export.
//
// ON DISK: do not change the meaning of a key or a name; add new ones.
// No spaces, keys in byte order, the shortest numbers that read back as the same double, so that
// equal records give equal bytes. Keys whose value is the default are absent. Readers take any
// order of keys and spaces, and refuse keys that they do not know.
//
// | key         | value                                                              | default    |
// | ----------- | ------------------------------------------------------------------ | ---------- |
// | activity    | of a workout the provider's name of the sport, of a sleep its kind | ""         |
// | components  | [{"name","unit" (UCUM),"value"}]                                   | []         |
// | date        | the provider's local date, "2024-05-01"                            | always set |
// | deleted     | true: a tombstone                                                  | false      |
// | device      | as the provider names it                                           | ""         |
// | digest      | SHA-256 (hex) of the canonical JSON of the provider's element      | ""         |
// | end         | RFC 3339, UTC                                                      | = start    |
// | granularity | instant, interval, daily, session                                  | instant    |
// | id          | the provider's id of the observation                               | ""         |
// | modality    | sensed, manual, unknown                                            | unknown    |
// | offset      | seconds that the person's clock was ahead of UTC                   | 0          |
// | offset_from | given, inferred                                                    | given      |
// | stages      | [{"end","kind","start"}]; kind: awake, light, deep, rem, asleep,   | []         |
// |             | restless, unknown                                                  |            |
// | start       | RFC 3339, UTC                                                      | always set |
// | statistic   | sample, sum, mean, minimum, maximum, session                       | sample     |
// | value       | in the unit of the type                                            | none       |
// | version     | changes when the provider revises the observation                  | ""         |
#ifndef COLDPATH_RECORDS_RECORD_LINE_H_
#define COLDPATH_RECORDS_RECORD_LINE_H_

#include <string>
#include <string_view>

#include "base/result.h"
#include "domain/record.h"

namespace coldpath::records {

// Appends `text` as a JSON string, with its quotes. REQUIRES: UTF-8.
void AppendJsonString(std::string& out, std::string_view text);

// Appends the keys and values of the table above, without braces, type or line end.
// REQUIRES: texts are UTF-8 (whatever came through base::ParseJson is), numbers are finite.
void AppendRecordFields(std::string& out, const domain::Record& record);
// Appends the whole line with its braces and "\n".
void AppendRecordLine(std::string& out, const domain::Record& record);

// Reads a line (without "\n") into `record`, all of which it sets but the type.
// Error: records.malformed, naming the byte.
base::Status ReadRecordLine(std::string_view line, domain::Record& record);

}  // namespace coldpath::records

#endif  // COLDPATH_RECORDS_RECORD_LINE_H_
