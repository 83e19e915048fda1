// Service quotas of AWS Step Functions that the interpreter enforces ("Service quotas" in the
// Developer Guide).
#ifndef COLDPATH_ASL_LIMITS_H_
#define COLDPATH_ASL_LIMITS_H_

#include <cstddef>
#include <cstdint>

namespace coldpath::asl {

// UTF-8 bytes of an input, output or result as JSON text.
inline constexpr std::size_t kMaxPayloadBytes = 262144;
// Events in the history of one execution, its end included.
inline constexpr std::int64_t kMaxEvents = 25000;
inline constexpr std::size_t kMaxDefinitionBytes = 1u << 20;
// Iterations of an inline Map, child executions of a distributed one, that run at once.
inline constexpr std::int64_t kMaxInlineConcurrency = 40;
inline constexpr std::int64_t kMaxDistributedConcurrency = 10000;
inline constexpr std::size_t kMaxErrorBytes = 256;
inline constexpr std::size_t kMaxCauseBytes = 32768;

}  // namespace coldpath::asl

#endif  // COLDPATH_ASL_LIMITS_H_
