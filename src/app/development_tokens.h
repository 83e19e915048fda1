// Tokens for anybody, signed with the data folder's own key: for `coldpath token` and, in
// development mode, for people at a browser on this machine.
#ifndef COLDPATH_APP_DEVELOPMENT_TOKENS_H_
#define COLDPATH_APP_DEVELOPMENT_TOKENS_H_

#include <string>
#include <vector>

#include "base/crypto.h"
#include "base/result.h"
#include "base/time.h"

namespace coldpath::app {

struct DevelopmentTokenWish {
  std::string user;
  bool pro = false;
  std::vector<std::string> scopes;
  base::Duration lifetime{};
};

// Error: crypto.*.
base::Result<std::string> SignDevelopmentToken(const base::SigningKey& key,
                                               const DevelopmentTokenWish& wish, base::Instant now);

}  // namespace coldpath::app

#endif  // COLDPATH_APP_DEVELOPMENT_TOKENS_H_
