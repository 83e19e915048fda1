// Structured log: one JSON object a line on a sink, for operators. Never put a token, a health
// value or a person's name in a field; ids of jobs, chunks and connections are fine.
#ifndef COLDPATH_BASE_LOG_H_
#define COLDPATH_BASE_LOG_H_

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/json.h"
#include "base/mutex.h"

namespace coldpath::base {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

// Thread-safe. A line is handed to the sink whole, one at a time. It starts with "time", "level"
// and "event"; a field of such a name gets an underscore appended.
class Log {
 public:
  using Sink = std::function<void(std::string_view line)>;
  using Fields = std::initializer_list<std::pair<std::string_view, Json>>;

  Log(const Clock& clock, LogLevel least, Sink sink);
  // `event` names what happened in snake_case ("chunk_failed"); the rest goes into fields.
  void Write(LogLevel level, std::string_view event, Fields fields = {});
  void Info(std::string_view event, Fields fields = {}) { Write(LogLevel::kInfo, event, fields); }
  void Warning(std::string_view event, Fields fields = {}) {
    Write(LogLevel::kWarning, event, fields);
  }
  void Error(std::string_view event, Fields fields = {}) { Write(LogLevel::kError, event, fields); }

 private:
  const Clock& clock_;
  LogLevel least_;
  Mutex mutex_;
  Sink sink_ COLDPATH_GUARDED_BY(mutex_);
};

// A sink that writes to standard error with one write call a line.
Log::Sink StandardErrorSink();

}  // namespace coldpath::base

#endif  // COLDPATH_BASE_LOG_H_
