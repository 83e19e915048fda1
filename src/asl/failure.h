// How a state fails.
#ifndef COLDPATH_ASL_FAILURE_H_
#define COLDPATH_ASL_FAILURE_H_

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace coldpath::asl {

// Error names that the specification reserves ("Errors", appendix A), and AWS's additions.
inline constexpr std::string_view kErrorAll = "States.ALL";
inline constexpr std::string_view kErrorTimeout = "States.Timeout";
inline constexpr std::string_view kErrorHeartbeatTimeout = "States.HeartbeatTimeout";
inline constexpr std::string_view kErrorTaskFailed = "States.TaskFailed";
inline constexpr std::string_view kErrorRuntime = "States.Runtime";
inline constexpr std::string_view kErrorDataLimit = "States.DataLimitExceeded";
inline constexpr std::string_view kErrorIntrinsic = "States.IntrinsicFailure";
inline constexpr std::string_view kErrorNoChoice = "States.NoChoiceMatched";
inline constexpr std::string_view kErrorResultPath = "States.ResultPathMatchFailure";
inline constexpr std::string_view kErrorTolerance = "States.ExceedToleratedFailureThreshold";
inline constexpr std::string_view kErrorItemReader = "States.ItemReaderFailed";
inline constexpr std::string_view kErrorResultWriter = "States.ResultWriterFailed";

struct Failure {
  std::optional<std::string> error;
  std::optional<std::string> cause;
  // A worker may give States.Timeout itself; only a missed heartbeat also answers to
  // States.HeartbeatTimeout.
  bool heartbeat = false;
  // The cause does not yet say in which state it happened: "An error occurred while executing the
  // state ...".
  bool names_no_state = false;
};

// What the evaluation of a field gives: its value, or why the state fails.
template <typename T>
using Evaluated = std::expected<T, Failure>;

// A failure of the interpreter itself, with the cause as AWS words it behind the name of the state.
inline std::unexpected<Failure> FailState(std::string_view error, std::string cause) {
  return std::unexpected<Failure>(Failure{std::string(error), std::move(cause), false, true});
}

}  // namespace coldpath::asl

#endif  // COLDPATH_ASL_FAILURE_H_
