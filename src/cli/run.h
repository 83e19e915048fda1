// The command line: reads the arguments and runs the command that they name.
#ifndef COLDPATH_CLI_RUN_H_
#define COLDPATH_CLI_RUN_H_

namespace coldpath::cli {

// Returns the exit code (cli/exit_codes.h).
int Run(int argc, char** argv);

}  // namespace coldpath::cli

#endif  // COLDPATH_CLI_RUN_H_
