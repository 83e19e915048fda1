// The commands, one function each. main_commands.cc gives them their options; docs/cli.md describes
// them for users.
#ifndef COLDPATH_CLI_COMMANDS_H_
#define COLDPATH_CLI_COMMANDS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/config.h"
#include "cli/command.h"

namespace coldpath::cli {

// What a person may say about the range: both dates, or a span that ends today, or nothing
// (everything).
struct RangeOptions {
  std::string from;
  std::string to;    // exclusive
  std::string last;  // "30d", "6m", "10y"
};
// The range as the API wants it. Errors (kUsage): a malformed date or span, a date beside a span.
CommandResult<base::Json> RangeBody(const RangeOptions& range, base::Instant now);

struct SyncOptions {
  std::string connection;
  RangeOptions range;
  std::vector<std::string> types;
  std::optional<int> concurrency;
  std::string key;      // Idempotency-Key; empty: a new one
  bool detach = false;  // do not watch
};

struct ConnectOptions {
  std::string provider;
  bool wait = true;
};

struct TokenOptions {
  std::string data_folder;
  std::string user;
  bool pro = false;
  int days = 30;
  bool on_behalf = false;  // the token of a backend that names its user by header
};

struct ExportOptions {
  std::string job;
  std::string format = "ndjson";
  std::string output;  // empty: standard output
};

ExitCode RunServe(const app::ServeConfig& config);
// A signed token. Errors: the key cannot be read or made.
CommandResult<std::string> MakeDevelopmentToken(const TokenOptions& options);
ExitCode RunToken(const GlobalOptions& global, const TokenOptions& options);
ExitCode RunConnect(Command& command, const ConnectOptions& options);
ExitCode RunConnections(Command& command);
// `data`: "keep", or "delete" for all that the connection brought.
ExitCode RunDisconnect(Command& command, const std::string& connection, const std::string& data);
ExitCode RunEstimate(Command& command, const SyncOptions& options);
ExitCode RunStart(Command& command, const SyncOptions& options);
ExitCode RunStatus(Command& command, const std::string& job);
ExitCode RunFailures(Command& command, const std::string& job);
ExitCode RunRetry(Command& command, const std::string& job, const std::string& key, bool detach);
// `action` is "cancel", "pause" or "resume".
ExitCode RunAction(Command& command, const std::string& job, const std::string& action);
ExitCode RunCoverage(Command& command, const std::string& job);
ExitCode RunExport(Command& command, const ExportOptions& options);
ExitCode RunNotifications(Command& command);

// A job's cost on AWS: of one that ran (`job`), else of the plan that a provider's connector makes.
struct CostOptions {
  std::string job;
  std::string provider = "google-health";
  RangeOptions range{.last = "1y"};
  std::vector<std::string> types;
  double vcpu = 0.25;
  double memory_gb = 0.5;
  bool x86 = false;
  std::int64_t tries = 1;  // workers per chunk
  bool variants = false;   // the table of docs/aws/cost.md instead
};
ExitCode RunCost(Command& command, const CostOptions& options);

// Many jobs at once on AWS, simulated: the tables of docs/aws/limits.md.
struct CapacityOptions {
  std::string provider = "google-health";
  std::string last = "1y";
  int chunks = 0;  // of each job, of one call each; 0: as the connector plans `last`
  std::vector<int> jobs{100, 1000};
  int concurrency = 10;
  double within_seconds = 0;    // the starts are spread over so long
  int launches_per_minute = 0;  // that AdmitChunk lets through; 0: any
};
ExitCode RunCapacity(Command& command, const CapacityOptions& options);

struct DemoOptions {
  bool once = false;
  std::string sandbox_binary;  // beside our own binary if empty
  int years = 10;
};
ExitCode RunDemo(const GlobalOptions& global, const DemoOptions& options);

}  // namespace coldpath::cli

#endif  // COLDPATH_CLI_COMMANDS_H_
