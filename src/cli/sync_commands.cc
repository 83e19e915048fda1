// estimate, start, watch's relatives: everything about jobs.
#include <chrono>
#include <cstdio>

#include "cli/commands.h"

namespace coldpath::cli {
namespace {

CommandResult<base::Json> SyncBody(Command& command, const SyncOptions& options) {
  auto connection = command.FindConnection(options.connection);
  if (!connection) return std::unexpected(std::move(connection).error());
  auto body = RangeBody(options.range, base::MakeSystemClock()->Now());
  if (!body) return body;
  (*body)["connection_id"] = connection->value("id", "");
  if (!options.types.empty()) (*body)["types"] = options.types;
  if (options.concurrency) (*body)["max_concurrency"] = *options.concurrency;
  return body;
}

std::string Number(const base::Json& json, std::string_view key) {
  return FormatCount(base::FindInteger(json, key).value_or(0));
}

std::string EstimateText(const Terminal& terminal, const base::Json& estimate) {
  const auto seconds = [&](std::string_view key) {
    return FormatSeconds(base::FindNumber(estimate, key).value_or(0));
  };
  std::string out = terminal.Paint(Style::kBold, "about " + seconds("seconds")) + "  (" +
                    seconds("seconds_low") + " to " + seconds("seconds_high") + ")\n";
  out += "  " + Number(estimate, "chunks") + " chunks, " + Number(estimate, "calls") +
         " provider calls, about " + Number(estimate, "records") + " records\n";
  const std::string explanation = base::FindString(estimate, "explanation").value_or("");
  return explanation.empty() ? out : out + "  " + explanation + "\n";
}

ExitCode StartAt(Command& command, const ApiClient::Call& call, bool detach) {
  const auto accepted = command.api().Send(call);
  if (!accepted) return command.Fail(accepted.error());
  const std::string id = accepted->value("id", "");
  if (detach || command.options().json) {
    command.Print(*accepted, "Started " + id + ". Follow it with `coldpath watch " + id + "`.\n");
    if (detach) return kOk;
  }
  return command.Watch(id);
}

// The export comes in pages; each names the next.
CommandResult<std::int64_t> WritePages(Command& command, std::string path, std::FILE* file) {
  std::int64_t bytes = 0;
  for (;;) {
    const auto page = command.api().SendRaw({"GET", path, {}, ""});
    if (!page) return std::unexpected(page.error());
    if (std::fwrite(page->body.data(), 1, page->body.size(), file) != page->body.size()) {
      return std::unexpected(CommandError{kUsage, "The output cannot be written.", nullptr});
    }
    bytes += static_cast<std::int64_t>(page->body.size());
    const auto next = NextPage(*page);
    if (!next) return bytes;
    path = *next;
  }
}

}  // namespace

ExitCode RunEstimate(Command& command, const SyncOptions& options) {
  const auto body = SyncBody(command, options);
  if (!body) return command.Fail(body.error());
  const auto estimate = command.api().Send({"POST", "/v1/estimates", *body, ""});
  if (!estimate) return command.Fail(estimate.error());
  command.Print(*estimate, EstimateText(command.terminal(), *estimate));
  return kOk;
}

ExitCode RunStart(Command& command, const SyncOptions& options) {
  const auto body = SyncBody(command, options);
  if (!body) return command.Fail(body.error());
  const std::string key = options.key.empty() ? NewKey() : options.key;
  return StartAt(command, {"POST", "/v1/historical-syncs", *body, key}, options.detach);
}

ExitCode RunRetry(Command& command, const std::string& name, const std::string& key, bool detach) {
  const auto job = command.FindJob(name);
  if (!job) return command.Fail(job.error());
  const std::string path = "/v1/historical-syncs/" + job->value("id", "") + "/retry";
  return StartAt(command, {"POST", path, base::Json::object(), key.empty() ? NewKey() : key},
                 detach);
}

ExitCode RunStatus(Command& command, const std::string& name) {
  if (!name.empty()) {
    const auto job = command.FindJob(name);
    if (!job) return command.Fail(job.error());
    command.Print(*job, JobText(command.terminal(), ReadJob(*job)));
    return kOk;
  }
  const auto list = command.api().Get("/v1/historical-syncs");
  if (!list) return command.Fail(list.error());
  std::string text;
  for (const base::Json& job : (*list)["jobs"]) text += JobText(command.terminal(), ReadJob(job));
  command.Print(*list,
                text.empty() ? "No historical sync yet. Start one with `coldpath start`.\n" : text);
  return kOk;
}

ExitCode RunFailures(Command& command, const std::string& name) {
  const auto job = command.FindJob(name);
  if (!job) return command.Fail(job.error());
  const auto failures =
      command.api().Get("/v1/historical-syncs/" + job->value("id", "") + "/failures");
  if (!failures) return command.Fail(failures.error());
  command.Print(*failures, FailuresText(command.terminal(), *failures));
  return kOk;
}

ExitCode RunAction(Command& command, const std::string& name, const std::string& action) {
  const auto job = command.FindJob(name);
  if (!job) return command.Fail(job.error());
  const std::string path = "/v1/historical-syncs/" + job->value("id", "") + "/" + action;
  const auto answer = command.api().Send({"POST", path, base::Json::object(), ""});
  if (!answer) return command.Fail(answer.error());
  const std::string did = action == "cancel"  ? "Cancelling: what runs ends after its page."
                          : action == "pause" ? "Pausing: what runs ends after its page."
                                              : "Resumed.";
  command.Print(*answer, did + "\n");
  return kOk;
}

ExitCode RunCoverage(Command& command, const std::string& name) {
  const auto job = command.FindJob(name);
  if (!job) return command.Fail(job.error());
  const auto coverage =
      command.api().Get("/v1/historical-syncs/" + job->value("id", "") + "/coverage");
  if (!coverage) return command.Fail(coverage.error());
  command.Print(*coverage, RenderCalendar(command.terminal(), CoverageRows(*coverage)));
  return kOk;
}

ExitCode RunExport(Command& command, const ExportOptions& options) {
  const auto job = command.FindJob(options.job);
  if (!job) return command.Fail(job.error());
  std::FILE* const file =
      options.output.empty() ? stdout : std::fopen(options.output.c_str(), "wb");
  if (file == nullptr)
    return command.Fail({kUsage, options.output + " cannot be written.", nullptr});
  const auto bytes = WritePages(
      command, "/v1/historical-syncs/" + job->value("id", "") + "/export?format=" + options.format,
      file);
  const bool written = std::fflush(file) == 0 && (file == stdout || std::fclose(file) == 0);
  if (!bytes) return command.Fail(bytes.error());
  if (!written) return command.Fail({kUsage, options.output + " cannot be written.", nullptr});
  if (options.output.empty()) return kOk;
  command.Print({{"file", options.output}, {"bytes", *bytes}},
                "Wrote " + FormatBytes(*bytes) + " to " + options.output + ".\n");
  return kOk;
}

ExitCode RunNotifications(Command& command) {
  const auto inbox = command.api().Get("/v1/notifications");
  if (!inbox) return command.Fail(inbox.error());
  std::string text;
  for (const base::Json& each : (*inbox)["notifications"]) {
    text += command.terminal().Paint(Style::kDim, each.value("time", "")) + "  " +
            each.value("code", "") + "  " + each.value("text", "") + "\n";
  }
  command.Print(*inbox, text.empty() ? "Nothing yet.\n" : text);
  return kOk;
}

}  // namespace coldpath::cli
