// A private key of ours in a file: what an installation makes for itself once and then keeps.
#ifndef COLDPATH_BASE_KEY_FILE_H_
#define COLDPATH_BASE_KEY_FILE_H_

#include <string>

#include "base/crypto.h"
#include "base/result.h"

namespace coldpath::base {

// Reads the PEM file at `path`, or makes it with a new P-256 key (mode 0600, on disk before this
// returns, its folder too). Safe when several processes do so at once: all get the key of the one
// that wins. Errors: config.unreadable, crypto.malformed.
Result<SigningKeyPtr> LoadOrMakeEs256Key(const std::string& path);

}  // namespace coldpath::base

#endif  // COLDPATH_BASE_KEY_FILE_H_
