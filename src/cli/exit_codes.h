// The exit codes of every command; docs/cli.md lists them for users.
#ifndef COLDPATH_CLI_EXIT_CODES_H_
#define COLDPATH_CLI_EXIT_CODES_H_

namespace coldpath::cli {

enum ExitCode : int {
  kOk = 0,
  kRefused = 1,      // the server refused or could not do it; the message says why
  kUsage = 2,        // the command line or a file it names is wrong; nothing was done
  kUnreachable = 3,  // no server answered
  kIncomplete = 4,   // the job that was watched ended, but not complete
  kSignIn = 5,       // no token, or the server does not accept it
};

}  // namespace coldpath::cli

#endif  // COLDPATH_CLI_EXIT_CODES_H_
