// Changes inputs in ways that find mistakes: bytes, and for JSON whole values, so that mappings are
// reached and not only the parser.
#ifndef COLDPATH_FUZZ_MUTATE_H_
#define COLDPATH_FUZZ_MUTATE_H_

#include <string>
#include <string_view>

#include "base/random.h"

namespace coldpath::fuzz {

// One to a few changes. Repeats from the random's seed.
std::string Mutate(std::string_view text, base::Random& random);
// The same by values, if the text is JSON; empty if it is not.
std::string MutateJson(std::string_view text, base::Random& random);

}  // namespace coldpath::fuzz

#endif  // COLDPATH_FUZZ_MUTATE_H_
