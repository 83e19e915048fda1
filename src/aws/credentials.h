// Who we are to AWS: keys, and where they come from.
#ifndef COLDPATH_AWS_CREDENTIALS_H_
#define COLDPATH_AWS_CREDENTIALS_H_

#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"

namespace coldpath::aws {

struct Credentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;             // empty for long-lived keys
  std::optional<base::Instant> expires;  // absent: never
};

// Port: the credentials of this moment. Thread-safe; may block for a call to the metadata endpoint.
// Errors: aws.no_credentials, naming every place that was looked at and what was missing there.
class CredentialSource {
 public:
  virtual ~CredentialSource() = default;
  virtual base::Result<Credentials> Get() = 0;
  // AWS said that these have expired or are unknown: the next Get fetches anew where it can.
  virtual void Refuse(const Credentials& refused) = 0;
};

}  // namespace coldpath::aws

#endif  // COLDPATH_AWS_CREDENTIALS_H_
