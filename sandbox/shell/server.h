// Puts a Sandbox behind HTTP and acts out its slow and cut answers.
#ifndef COLDPATH_SANDBOX_SHELL_SERVER_H_
#define COLDPATH_SANDBOX_SHELL_SERVER_H_

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/executor.h"
#include "base/http_handler.h"
#include "base/mutex.h"
#include "sandbox/sandbox.h"

namespace coldpath::sandbox {

// Thread-safe: one request at a time reaches the sandbox. `clock` and `executor` must outlive it.
class SandboxHandler final : public base::HttpHandler {
 public:
  SandboxHandler(const SandboxOptions& options, const base::Clock& clock, base::Executor& executor);

  // The controls under /sandbox/ are answered to the same machine alone; others get 403.
  void Handle(base::HttpRequest request, std::string peer,
              std::shared_ptr<base::HttpResponder> responder) override;

 private:
  void Answer(const base::HttpRequest& request,
              const std::shared_ptr<base::HttpResponder>& responder);

  const base::Clock& clock_;
  base::Executor& executor_;
  base::Mutex mutex_;
  Sandbox sandbox_ COLDPATH_GUARDED_BY(mutex_);
};

}  // namespace coldpath::sandbox

#endif  // COLDPATH_SANDBOX_SHELL_SERVER_H_
