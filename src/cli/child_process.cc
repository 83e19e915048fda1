#include "cli/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace coldpath::cli {
namespace {

[[noreturn]] void RunInChild(const std::vector<std::string>& arguments,
                             const std::string& error_log, int output) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  dup2(output, STDOUT_FILENO);
  const int log = open(error_log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (log >= 0) dup2(log, STDERR_FILENO);
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  execv(argv[0], argv.data());
  _exit(127);
}

std::string ReadLine(int descriptor) {
  std::string line;
  for (char c = 0; read(descriptor, &c, 1) == 1 && c != '\n';) line += c;
  return line;
}

}  // namespace

ChildProcess::ChildProcess(pid_t pid, int output, std::string first_line)
    : pid_(pid), output_(output), first_line_(std::move(first_line)) {}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      output_(std::exchange(other.output_, -1)),
      first_line_(std::move(other.first_line_)) {}

ChildProcess::~ChildProcess() {
  if (pid_ > 0) {
    kill(pid_, SIGTERM);
    Wait();
  }
  if (output_ >= 0) close(output_);
}

int ChildProcess::Wait() {
  if (pid_ <= 0) return 0;
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

base::Result<ChildProcess> ChildProcess::Start(const std::vector<std::string>& arguments,
                                               const std::string& error_log) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return base::Fail("child.failed", std::strerror(errno));
  const pid_t pid = fork();
  if (pid == 0) RunInChild(arguments, error_log, ends[1]);
  close(ends[1]);
  if (pid < 0) {
    close(ends[0]);
    return base::Fail("child.failed", std::strerror(errno));
  }
  std::string line = ReadLine(ends[0]);
  ChildProcess child(pid, ends[0], line);
  if (line.empty()) {
    const int code = child.Wait();
    return base::Fail("child.failed", arguments[0] + " ended with " + std::to_string(code) +
                                          "; its log: " + error_log);
  }
  return child;
}

}  // namespace coldpath::cli
