// A program started by ours, for the demonstration: its first line of output says where it listens.
#ifndef COLDPATH_CLI_CHILD_PROCESS_H_
#define COLDPATH_CLI_CHILD_PROCESS_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/result.h"

namespace coldpath::cli {

// Killed (SIGTERM, then waited for) when it goes out of scope, and by the kernel should we die
// first.
class ChildProcess {
 public:
  // Starts `arguments[0]` and waits for its first line on standard output. Standard error goes to
  // `error_log`. Error: child.failed (could not start, or ended without a line).
  static base::Result<ChildProcess> Start(const std::vector<std::string>& arguments,
                                          const std::string& error_log);
  ~ChildProcess();
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;

  const std::string& first_line() const { return first_line_; }
  pid_t pid() const { return pid_; }
  // Waits for the end and returns the exit code (128 + signal if it was killed).
  int Wait();

 private:
  ChildProcess(pid_t pid, int output, std::string first_line);
  pid_t pid_;
  int output_;
  std::string first_line_;
};

}  // namespace coldpath::cli

#endif  // COLDPATH_CLI_CHILD_PROCESS_H_
