// Plays the person's browser at a consent page of the sandbox.
#ifndef COLDPATH_SANDBOX_SHELL_APPROVE_H_
#define COLDPATH_SANDBOX_SHELL_APPROVE_H_

#include <functional>
#include <string>

#include "base/http.h"
#include "base/result.h"
#include "sandbox/shell/flags.h"

namespace coldpath::sandbox {

using Send = std::function<base::Result<base::HttpResponse>(base::HttpRequest)>;

// What a browser would show at the end.
struct Approved {
  int status = 0;
  std::string url;  // without its query, which holds the code
  std::string body;
};

// Opens flags.url, answers the form, follows redirects. Errors: approve.page (the page is not a
// consent page), approve.redirect (the sandbox did not send the browser on, or redirects do not
// end), and those of `send`.
base::Result<Approved> Approve(const ApproveFlags& flags, const Send& send);

// The fields of the page's form as a browser would send them: inputs that are hidden, text or
// checked boxes.
base::FormFields ReadForm(std::string_view html);

}  // namespace coldpath::sandbox

#endif  // COLDPATH_SANDBOX_SHELL_APPROVE_H_
