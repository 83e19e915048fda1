// Launching an execution, and what a repeated Idempotency-Key is answered.
//
// The key's row is the first authority, the execution the second (an AWS account forgets execution
// names after 90 days; the row stays). Everything here may be done again after a crash.
#ifndef COLDPATH_SERVICE_LAUNCH_H_
#define COLDPATH_SERVICE_LAUNCH_H_

#include <string>

#include "service/context.h"

namespace coldpath::service {

// What 202 answers are made of: equal for every repetition of a request.
struct Accepted {
  std::string job_id;
};

// A request that carries an Idempotency-Key.
struct KeyedRequest {
  std::string user_id;
  std::string key;        // a UUID in lower case
  std::string route;      // method and path, with the ids in it
  std::string body_hash;  // SHA-256 (hex) of the canonical body
};

// Errors: sync.key_foreign (another person's key; reveals nothing), sync.key_reused (the same key
// for another route or body).
base::Status CheckSameRequest(const tasks::IdempotencyRow& row, const KeyedRequest& request);

// What the execution says about a key that is known: accepted if it runs or succeeded; launches it
// if it never was. Errors: sync.key_spent (it failed, timed out or was aborted).
base::Result<Accepted> AnswerKey(const Context& context, const tasks::IdempotencyRow& row);

// Starts the execution with the stored input and notes its ARN on the job. Idempotent. Errors:
// sync.key_spent, engine.*.
base::Status Launch(const Context& context, const std::string& user_id, const std::string& job_id,
                    const std::string& name, const std::string& input);

}  // namespace coldpath::service

#endif  // COLDPATH_SERVICE_LAUNCH_H_
