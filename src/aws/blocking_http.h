// One HTTP exchange for a caller that has nothing else to do meanwhile.
#ifndef COLDPATH_AWS_BLOCKING_HTTP_H_
#define COLDPATH_AWS_BLOCKING_HTTP_H_

#include "base/http.h"

namespace coldpath::aws {

// Sends and waits for the answer. Blocks the calling thread, which must not be one that the client
// needs to make progress. A client that drops the completion has answered http.stopped.
base::Result<base::HttpResponse> SendAndWait(base::HttpClient& client, base::HttpRequest request);

}  // namespace coldpath::aws

#endif  // COLDPATH_AWS_BLOCKING_HTTP_H_
