// The eighteen functions on values. For intrinsic.cc.
#ifndef COLDPATH_ASL_INTRINSIC_FUNCTIONS_H_
#define COLDPATH_ASL_INTRINSIC_FUNCTIONS_H_

#include <expected>
#include <string>
#include <vector>

#include "asl/intrinsic.h"
#include "base/json.h"
#include "base/random.h"

namespace coldpath::asl {

// The error is a sentence for the cause. `holes` are the places of "{}" in the first argument of
// Format, if it was a literal.
std::expected<base::Json, std::string> CallFunction(Function function,
                                                    std::vector<base::Json> arguments,
                                                    const std::vector<std::size_t>* holes,
                                                    base::Random& random);

}  // namespace coldpath::asl

#endif  // COLDPATH_ASL_INTRINSIC_FUNCTIONS_H_
