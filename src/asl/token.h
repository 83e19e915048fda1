// Task tokens: text that says which task it belongs to and that nobody can guess.
#ifndef COLDPATH_ASL_TOKEN_H_
#define COLDPATH_ASL_TOKEN_H_

#include <string>
#include <string_view>

#include "asl/frame.h"
#include "base/result.h"

namespace coldpath::asl {

// True for tasks whose definition may hand out the token ($$.Task.Token): somebody else ends them
// by SendTaskSuccess or SendTaskFailure.
bool NeedsToken(const Resource& resource);

// True for tasks whose first answer says only that the request was accepted, and for activities:
// what became of them is reported later, under a token. Beside those that need one, .sync tasks,
// whose token the invoker alone sees.
bool EndsByReport(const Resource& resource);

// The token of the attempt that `frame` is making. Its secret part comes from the attempt's seed,
// so it needs no place of its own in what is stored.
std::string MakeToken(const ExecutionTree& tree, const Frame& frame);

struct TokenParts {
  std::string execution_arn;
  FrameId frame = 0;
  std::string secret;
};
// Error: asl.invalid_token.
base::Result<TokenParts> ReadToken(std::string_view token);

}  // namespace coldpath::asl

#endif  // COLDPATH_ASL_TOKEN_H_
