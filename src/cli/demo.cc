// demo: what Coldpath does, seen in a minute, against the sandbox. Everything goes through the real
// programs: two processes, HTTP, OAuth, the API that any client uses.
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "cli/child_process.h"
#include "cli/commands.h"

namespace coldpath::cli {
namespace {

// A real import of ten years under the providers' own quotas takes longer than anybody watches.
constexpr int kQuotaScale = 100;
constexpr const char* kProviders[] = {"google-health", "oura"};

struct Stage {
  std::string folder;
  std::string url;
  std::string sandbox_url;
  std::string token;
};

std::string FolderOf(const std::string& program) {
  return std::filesystem::path(program).parent_path().string();
}

std::string OwnProgram() {
  std::error_code ignored;
  return std::filesystem::read_symlink("/proc/self/exe", ignored).string();
}

std::string AddressIn(const std::string& line) {
  const auto at = line.find("http://");
  return at == std::string::npos ? "" : line.substr(at, line.find(' ', at) - at);
}

int stop_pipe[2] = {-1, -1};

// Until SIGINT or SIGTERM. Threads run already, so the signals are not blocked but write into a
// pipe.
void WaitForStopSignal() {
  if (pipe(stop_pipe) != 0) return;
  const auto handler = [](int) {
    [[maybe_unused]] const auto written = write(stop_pipe[1], "s", 1);
  };
  signal(SIGINT, handler);
  signal(SIGTERM, handler);
  char byte = 0;
  while (read(stop_pipe[0], &byte, 1) < 0 && errno == EINTR) {
  }
}

CommandError Broken(const base::Error& error) { return {kRefused, error.message, nullptr}; }

class Demo {
 public:
  Demo(GlobalOptions global, const DemoOptions& options)
      : global_(std::move(global)),
        options_(options),
        terminal_(DetectTerminal(global_.no_color)) {}

  ExitCode Run();

 private:
  void Say(const std::string& text) const {
    std::fputs((terminal_.Paint(Style::kBold, "» ") + text + "\n").c_str(), stdout);
    std::fflush(stdout);
  }
  void Show(const std::string& text) const {
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
  }

  CommandResult<void> StartPrograms();
  base::Result<ChildProcess> StartServer() const;
  CommandResult<void> Connect(Command& command);
  CommandResult<std::vector<std::string>> FirstWeeks(Command& command);
  CommandResult<std::vector<std::string>> StartJobs(Command& command);
  CommandResult<std::vector<base::Json>> WatchAll(Command& command,
                                                  const std::vector<std::string>& ids);
  CommandResult<void> RetryFailed(Command& command, std::vector<base::Json>& jobs);
  CommandResult<void> Summary(Command& command, const std::vector<base::Json>& jobs,
                              int failed_before);
  void Stay();
  // As the person of the demonstration: the app reads the name in development mode.
  std::string AppAddress() const { return stage_.url + "/?user=demo"; }

