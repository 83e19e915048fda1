// The key with which `coldpath token` signs and `coldpath serve --development` verifies: a file in
// the data folder.
#ifndef COLDPATH_APP_DEVELOPMENT_KEY_H_
#define COLDPATH_APP_DEVELOPMENT_KEY_H_

#include <string>

#include "base/crypto.h"
#include "base/result.h"

namespace coldpath::app {

inline constexpr std::string_view kDevelopmentIssuer = "coldpath-development";

// Reads <folder>/development-key.pem, or makes it (mode 0600). Safe when two processes do so at
// once: one of them wins. Errors: config.unreadable, crypto.malformed.
base::Result<base::SigningKeyPtr> DevelopmentKey(const std::string& data_folder);

}  // namespace coldpath::app

#endif  // COLDPATH_APP_DEVELOPMENT_KEY_H_
