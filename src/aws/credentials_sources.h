// The places where a machine keeps its AWS keys. Each is asked in its turn by CredentialChain.
#ifndef COLDPATH_AWS_CREDENTIALS_SOURCES_H_
#define COLDPATH_AWS_CREDENTIALS_SOURCES_H_

#include <functional>
#include <string>
#include <vector>

#include "aws/credentials.h"
#include "aws/environment.h"
#include "base/http.h"

namespace coldpath::aws {

// One place. Look may block. Errors: aws.not_configured if the place does not apply to this machine
// (the next is asked), aws.no_credentials if it applies and gives no keys (which ends the search:
// falling back to somebody else's keys would be worse).
struct CredentialPlace {
  std::string name;
  std::function<base::Result<Credentials>()> look;
};

// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN: what Lambda sets.
CredentialPlace EnvironmentPlace(Environment environment);
// A profile (AWS_PROFILE, or "default") of AWS_SHARED_CREDENTIALS_FILE, or of
// $HOME/.aws/credentials. Only keys: profiles that name a role or a program are refused.
CredentialPlace ProfilePlace(Environment environment);
// The endpoint that ECS gives a task: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or ..._FULL_URI with
// AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE (read each time) or AWS_CONTAINER_AUTHORIZATION_TOKEN. A
// full address is https, or one of AWS's link-local hosts, or loopback: keys come from nowhere
// else. Three tries of two seconds.
CredentialPlace ContainerPlace(Environment environment, base::HttpClient& http);
// The metadata service of an EC2 instance, version 2 (with a token). Nothing if it does not answer
// within a second, or AWS_EC2_METADATA_DISABLED is "true".
CredentialPlace InstancePlace(Environment environment, base::HttpClient& http);

// All of them, in the order in which AWS's SDKs ask. `http` must outlive the places.
std::vector<CredentialPlace> CredentialPlaces(const Environment& environment,
                                              base::HttpClient& http);

}  // namespace coldpath::aws

#endif  // COLDPATH_AWS_CREDENTIALS_SOURCES_H_