  GlobalOptions global_;
  DemoOptions options_;
  Terminal terminal_;
  Stage stage_;
  std::string sandbox_program_;
  std::unique_ptr<ChildProcess> sandbox_;
  std::unique_ptr<ChildProcess> server_;
  base::Instant started_;
  base::Json report_ = base::Json::object();
};

// Where people look first, if nobody else is there. A run that ends by itself takes no place from
// others.
base::Result<ChildProcess> Demo::StartServer() const {
  const auto serve = [this](const char* listen) {
    return ChildProcess::Start({OwnProgram(), "serve", "--development", "--listen", listen,
                                "--data", stage_.folder + "/data", "--sandbox", stage_.sandbox_url,
                                "--quota-scale", std::to_string(kQuotaScale)},
                               stage_.folder + "/coldpath.log");
  };
  if (!options_.once) {
    if (auto usual = serve("127.0.0.1:8080")) return usual;
  }
  return serve("127.0.0.1:0");
}

CommandResult<void> Demo::StartPrograms() {
  sandbox_program_ = options_.sandbox_binary.empty() ? FolderOf(OwnProgram()) + "/coldpath-sandbox"
                                                     : options_.sandbox_binary;
  const std::string scale = std::to_string(kQuotaScale);
  const std::string years = std::to_string(options_.years);
  auto sandbox = ChildProcess::Start(
      {sandbox_program_, "--port", "0", "--seed", "7", "--years", years, "--faults", "mixed",
       "--quota-scale", scale, "--heart-rate-interval", "300", "--oura-heart-rate-page", "10000"},
      stage_.folder + "/sandbox.log");
  if (!sandbox) return std::unexpected(Broken(sandbox.error()));
  sandbox_ = std::make_unique<ChildProcess>(std::move(*sandbox));
  stage_.sandbox_url = AddressIn(sandbox_->first_line());
  Say("The sandbox plays Google Health and Oura at " + stage_.sandbox_url + ": a made-up person, " +
      Plural(options_.years, "year", "years") +
      " of data with heart rate every 5 minutes, faults switched on, the providers' quotas times " +
      scale + ".");

  auto server = StartServer();
  if (!server) return std::unexpected(Broken(server.error()));
  server_ = std::make_unique<ChildProcess>(std::move(*server));
  stage_.url = AddressIn(server_->first_line());
  Say("The service runs at " + stage_.url + ", its data in " + stage_.folder + "/data.");
  Say("Open " + AppAddress() + " to follow it in the web app.");
  return {};
}

CommandResult<void> Demo::Connect(Command& command) {
  for (const std::string provider : kProviders) {
    const auto begun = command.api().Send(
        {"POST", "/v1/connections/" + provider + "/authorize", base::Json::object(), ""});
    if (!begun) return std::unexpected(begun.error());
    auto browser = ChildProcess::Start(
        {sandbox_program_, "approve", begun->value("authorize_url", ""), "--account", "demo"},
        stage_.folder + "/approve.log");
    if (!browser) return std::unexpected(Broken(browser.error()));
    if (browser->Wait() != 0) {
      return std::unexpected(CommandError{
          kRefused, "The sandbox's consent page failed: " + browser->first_line(), {}});
    }
    Say("Connected " + provider + " through its consent page (OAuth 2.0).");
  }
  return {};
}

// The jobs that the server started by itself.
CommandResult<std::vector<std::string>> Demo::FirstWeeks(Command& command) {
  const auto list = command.api().Get("/v1/historical-syncs");
  if (!list) return std::unexpected(list.error());
  std::vector<std::string> ids;
  for (const base::Json& job : (*list)["jobs"]) ids.push_back(job.value("id", ""));
  Say("The last seven days come by themselves (the first " + FormatCount(std::ssize(ids)) +
      " lines below).");
  return ids;
}

CommandResult<std::vector<std::string>> Demo::StartJobs(Command& command) {
  std::vector<std::string> ids;
  for (const std::string provider : kProviders) {
    const auto connection = command.FindConnection(provider);
    if (!connection) return std::unexpected(connection.error());
    auto body =
        RangeBody({.last = std::to_string(options_.years) + "y"}, base::MakeSystemClock()->Now());
    if (!body) return std::unexpected(body.error());
    (*body)["connection_id"] = connection->value("id", "");
    const auto estimate = command.api().Send({"POST", "/v1/estimates", *body, ""});
    if (!estimate) return std::unexpected(estimate.error());
    Say(provider + ": " + FormatCount(base::FindInteger(*estimate, "chunks").value_or(0)) +
        " chunks, about " + FormatSeconds(base::FindNumber(*estimate, "seconds").value_or(0)) +
        ".");
    const auto accepted = command.api().Send({"POST", "/v1/historical-syncs", *body, NewKey()});
    if (!accepted) return std::unexpected(accepted.error());
    ids.push_back(accepted->value("id", ""));
  }
  return ids;
}

// A line per job, redrawn in place on a terminal.
CommandResult<std::vector<base::Json>> Demo::WatchAll(Command& command,
                                                      const std::vector<std::string>& ids) {
  for (std::size_t looks = 0;; ++looks) {
    std::vector<base::Json> jobs;
    std::string lines;
    bool all_ended = true;
    for (const std::string& id : ids) {
      auto job = command.api().Get("/v1/historical-syncs/" + id);
      if (!job) return std::unexpected(job.error());
      const JobSummary summary = ReadJob(*job);
      all_ended = all_ended && summary.ended();
      lines += "\r\033[K" + ProgressLine(terminal_, summary) + "\n";
      jobs.push_back(*std::move(job));
    }
    if (terminal_.interactive) {
      if (looks > 0) Show("\033[" + std::to_string(ids.size()) + "A");
      Show(lines);
    } else if (all_ended || looks % 20 == 0) {
      for (const base::Json& job : jobs) Show("  " + ProgressLine(terminal_, ReadJob(job)) + "\n");
    }
    if (all_ended) return jobs;
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
  }
}

CommandResult<void> Demo::RetryFailed(Command& command, std::vector<base::Json>& jobs) {
  std::vector<std::string> ids;
  for (const base::Json& job : jobs) {
    const JobSummary summary = ReadJob(job);
    Say(summary.provider + ": " + OutcomeText(terminal_, summary));
    if (summary.chunks_failed == 0) continue;
    const std::string path = "/v1/historical-syncs/" + summary.id;
    const auto failures = command.api().Get(path + "/failures");
    if (!failures) return std::unexpected(failures.error());
    Show(FailuresText(terminal_, *failures));
    const auto retried =
        command.api().Send({"POST", path + "/retry", base::Json::object(), NewKey()});
    if (!retried) return std::unexpected(retried.error());
    ids.push_back(summary.id);
  }
  if (ids.empty()) return {};
  Say("Retrying just the failed parts:");
  const auto retried = WatchAll(command, ids);
  if (!retried) return std::unexpected(retried.error());
  for (base::Json& job : jobs) {
    for (const base::Json& newer : *retried) {
      if (newer["id"] == job["id"]) job = newer;
    }
  }
  return {};
}

CommandResult<void> Demo::Summary(Command& command, const std::vector<base::Json>& jobs,
                                  int failed_before) {
  std::vector<std::vector<std::string>> rows{
      {"provider", "data type", "records", "complete", "empty", "failed"}};
  std::int64_t records = 0, calls = 0, minimum = 0, bytes = 0, failed_after = 0;
  bool complete = true;
  base::Json ids = base::Json::array();
  for (const base::Json& json : jobs) {
    const JobSummary job = ReadJob(json);
    ids.push_back(job.id);
    calls += job.calls;
    minimum += job.minimum_calls;
    bytes += job.bytes;
    failed_after += job.chunks_failed;
    complete = complete && job.outcome == "complete";
    const auto coverage = command.api().Get("/v1/historical-syncs/" + job.id + "/coverage");
    if (!coverage) return std::unexpected(coverage.error());
    Say("Coverage, " + job.provider + ":");
    Show(RenderCalendar(terminal_, CoverageRows(*coverage)));
    for (const base::Json& type : (*coverage)["types"]) {
      const auto count = base::FindInteger(type, "records").value_or(0);
      const auto days = [&](std::string_view state) {
        return FormatCount(base::FindInteger(type["counts"], state).value_or(0)) + " d";
      };
      records += count;
      rows.push_back({job.provider, type.value("type", ""), FormatCount(count), days("complete"),
                      days("empty"), days("failed")});
    }
  }
  const double seconds =
      std::chrono::duration<double>(base::MakeSystemClock()->Now() - started_).count();
  Say("What came in:");
  Show(RenderTable(terminal_, rows, {2, 3, 4, 5}));
  Show("\n  " + Plural(records, "record", "records") + ", " + FormatBytes(bytes) + " received, " +
       Plural(calls, "provider call", "provider calls") +
       " (the fewest possible: " + FormatCount(minimum) + "), " + FormatSeconds(seconds) + "\n\n");
  report_ = {{"outcome", complete ? "complete" : "complete_with_gaps"},
             {"jobs", ids},
             {"records", records},
             {"failed_chunks_before_retry", failed_before},
             {"failed_chunks_after_retry", failed_after},
             {"provider_calls", calls},
             {"minimum_calls", minimum},
             {"seconds", std::round(seconds * 100) / 100}};
  return {};
}

void Demo::Stay() {
  Say("The service stays up; Ctrl-C ends it and removes its data. The web app: " + AppAddress());
  Say("Or try in another terminal:");
  Show("\n  export COLDPATH_SERVER=" + stage_.url + " COLDPATH_TOKEN=" + stage_.token + "\n" +
       "  " + OwnProgram() + " status\n" + "  " + OwnProgram() + " coverage\n" + "  " +
       OwnProgram() + " export | head\n" + "  curl " + stage_.url + "/metrics\n" + "  curl " +
       stage_.url + "/openapi.json\n\n");
  WaitForStopSignal();
}

ExitCode Demo::Run() {
  std::string folder = (std::filesystem::temp_directory_path() / "coldpath-demo-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) {
    std::fprintf(stderr, "coldpath: no folder can be made in %s\n", folder.c_str());
    return kUsage;
  }
  stage_.folder = folder;
  started_ = base::MakeSystemClock()->Now();
  const auto play = [&]() -> CommandResult<void> {
    if (auto programs = StartPrograms(); !programs) return programs;
    auto token =
        MakeDevelopmentToken({.data_folder = stage_.folder + "/data", .user = "demo", .pro = true});
    if (!token) return std::unexpected(token.error());
    stage_.token = *token;
    GlobalOptions global = global_;
    global.target = {stage_.url, stage_.token};
    Command command(global);
    if (auto connected = Connect(command); !connected) return connected;
    auto ids = FirstWeeks(command);
    if (!ids) return std::unexpected(ids.error());
    const auto weeks = std::ssize(*ids);
    const auto started = StartJobs(command);
    if (!started) return std::unexpected(started.error());
    ids->insert(ids->end(), started->begin(), started->end());
    auto jobs = WatchAll(command, *ids);
    if (!jobs) return std::unexpected(jobs.error());
    jobs->erase(jobs->begin(), jobs->begin() + weeks);
    int failed = 0;
    for (const base::Json& job : *jobs) failed += static_cast<int>(ReadJob(job).chunks_failed);
    if (auto retried = RetryFailed(command, *jobs); !retried) return retried;
    return Summary(command, *jobs, failed);
  };
  const auto played = play();
  if (!played) {
    std::fprintf(stderr, "coldpath: %s (logs: %s)\n", played.error().message.c_str(),
                 stage_.folder.c_str());
    return played.error().exit;
  }
  if (!options_.once) Stay();
  server_.reset();
  sandbox_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(stage_.folder, ignored);
  if (options_.once) Show(base::DumpJson(report_) + "\n");
  return report_["outcome"] == "complete" ? kOk : kIncomplete;
}

}  // namespace

ExitCode RunDemo(const GlobalOptions& global, const DemoOptions& options) {
  // Ctrl-C ends the programs in order; see Stay.
  return Demo(global, options).Run();
}

}  // namespace coldpath::cli
