// AWS Signature Version 4 in headers: proves to a service who sends a request. Pure. Follows "AWS
// Signature Version 4 for API requests" of the IAM User Guide and, for S3, "Authenticating
// Requests" of the S3 API Reference; checked against the cases that AWS publishes.
#ifndef COLDPATH_AWS_SIGNATURE_V4_H_
#define COLDPATH_AWS_SIGNATURE_V4_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/credentials.h"
#include "base/http.h"
#include "base/time.h"

namespace coldpath::aws {

using QueryParameters = std::vector<std::pair<std::string, std::string>>;

// A path for the wire: every byte that is neither unreserved (RFC 3986) nor a slash is
// percent-encoded.
std::string EncodePath(std::string_view path);
// Parameters for the wire, without the question mark: encoded, and in the signature's order, so
// that what is sent and what is signed cannot differ. "uploads" without a value is "uploads=".
std::string EncodeQuery(const QueryParameters& query);

struct SignableRequest {
  std::string method;
  std::string host;  // what the Host field will say: with the port unless it is the scheme's own
  std::string path;  // as on the wire
  QueryParameters query;  // not encoded
  // Everything that will be sent beside it. Fields that proxies may change (Connection, User-Agent,
  // Accept-Encoding...) are left out of the signature.
  base::HttpHeaders headers;
  std::string payload_sha256;  // of the body, in hex
};

struct SigningScope {
  std::string region;
  std::string service;
  base::Instant time;
};

// Names in lower case, each once, values trimmed, in the order of the signature. S3's path is taken
// as it is; that of other services is normalised and encoded a second time.
std::string CanonicalRequest(const SignableRequest& request, const SigningScope& scope,
                             const Credentials& credentials);

// The fields to add to the request: X-Amz-Date, X-Amz-Security-Token if the credentials have one,
// X-Amz-Content-Sha256 for S3, Authorization. `request.headers` must hold none of them.
base::HttpHeaders SignatureHeaders(const SignableRequest& request, const SigningScope& scope,
                                   const Credentials& credentials);

}  // namespace coldpath::aws

#endif  // COLDPATH_AWS_SIGNATURE_V4_H_
