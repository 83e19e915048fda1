#include "stores/sqlite/journal_schema.h"

#include "base/json.h"

namespace coldpath::stores {

int StatusCode(asl::ExecutionStatus status) {
  switch (status) {
    case asl::ExecutionStatus::kRunning:
      return 0;
    case asl::ExecutionStatus::kSucceeded:
      return 1;
    case asl::ExecutionStatus::kFailed:
      return 2;
    case asl::ExecutionStatus::kTimedOut:
      return 3;
    case asl::ExecutionStatus::kAborted:
      return 4;
  }
  return -1;
}

base::Result<asl::ExecutionStatus> StatusOfCode(std::int64_t code) {
  using enum asl::ExecutionStatus;
  for (const auto status : {kRunning, kSucceeded, kFailed, kTimedOut, kAborted}) {
    if (StatusCode(status) == code) return status;
  }
  return base::Fail("store.corrupt", "engine.db holds the unknown status " + std::to_string(code));
}

std::int64_t MicrosOf(base::Instant instant) { return instant.time_since_epoch().count(); }

base::Instant InstantOfMicros(std::int64_t micros) { return base::Instant(base::Duration(micros)); }

void AppendEvent(const asl::HistoryEvent& event, std::string& text) {
  text += text.empty() ? "[[" : ",[";
  text += std::to_string(event.id);
  text += ',';
  text += std::to_string(event.previous_id);
  text += ',';
  text += std::to_string(MicrosOf(event.time));
  text += ",\"";
  text += event.type;  // letters only
  text += "\",";
  text += event.details.is_null() ? "null" : base::DumpJson(event.details);
  text += ']';
}

void FinishEvents(std::string& text) { text += text.empty() ? "[]" : "]"; }

base::Result<std::vector<asl::HistoryEvent>> ParseEvents(std::string_view text) {
  const base::Error corrupt{"store.corrupt", "engine.db holds history that cannot be read"};
  auto json = base::ParseJson(text, {.max_bytes = 1u << 30, .max_depth = 1000});
  if (!json || !json->is_array()) return base::Fail(corrupt);
  std::vector<asl::HistoryEvent> events;
  events.reserve(json->size());
  for (base::Json& item : *json) {
    if (!item.is_array() || item.size() != 5 || !item[0].is_number_integer() ||
        !item[1].is_number_integer() || !item[2].is_number_integer() || !item[3].is_string()) {
      return base::Fail(corrupt);
    }
    events.push_back({.id = item[0].get<std::int64_t>(),
                      .previous_id = item[1].get<std::int64_t>(),
                      .time = InstantOfMicros(item[2].get<std::int64_t>()),
                      .type = item[3].get<std::string>(),
                      .details = std::move(item[4])});
  }
  return events;
}

}  // namespace coldpath::stores
