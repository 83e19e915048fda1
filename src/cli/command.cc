#include "cli/command.h"

#include <cstdio>

#include "base/crypto.h"
#include "base/ids.h"

namespace coldpath::cli {
namespace {

// Redraws one line on a terminal; elsewhere prints a line when the share has moved on by a tenth.
class LiveLine {
 public:
  explicit LiveLine(const Terminal& terminal) : terminal_(terminal) {}
  ~LiveLine() {
    if (drawn_) std::fputs("\n", stdout);
  }

  void Show(const JobSummary& job) {
    if (terminal_.interactive) {
      std::fputs(("\r\033[K" + ProgressLine(terminal_, job)).c_str(), stdout);
      std::fflush(stdout);
      drawn_ = true;
      return;
    }
    const std::int64_t tenth = job.chunks_total == 0 ? 0 : job.chunks_done * 10 / job.chunks_total;
    if (tenth == shown_) return;
    shown_ = tenth;
    std::fputs((ProgressLine(terminal_, job) + "\n").c_str(), stdout);
    std::fflush(stdout);
  }

 private:
  const Terminal& terminal_;
  bool drawn_ = false;
  std::int64_t shown_ = -1;
};

ExitCode ExitFor(const JobSummary& job) {
  return job.status == "SUCCEEDED" && job.outcome == "complete" ? kOk : kIncomplete;
}

}  // namespace

Command::Command(GlobalOptions options)
    : options_(std::move(options)),
      terminal_(DetectTerminal(options_.no_color)),
      api_(options_.target) {}

void Command::Print(const base::Json& json, const std::string& text) const {
  const std::string out = options_.json ? base::DumpJson(json) + "\n" : text;
  std::fputs(out.c_str(), stdout);
  std::fflush(stdout);
}

ExitCode Command::Fail(const CommandError& error) const {
  if (options_.json) {
    const base::Json json =
        error.problem.is_null() ? base::Json{{"detail", error.message}} : error.problem;
    std::fputs((base::DumpJson(json) + "\n").c_str(), stdout);
  }
  std::fputs(("coldpath: " + error.message + "\n").c_str(), stderr);
  return error.exit;
}

CommandResult<base::Json> Command::FindJob(const std::string& name) {
  if (base::IsUuid(name)) return api_.Get("/v1/historical-syncs/" + name);
  auto list = api_.Get("/v1/historical-syncs?limit=100");
  if (!list) return std::unexpected(std::move(list).error());
  std::string found;
  for (const base::Json& job : (*list)["jobs"]) {
    const std::string id = job.value("id", "");
    if (name != "latest" && !id.starts_with(name)) continue;
    if (name != "latest" && !found.empty()) {
      return std::unexpected(
          CommandError{kUsage, "Several jobs begin with \"" + name + "\": write more of the id."});
    }
    found = id;
    if (name == "latest") break;
  }
  if (found.empty()) {
    return std::unexpected(CommandError{kRefused, name == "latest"
                                                      ? "There is no job yet."
                                                      : "No job begins with \"" + name + "\"."});
  }
  return api_.Get("/v1/historical-syncs/" + found);
}

CommandResult<base::Json> Command::FindConnection(const std::string& name) {
  auto list = api_.Get("/v1/connections");
  if (!list) return std::unexpected(std::move(list).error());
  const base::Json* found = nullptr;
  for (const base::Json& connection : (*list)["connections"]) {
    if (connection.value("id", "") != name && connection.value("provider", "") != name) continue;
    if (found != nullptr) {
      return std::unexpected(CommandError{
          kUsage, "There are several connections to " + name + ": name one by its id."});
    }
    found = &connection;
  }
  if (found == nullptr) {
    return std::unexpected(CommandError{
        kRefused, "There is no connection \"" + name + "\". Make one with `coldpath connect`."});
  }
  return *found;
}

ExitCode Command::Watch(const std::string& job_id) {
  const std::string path = "/v1/historical-syncs/" + job_id;
  CommandResult<base::Json> latest = api_.Get(path);
  if (!latest) return Fail(latest.error());
  {
    LiveLine line(terminal_);
    // Events say that something changed; the job says what it is now. Many events a second are one
    // look.
    auto done = [](const JobSummary& job) { return job.ended() || job.paused(); };
    if (!done(ReadJob(*latest))) {
      base::Instant next{};
      const auto clock = base::MakeSystemClock();
      const auto followed =
          api_.Follow(path + "/events", [&](const std::string& type, const base::Json& data) {
            if (options_.json) {
              Print({{"event", type}, {"data", data}}, "");
            }
            if (type != "job" && type != "end" && clock->Now() < next) return true;
            next = clock->Now() + std::chrono::milliseconds(200);
            latest = api_.Get(path);
            if (!latest) return latest.error().exit == kUnreachable;
            const JobSummary job = ReadJob(*latest);
            if (!options_.json) line.Show(job);
            return !done(job);
          });
      if (!followed) return Fail(followed.error());
      latest = api_.Get(path);
    }
    if (latest && !options_.json) line.Show(ReadJob(*latest));
  }
  if (!latest) return Fail(latest.error());
  const JobSummary job = ReadJob(*latest);
  Print(*latest, JobText(terminal_, job));
  return ExitFor(job);
}

std::string NewKey() {
  const auto random = base::MakeSystemRandom();
  return base::MakeUuidV4(*random);
}

}  // namespace coldpath::cli
