// Result<T>: a value, or the Error that says why there is none.
//
// Functions that can fail in ways a caller must handle return a Result. Exceptions are for what
// cannot be handled (out of memory, a broken invariant); they are caught once per task and once per
// request.
#ifndef COLDPATH_BASE_RESULT_H_
#define COLDPATH_BASE_RESULT_H_

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace coldpath::base {

// What went wrong, in a form that a program can switch on and a person can act on.
struct Error {
  // Stable and dotted, e.g. "json.too_deep", "store.conflict". Tests and callers compare it; never
  // a sentence.
  std::string code;
  // One sentence for a person: what is wrong, with the value and place, and what to do where that
  // is not obvious. Holds no personal data and no secret.
  std::string message;

  friend bool operator==(const Error&, const Error&) = default;
};

template <typename T>
using Result = std::expected<T, Error>;

// Success without a value.
using Status = Result<void>;

[[nodiscard]] inline std::unexpected<Error> Fail(std::string code, std::string message) {
  return std::unexpected<Error>(Error{std::move(code), std::move(message)});
}

[[nodiscard]] inline std::unexpected<Error> Fail(Error error) {
  return std::unexpected<Error>(std::move(error));
}

}  // namespace coldpath::base

// Leaves the enclosing function with the error of `expression`, a Status or Result, if it holds
// one.
#define COLDPATH_RETURN_IF_ERROR(expression)                                               \
  do {                                                                                     \
    if (auto coldpath_status = (expression); !coldpath_status) {                           \
      return std::unexpected<::coldpath::base::Error>(std::move(coldpath_status).error()); \
    }                                                                                      \
  } while (false)

#define COLDPATH_CONCAT_INNER(a, b) a##b
#define COLDPATH_CONCAT(a, b) COLDPATH_CONCAT_INNER(a, b)

// Declares `declaration` with the value of `expression`, or leaves the enclosing function with its
// error:
//   COLDPATH_ASSIGN_OR_RETURN(const Json json, ParseJson(text));
#define COLDPATH_ASSIGN_OR_RETURN(declaration, expression)               \
  auto COLDPATH_CONCAT(coldpath_result_, __LINE__) = (expression);       \
  if (!COLDPATH_CONCAT(coldpath_result_, __LINE__)) {                    \
    return std::unexpected<::coldpath::base::Error>(                     \
        std::move(COLDPATH_CONCAT(coldpath_result_, __LINE__)).error()); \
  }                                                                      \
  declaration = *std::move(COLDPATH_CONCAT(coldpath_result_, __LINE__))

#endif  // COLDPATH_BASE_RESULT_H_
