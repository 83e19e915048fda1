#include "base/log.h"

#include <unistd.h>

#include <cerrno>

namespace coldpath::base {
namespace {

std::string_view LevelName(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
  }
  return "error";
}

bool IsReserved(std::string_view key) { return key == "time" || key == "level" || key == "event"; }

}  // namespace

Log::Log(const Clock& clock, LogLevel least, Sink sink)
    : clock_(clock), least_(least), sink_(std::move(sink)) {}

void Log::Write(LogLevel level, std::string_view event, Fields fields) {
  if (level < least_) return;
  // Written by hand, so that a person reading the file sees time, level and event first.
  std::string line = "{\"time\":\"" + FormatInstant(clock_.Now()) + "\",\"level\":\"";
  line += LevelName(level);
  line += "\",\"event\":" + DumpJson(Json(event));
  for (const auto& [key, value] : fields) {
    std::string name(key);
    if (IsReserved(key)) name += '_';
    line += ',' + DumpJson(Json(name)) + ':' + DumpJson(value);
  }
  line += '}';
  MutexLock lock(mutex_);
  sink_(line);
}

Log::Sink StandardErrorSink() {
  return [](std::string_view line) {
    std::string text(line);
    text += '\n';
    std::string_view rest = text;
    while (!rest.empty()) {
      const ssize_t written = ::write(STDERR_FILENO, rest.data(), rest.size());
      if (written < 0 && errno != EINTR) return;  // Nobody reads: there is no place to report that.
      if (written > 0) rest.remove_prefix(static_cast<std::size_t>(written));
    }
  };
}

}  // namespace coldpath::base
