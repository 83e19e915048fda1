// What every command shares: options, output, and how a connection or a job is named on the command
// line.
#ifndef COLDPATH_CLI_COMMAND_H_
#define COLDPATH_CLI_COMMAND_H_

#include <string>

#include "cli/api_client.h"
#include "cli/job_text.h"
#include "cli/terminal.h"

namespace coldpath::cli {

struct GlobalOptions {
  ApiTarget target;
  bool json =
      false;  // machine-readable output: one JSON document (or object a line) on standard output
  bool no_color = false;
  bool quiet = false;
};

// One run of a command.
class Command {
 public:
  explicit Command(GlobalOptions options);

  const Terminal& terminal() const { return terminal_; }
  const GlobalOptions& options() const { return options_; }
  ApiClient& api() { return api_; }

  // Standard output; `json` alone where --json was given, `text` alone elsewhere.
  void Print(const base::Json& json, const std::string& text) const;
  // "coldpath: message" on standard error (with --json also the problem on standard output), and
  // the exit code.
  ExitCode Fail(const CommandError& error) const;

  // A job by its id, by the beginning of its id, or the newest one ("latest").
  CommandResult<base::Json> FindJob(const std::string& name);
  // A connection by its id or its provider's id.
  CommandResult<base::Json> FindConnection(const std::string& name);

  // Shows a job's progress until it ends or pauses; then its summary. kIncomplete unless it ended
  // complete.
  ExitCode Watch(const std::string& job_id);

 private:
  GlobalOptions options_;
  Terminal terminal_;
  ApiClient api_;
};

// A new Idempotency-Key.
std::string NewKey();

}  // namespace coldpath::cli

#endif  // COLDPATH_CLI_COMMAND_H_
