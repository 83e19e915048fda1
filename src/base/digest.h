// Digests by name, for what is not a matter of security (a workflow's States.Hash); crypto.h has
// those that are.
#ifndef COLDPATH_BASE_DIGEST_H_
#define COLDPATH_BASE_DIGEST_H_

#include <optional>
#include <string>
#include <string_view>

namespace coldpath::base {

// Lower-case hex digits of "MD5", "SHA-1", "SHA-256", "SHA-384" or "SHA-512"; nothing for any other
// name.
std::optional<std::string> DigestHex(std::string_view algorithm, std::string_view bytes);

}  // namespace coldpath::base

#endif  // COLDPATH_BASE_DIGEST_H_
