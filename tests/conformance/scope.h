// Which cases are asked of this engine, and why the others are not.
#ifndef COLDPATH_TESTS_CONFORMANCE_SCOPE_H_
#define COLDPATH_TESTS_CONFORMANCE_SCOPE_H_

#include <optional>
#include <string>

#include "base/json.h"

namespace coldpath::conformance {

// Why the case is not asked; nothing if it is.
std::optional<std::string> NotAsked(const base::Json& recorded);

}  // namespace coldpath::conformance

#endif  // COLDPATH_TESTS_CONFORMANCE_SCOPE_H_
