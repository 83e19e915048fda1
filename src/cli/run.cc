#include "cli/run.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <functional>

#include "cli/chunk_worker_command.h"
#include "cli/commands.h"
#include "cli/lambda_command.h"

namespace coldpath::cli {
namespace {

// Everything the options write to, and the command that was chosen.
struct CommandLine {
  GlobalOptions global;
  app::ServeConfig serve;
  std::string listen = "127.0.0.1:8080";
  std::string config_file;
  std::string sandbox_url;
  TokenOptions token;
  ConnectOptions connect;
  SyncOptions sync;
  std::string job = "latest";
  std::string status_job;  // empty: all
  std::string connection;
  std::string connection_data = "keep";
  std::string key;
  bool detach = false;
  ExportOptions export_options;
  CostOptions cost;
  CapacityOptions capacity;
  DemoOptions demo;
  std::function<ExitCode()> chosen;
};

using Client = std::function<ExitCode(Command&)>;

// A command that talks to the server.
CLI::App* AddClient(CLI::App& app, CommandLine& line, const std::string& name,
                    const std::string& help, Client run) {
  CLI::App* command = app.add_subcommand(name, help);
  command->callback([&line, run = std::move(run)] {
    line.chosen = [&line, run] {
      Command command(line.global);
      return run(command);
    };
  });
  return command;
}

void AddJob(CLI::App* command, CommandLine& line) {
  command->add_option("job", line.job, "The job: its id, the beginning of it, or \"latest\"")
      ->capture_default_str();
}

void AddSync(CLI::App* command, CommandLine& line) {
  command->add_option("connection", line.sync.connection, "The connection: its id, or its provider")
      ->required();
  command->add_option("--last", line.sync.range.last,
                      "A span that ends today: 30d, 6w, 12m, 10y (default 10y)");
  command->add_option("--from", line.sync.range.from, "The first day, 2024-05-01");
  command->add_option("--to", line.sync.range.to, "The day after the last (default: tomorrow)");
  command->add_option("--types", line.sync.types, "Data types, with commas between (default: all)")
      ->delimiter(',');
  command->add_option("--concurrency", line.sync.concurrency, "Chunks at a time");
}

base::Status FinishServeConfig(CommandLine& line) {
  const auto colon = line.listen.rfind(':');
  int port = -1;
  if (colon != std::string::npos) {
    line.serve.address = line.listen.substr(0, colon);
    const std::string digits = line.listen.substr(colon + 1);
    if (!digits.empty() && digits.size() <= 5 &&
        digits.find_first_not_of("0123456789") == std::string::npos) {
      port = std::stoi(digits);
    }
  }
  if (port < 0 || port > 65535) {
    return base::Fail("cli.usage", "--listen wants ADDRESS:PORT, not \"" + line.listen + "\".");
  }
  line.serve.port = static_cast<std::uint16_t>(port);
  if (!line.config_file.empty()) {
    // What a flag says wins over the file.
    app::ServeConfig flags = line.serve;
    COLDPATH_RETURN_IF_ERROR(app::ReadConfigFile(line.config_file, line.serve));
    if (!flags.public_url.empty()) line.serve.public_url = flags.public_url;
    if (!flags.jwks_file.empty()) line.serve.jwks_file = flags.jwks_file;
    if (!flags.issuer.empty()) line.serve.issuer = flags.issuer;
    if (flags.audience != app::ServeConfig().audience) line.serve.audience = flags.audience;
  }
  if (!line.sandbox_url.empty()) app::UseSandbox(line.sandbox_url, line.serve);
  return {};
}

void AddServe(CLI::App& app, CommandLine& line) {
  CLI::App* serve = app.add_subcommand("serve", "Run the service");
  serve->add_option("--data", line.serve.data_folder, "The data folder; made if missing")
      ->required()
      ->envname("COLDPATH_DATA");
  serve->add_option("--listen", line.listen, "ADDRESS:PORT; port 0 takes any")
      ->capture_default_str();
  serve->add_option("--public-url", line.serve.public_url, "Where browsers reach the service");
  serve->add_option("--config", line.config_file, "Configuration file (docs/operations.md)");
  serve->add_option("--jwks", line.serve.jwks_file, "Key set of whoever signs the tokens");
  serve->add_option("--issuer", line.serve.issuer, "The tokens' issuer");
  serve->add_option("--audience", line.serve.audience, "The tokens' audience")
      ->capture_default_str();
  serve->add_flag("--development", line.serve.development,
                  "Accept tokens made by `coldpath token`");
  serve
      ->add_option("--web", line.serve.web_folder,
                   "Serve the web app from this folder instead of the built-in one")
      ->check(CLI::ExistingDirectory);
  serve->add_flag("!--no-web", line.serve.web, "Serve the API alone, without the web app");
  serve->add_option("--sandbox", line.sandbox_url, "Use a coldpath-sandbox for every provider");
  serve
      ->add_option("--quota-scale", line.serve.quota_scale,
                   "Multiply every provider's quotas; for demonstrations")
      ->check(CLI::Range(0.001, 1e9));
  serve->add_option("--threads", line.serve.threads, "Threads for pages and requests")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  serve
      ->add_option("--chunk-workers", line.serve.chunk_workers,
                   "Chunks in flight, of all jobs together")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  serve
      ->add_option("--rate-limit", line.serve.requests_per_second,
                   "Requests a second that a user may make")
      ->capture_default_str();
  serve->add_option("--workflow", line.serve.workflow_file,
                    "Another state machine than the built-in one");
  serve->callback([&line] {
    line.chosen = [&line] {
      if (const auto status = FinishServeConfig(line); !status) {
        std::fprintf(stderr, "coldpath: %s\n", status.error().message.c_str());
        return kUsage;
      }
      return RunServe(line.serve);
    };
  });
}

void AddToken(CLI::App& app, CommandLine& line) {
  CLI::App* token =
      app.add_subcommand("token", "Make a development token for `serve --development`");
  token->add_option("--data", line.token.data_folder, "The service's data folder")
      ->required()
      ->envname("COLDPATH_DATA");
  token->add_option("--user", line.token.user, "The user it speaks for")->required();
  token->add_flag("--pro", line.token.pro, "The user has Pro");
  token->add_flag("--on-behalf", line.token.on_behalf,
                  "A backend's token: it names its user by header");
  token->add_option("--days", line.token.days, "Days it is valid")
      ->check(CLI::Range(-365, 3650))
      ->capture_default_str();
  token->callback([&line] { line.chosen = [&line] { return RunToken(line.global, line.token); }; });
}

void AddConnections(CLI::App& app, CommandLine& line) {
  CLI::App* connect =
      AddClient(app, line, "connect", "Connect a provider: google-health, oura",
                [&line](Command& command) { return RunConnect(command, line.connect); });
  connect->add_option("provider", line.connect.provider, "The provider")->required();
  connect->add_flag("!--no-wait", line.connect.wait, "Print the address and end");
  AddClient(app, line, "connections", "List the connections", RunConnections);
  CLI::App* disconnect = AddClient(
      app, line, "disconnect", "Remove a connection and its tokens", [&line](Command& command) {
        return RunDisconnect(command, line.connection, line.connection_data);
      });
  disconnect->add_option("connection", line.connection, "Its id, or its provider")->required();
  disconnect->add_option("--data", line.connection_data, "keep, or delete all that it brought")
      ->check(CLI::IsMember({"keep", "delete"}))
      ->capture_default_str();
}

void AddJobs(CLI::App& app, CommandLine& line) {
  AddSync(AddClient(app, line, "estimate", "Say how long an import would take",
                    [&line](Command& command) { return RunEstimate(command, line.sync); }),
          line);
  CLI::App* start = AddClient(app, line, "start", "Import history, and watch it",
                              [&line](Command& command) { return RunStart(command, line.sync); });
  AddSync(start, line);
  start->add_option("--key", line.sync.key, "Idempotency-Key, a UUID (default: a new one)");
  start->add_flag("--detach", line.sync.detach, "Do not watch");

  CLI::App* retry = AddClient(
      app, line, "retry", "Retry only what failed, and watch it",
      [&line](Command& command) { return RunRetry(command, line.job, line.key, line.detach); });
  AddJob(retry, line);
  retry->add_option("--key", line.key, "Idempotency-Key, a UUID (default: a new one)");
  retry->add_flag("--detach", line.detach, "Do not watch");

  CLI::App* status =
      AddClient(app, line, "status", "Show all jobs, or one",
                [&line](Command& command) { return RunStatus(command, line.status_job); });
  status->add_option("job", line.status_job, "One job: its id, the beginning of it, or \"latest\"");
  const auto add = [&](const std::string& name, const std::string& help, Client run) {
    AddJob(AddClient(app, line, name, help, std::move(run)), line);
  };
  add("watch", "Follow a job until it ends", [&line](Command& command) {
    const auto job = command.FindJob(line.job);
    return job ? command.Watch(job->value("id", "")) : command.Fail(job.error());
  });
  add("failures", "List what failed, and why",
      [&line](Command& command) { return RunFailures(command, line.job); });
  add("coverage", "Show the calendar of what is there",
      [&line](Command& command) { return RunCoverage(command, line.job); });
  for (const auto& [name, help] :
       {std::pair{"cancel", "Stop a job for good; what came in stays"},
        std::pair{"pause", "Stop a job for now"}, std::pair{"resume", "Go on with a paused job"}}) {
    add(name, help, [&line, name](Command& command) { return RunAction(command, line.job, name); });
  }
}

void AddTheRest(CLI::App& app, CommandLine& line) {
  CLI::App* exporting =
      AddClient(app, line, "export", "Write a job's records",
                [&line](Command& command) { return RunExport(command, line.export_options); });
  line.export_options.job = "latest";
  exporting->add_option("job", line.export_options.job,
                        "The job: its id, the beginning of it, or \"latest\"");
  exporting->add_option("--format", line.export_options.format, "ndjson")
      ->check(CLI::IsMember({"ndjson"}))
      ->capture_default_str();
  exporting->add_option("-o,--output", line.export_options.output,
                        "A file (default: standard output)");
  AddClient(app, line, "notifications", "Show the inbox", RunNotifications);

  CLI::App* demo =
      app.add_subcommand("demo", "Show a whole import against coldpath-sandbox, on this machine");
  demo->add_flag("--once", line.demo.once, "End afterwards; the last line is a summary as JSON");
  demo->add_option("--years", line.demo.years, "Years of history")
      ->check(CLI::Range(1, 10))
      ->capture_default_str();
  demo->add_option("--sandbox", line.demo.sandbox_binary,
                   "The coldpath-sandbox program (default: beside this one)");
  demo->callback([&line] { line.chosen = [&line] { return RunDemo(line.global, line.demo); }; });
}

void AddCost(CLI::App& app, CommandLine& line) {
  CLI::App* cost = AddClient(app, line, "cost", "Say what a job costs on AWS",
                             [&line](Command& command) { return RunCost(command, line.cost); });
  cost->add_option("job", line.cost.job,
                   "A job that ran: its id, the beginning of it, or \"latest\" (default: a plan)");
  cost->add_option("--provider", line.cost.provider, "Whose plan: google-health, oura")
      ->capture_default_str();
  CLI::Option* last =
      cost->add_option("--last", line.cost.range.last, "A span that ends today: 30d, 12m, 10y")
          ->capture_default_str();
  cost->add_option("--from", line.cost.range.from, "The first day, 2024-05-01")->excludes(last);
  cost->add_option("--to", line.cost.range.to, "The day after the last (default: tomorrow)");
  cost->add_option("--types", line.cost.types, "Data types, with commas between (default: all)")
      ->delimiter(',');
  cost->add_option("--vcpu", line.cost.vcpu, "A worker's share of a processor")
      ->check(CLI::Range(0.25, 16.0))
      ->capture_default_str();
  cost->add_option("--memory", line.cost.memory_gb, "A worker's memory in GB")
      ->check(CLI::Range(0.5, 120.0))
      ->capture_default_str();
  cost->add_flag("--x86", line.cost.x86, "Not on ARM");
  cost->add_option("--tries", line.cost.tries, "Workers that each chunk takes")
      ->check(CLI::Range(1, 16))
      ->capture_default_str();
  cost->add_flag("--variants", line.cost.variants, "A table of ways to run a year instead");
}

void AddCapacity(CLI::App& app, CommandLine& line) {
  CLI::App* capacity =
      AddClient(app, line, "capacity", "Simulate many jobs at once under AWS's quotas",
                [&line](Command& command) { return RunCapacity(command, line.capacity); });
  capacity->add_option("--provider", line.capacity.provider, "google-health, oura")
      ->capture_default_str();
  capacity->add_option("--last", line.capacity.last, "What each job imports: 30d, 12m, 10y")
      ->capture_default_str();
  capacity
      ->add_option("--chunks", line.capacity.chunks,
                   "Instead: so many chunks of one call for each job")
      ->check(CLI::Range(1, 100'000));
  capacity->add_option("--jobs", line.capacity.jobs, "Numbers of jobs, with commas between")
      ->delimiter(',')
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  capacity->add_option("--concurrency", line.capacity.concurrency, "Chunks at a time of a job")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  capacity
      ->add_option("--launches", line.capacity.launches_per_minute,
                   "Workers that are let start in a minute (default: any)")
      ->check(CLI::Range(1, 1'000'000));
  capacity
      ->add_option("--within", line.capacity.within_seconds,
                   "Seconds over which the starts are spread")
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
}

void AddAws(CLI::App& app, CommandLine& line) {
  app.add_subcommand("lambda", "Serve one function on AWS Lambda")->callback([&line] {
    line.chosen = RunLambda;
  });
  app.add_subcommand("chunk-worker", "Fetch one chunk in a container on AWS Fargate")
      ->callback([&line] { line.chosen = RunChunkWorker; });
}

}  // namespace

int Run(int argc, char** argv) {
  if (argc == 1 && IsLambdaBootstrap(argv[0])) return RunLambda();
  CommandLine line;
  CLI::App app("Coldpath imports a person's whole history from a health provider, and proves it.",
               "coldpath");
  app.set_version_flag("--version", std::string("coldpath ") + app::kProgramVersion);
  app.require_subcommand(1);
  app.fallthrough();
  app.add_option("--server", line.global.target.server, "The service")
      ->envname("COLDPATH_SERVER")
      ->capture_default_str();
  app.add_option("--token", line.global.target.token, "Your token")->envname("COLDPATH_TOKEN");
  app.add_flag("--json", line.global.json, "Machine-readable output");
  app.add_flag("--no-color", line.global.no_color, "No colour on a terminal either");
  app.footer(
      "Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 no server, 4 the job ended "
      "incomplete, "
      "5 not signed in.");
  AddServe(app, line);
  AddToken(app, line);
  AddConnections(app, line);
  AddJobs(app, line);
  AddTheRest(app, line);
  AddCost(app, line);
  AddCapacity(app, line);
  AddAws(app, line);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    std::fprintf(stderr, "coldpath: %s (see `coldpath --help`)\n", error.what());
    return kUsage;
  }
  return line.chosen();
}

}  // namespace coldpath::cli
