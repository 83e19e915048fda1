#include <charconv>
#include <cmath>

#include "base/check.h"
#include "records/names.h"
#include "records/record_line.h"

namespace coldpath::records {
namespace {

using domain::Record;

void AppendTwoDigits(std::string& out, int value) {
  out += static_cast<char>('0' + value / 10);
  out += static_cast<char>('0' + value % 10);
}

void AppendDate(std::string& out, std::chrono::year_month_day date) {
  const int year = static_cast<int>(date.year());
  AppendTwoDigits(out, year / 100);
  AppendTwoDigits(out, year % 100);
  out += '-';
  AppendTwoDigits(out, static_cast<int>(static_cast<unsigned>(date.month())));
  out += '-';
  AppendTwoDigits(out, static_cast<int>(static_cast<unsigned>(date.day())));
}

// The same text as base::FormatInstant, appended: a file may hold a million of them.
void AppendInstant(std::string& out, base::Instant instant) {
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const std::int64_t micros = (instant - day).count();
  const int second = static_cast<int>(micros / 1'000'000);
  const int fraction = static_cast<int>(micros % 1'000'000);
  out += '"';
  AppendDate(out, day);
  out += 'T';
  AppendTwoDigits(out, second / 3600);
  out += ':';
  AppendTwoDigits(out, second / 60 % 60);
  out += ':';
  AppendTwoDigits(out, second % 60);
  if (fraction != 0) {
    out += '.';
    AppendTwoDigits(out, fraction / 10'000);
    out += static_cast<char>('0' + fraction / 1000 % 10);
    if (fraction % 1000 != 0) {
      out += static_cast<char>('0' + fraction / 100 % 10);
      AppendTwoDigits(out, fraction % 100);
    }
  }
  out += "Z\"";
}

template <typename Number>
void AppendNumber(std::string& out, Number value) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof(text), value).ptr;
  out.append(text, end);
}

void AppendDouble(std::string& out, double value) {
  COLDPATH_CHECK(std::isfinite(value));
  AppendNumber(out, value);
}

void AppendText(std::string& out, std::string_view key, std::string_view value) {
  if (value.empty()) return;
  out += key;
  AppendJsonString(out, value);
}

void AppendComponents(std::string& out, const Record& record) {
  if (record.components.empty()) return;
  out += ",\"components\":[";
  for (const domain::Component& component : record.components) {
    if (out.back() != '[') out += ',';
    out += "{\"name\":";
    AppendJsonString(out, component.name);
    out += ",\"unit\":";
    AppendJsonString(out, component.unit);
    out += ",\"value\":";
    AppendDouble(out, component.value);
    out += '}';
  }
  out += ']';
}

void AppendStages(std::string& out, const Record& record) {
  if (record.stages.empty()) return;
  out += ",\"stages\":[";
  for (const domain::SleepStage& stage : record.stages) {
    if (out.back() != '[') out += ',';
    out += "{\"end\":";
    AppendInstant(out, stage.end);
    out += ",\"kind\":";
    AppendJsonString(out, NameIn(kSleepStageNames, stage.kind));
    out += ",\"start\":";
    AppendInstant(out, stage.start);
    out += '}';
  }
  out += ']';
}

// Appends ,"key":"name" unless the value is the default.
template <std::size_t kCount, typename Enum>
void AppendName(std::string& out, std::string_view key,
                const std::array<std::string_view, kCount>& names, Enum value, Enum by_default) {
  if (value == by_default) return;
  out += key;
  out += '"';
  out += NameIn(names, value);
  out += '"';
}

}  // namespace

void AppendJsonString(std::string& out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += '"';
  std::size_t plain = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text, plain, i - plain);
    plain = i + 1;
    switch (c) {
      case '"':
      case '\\':
        out += '\\';
        out += c;
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += "\\u00";
        out += kHex[static_cast<unsigned char>(c) >> 4];
        out += kHex[static_cast<unsigned char>(c) & 15];
    }
  }
  out.append(text, plain, std::string_view::npos);
  out += '"';
}

void AppendRecordFields(std::string& out, const Record& record) {
  // Every key brings its comma; that of the first one, whichever it is, goes at the end.
  const std::size_t begin = out.size();
  AppendText(out, ",\"activity\":", record.activity);
  AppendComponents(out, record);
  out += ",\"date\":\"";
  AppendDate(out, std::chrono::year_month_day(record.local_date));
  out += '"';
  if (record.tombstone) out += ",\"deleted\":true";
  AppendText(out, ",\"device\":", record.device);
  AppendText(out, ",\"digest\":", record.raw_digest);
  if (record.end != record.start) {
    out += ",\"end\":";
    AppendInstant(out, record.end);
  }
  AppendName(out, ",\"granularity\":", kGranularityNames, record.granularity,
             domain::Granularity::kInstant);
  AppendText(out, ",\"id\":", record.source_id);
  AppendName(out, ",\"modality\":", kModalityNames, record.modality, domain::Modality::kUnknown);
  if (record.utc_offset.count() != 0) {
    out += ",\"offset\":";
    AppendNumber(out, static_cast<std::int64_t>(record.utc_offset.count()));
  }
  AppendName(out, ",\"offset_from\":", kOffsetOriginNames, record.offset_origin,
             domain::OffsetOrigin::kGiven);
  AppendStages(out, record);
  out += ",\"start\":";
  AppendInstant(out, record.start);
  AppendName(out, ",\"statistic\":", kStatisticNames, record.statistic, domain::Statistic::kSample);
  if (record.value) {
    out += ",\"value\":";
    AppendDouble(out, *record.value);
  }
  AppendText(out, ",\"version\":", record.source_version);
  out.erase(begin, 1);
}

void AppendRecordLine(std::string& out, const Record& record) {
  out += '{';
  AppendRecordFields(out, record);
  out += "}\n";
}

}  // namespace coldpath::records
