// Calls to AWS services: signed (signature_v4.h), retried with full jitter, the clock corrected by
// what the server says. Every adapter in this folder goes through it.
#ifndef COLDPATH_AWS_AWS_CLIENT_H_
#define COLDPATH_AWS_AWS_CLIENT_H_

#include <expected>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/credentials.h"
#include "base/clock.h"
#include "base/http.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mutex.h"
#include "base/random.h"

namespace coldpath::aws {

struct AwsSettings {
  std::string region;
  // By service ("dynamodb", "states", "s3", "sns", "events", "kms", "ecs"): another endpoint than
  // AWS's own, such as an emulator's. "*" stands for every service that has none of its own.
  std::map<std::string, std::string> endpoints;
  int most_tries = 5;  // of one call, the first included
};

// What outlives the client. `wait` blocks the calling thread between two tries.
struct AwsPorts {
  base::HttpClient& http;
  const base::Clock& clock;
  base::Random& random;
  base::Log& log;
  std::function<void(base::Duration)> wait;
};

// What a service answered instead of a result, or why it could not be asked.
struct AwsError {
  // The service's own name for it without namespace ("ConditionalCheckFailedException",
  // "NoSuchKey"), "aws.http_404" where it gave none; "aws.unreachable" if no answer came,
  // "aws.no_credentials" if there was nothing to sign with, "aws.malformed" if the answer could not
  // be read, "aws.too_large" if it exceeds the HTTP client's bound.
  std::string name;
  std::string message;  // at most 1 KiB
  int status = 0;       // HTTP; 0 without an answer
  base::Json body;      // of the JSON protocols; null otherwise
};

template <typename T>
using AwsResult = std::expected<T, AwsError>;

// "ResourceNotFoundException: Requested resource not found (HTTP 400)": the message of the port's
// own error.
std::string Describe(const AwsError& error);

// One HTTP exchange with a service.
struct AwsRequest {
  std::string service;  // also the signature's service name
  std::string method = "GET";
  // Goes before the endpoint's host: "bucket." for S3's virtual-hosted addresses.
  std::string host_prefix;
  std::string path = "/";                                  // not percent-encoded
  std::vector<std::pair<std::string, std::string>> query;  // not percent-encoded
  base::HttpHeaders headers;  // besides Host, X-Amz-Date, Authorization and the like
  std::string body;
  base::Duration timeout = std::chrono::seconds(30);
  // False where arriving twice would be worse than not at all: when no answer comes, the service
  // may have acted on the request.
  bool retry_unanswered = true;
};

// Thread-safe. Calls block the calling thread, which must not be the one that drives the
// HttpClient. Retried are: no answer, 500, 502 to 504, 429, and the error names that AWS's SDKs
// hold for throttling or transient; with expired credentials or a clock that is off, once more
// after mending that. A call that is retried may have been carried out before: callers make it
// idempotent.
class AwsClient {
 public:
  AwsClient(AwsPorts ports, AwsSettings settings, CredentialSource& credentials);

  // Any 2xx, and 304, is a response; everything else an error. The error's name comes from the body
  // (JSON "__type"/"code", XML <Code>) or the header x-amzn-ErrorType.
  AwsResult<base::HttpResponse> Send(const AwsRequest& request);
  // AWS JSON protocol 1.0 or 1.1: POST / with X-Amz-Target. `target` is
  // "DynamoDB_20120810.PutItem", "AWSStepFunctions.StartExecution", "TrentService.Decrypt",
  // "AWSEvents.PutEvents"...
  AwsResult<base::Json> CallJson(const std::string& service, const std::string& target,
                                 const base::Json& body);
  // AWS query protocol (SNS, CloudFormation, EC2...): POST / of a form with Action and Version,
  // which the caller gives among `fields`. The answer's body is XML (xml_reader.h).
  AwsResult<base::HttpResponse> CallQuery(const std::string& service,
                                          const base::FormFields& fields);

  const AwsSettings& settings() const { return settings_; }
  // "https://dynamodb.eu-central-1.amazonaws.com", or the settings' own. Without a slash at its
  // end.
  std::string Endpoint(const std::string& service) const;
  // Whether the settings name an endpoint for the service.
  bool HasOwnEndpoint(const std::string& service) const;

 private:
  base::Result<base::HttpResponse> Exchange(const AwsRequest& request,
                                            const Credentials& credentials);
  base::Instant Now() const;
  bool CorrectClock(const AwsError& error, const base::HttpResponse& response);

  const AwsPorts ports_;
  const AwsSettings settings_;
  CredentialSource& credentials_;
  mutable base::Mutex mutex_;
  base::Duration clock_offset_ COLDPATH_GUARDED_BY(mutex_){};  // AWS's clock less ours
};

}  // namespace coldpath::aws

#endif  // COLDPATH_AWS_AWS_CLIENT_H_
