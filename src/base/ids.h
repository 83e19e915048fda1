// Identifiers: UUIDs (RFC 9562) in their lower-case text form.
#ifndef COLDPATH_BASE_IDS_H_
#define COLDPATH_BASE_IDS_H_

#include <string>
#include <string_view>

#include "base/random.h"
#include "base/time.h"

namespace coldpath::base {

// True for 8-4-4-4-12 hex digits of either case, any version and variant.
bool IsUuid(std::string_view text);
// The same UUID in lower case. REQUIRES: IsUuid(text).
std::string NormalizeUuid(std::string_view text);

// Version 7: starts with the time, so that rows made one after the other lie together.
std::string MakeUuidV7(Instant now, Random& random);
std::string MakeUuidV4(Random& random);
// Version 5: the same name in the same namespace always gives the same UUID. REQUIRES:
// IsUuid(name_space).
std::string MakeUuidV5(std::string_view name_space, std::string_view name);

// The namespace of every name-based UUID that Coldpath makes.
inline constexpr std::string_view kColdpathNamespace = "6f0d6f6c-6470-5061-8474-68636f6c6400";

}  // namespace coldpath::base

#endif  // COLDPATH_BASE_IDS_H_
