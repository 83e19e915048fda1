// The command line's side of the HTTP API: sends a request, turns problem details (RFC 9457) into
// one line.
#ifndef COLDPATH_CLI_API_CLIENT_H_
#define COLDPATH_CLI_API_CLIENT_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/http.h"
#include "base/json.h"
#include "base/thread_pool.h"
#include "cli/exit_codes.h"

namespace coldpath::cli {

// What a command ended with, if not with success.
struct CommandError {
  ExitCode exit = kRefused;
  std::string message;  // one line
  base::Json problem;   // the server's problem details, or null
};
template <typename T>
using CommandResult = std::expected<T, CommandError>;

struct ApiTarget {
  std::string server = "http://127.0.0.1:8080";  // COLDPATH_SERVER
  std::string token;                             // COLDPATH_TOKEN
};

// The path of `Link: <path>; rel="next"` (RFC 8288), if there is one.
std::optional<std::string> NextPage(const base::HttpResponse& response);

class ApiClient {
 public:
  explicit ApiClient(ApiTarget target);
  ~ApiClient();

  struct Call {
    std::string method = "GET";
    std::string path;  // with query
    std::optional<base::Json> body;
    std::string idempotency_key;
  };
  // The JSON body of a 2xx answer (null if it has none).
  CommandResult<base::Json> Send(const Call& call);
  // A 2xx answer as it is, for exports.
  CommandResult<base::HttpResponse> SendRaw(const Call& call);
  CommandResult<base::Json> Get(const std::string& path) { return Send({.path = path}); }

  // Follows a job's events until one says that it ended, `on_event` returns false, or the server
  // ends for good; a stream that breaks is taken up again where it was. `on_event` gets the event's
  // type and data.
  CommandResult<void> Follow(
      const std::string& path,
      const std::function<bool(const std::string&, const base::Json&)>& on_event);

  const ApiTarget& target() const { return target_; }

 private:
  base::HttpRequest Request(const Call& call) const;

  ApiTarget target_;
  std::unique_ptr<base::Clock> clock_;
  std::unique_ptr<base::ThreadPool> pool_;
  std::unique_ptr<base::HttpClient> http_;
};

}  // namespace coldpath::cli

#endif  // COLDPATH_CLI_API_CLIENT_H_
