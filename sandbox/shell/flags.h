// The command line of coldpath-sandbox.
#ifndef COLDPATH_SANDBOX_SHELL_FLAGS_H_
#define COLDPATH_SANDBOX_SHELL_FLAGS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sandbox/options.h"

namespace coldpath::sandbox {

struct ServeFlags {
  SandboxOptions sandbox;
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;
  bool help = false;
};
// `arguments` without the program's name. Error: flags.invalid, naming the flag.
base::Result<ServeFlags> ParseServeFlags(const std::vector<std::string>& arguments);

struct ApproveFlags {
  std::string url;
  std::string account = "demo";
  bool deny = false;
  std::vector<std::string> without_scopes;
  bool help = false;
};
// `arguments` behind the word "approve". Error: flags.invalid.
base::Result<ApproveFlags> ParseApproveFlags(const std::vector<std::string>& arguments);

std::string_view HelpText();

}  // namespace coldpath::sandbox

#endif  // COLDPATH_SANDBOX_SHELL_FLAGS_H_
