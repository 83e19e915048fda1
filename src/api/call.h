// One request on its way through the API, and the helpers that read its parts strictly.
#ifndef COLDPATH_API_CALL_H_
#define COLDPATH_API_CALL_H_

#include <expected>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/authenticator.h"
#include "api/problem.h"
#include "base/http_handler.h"
#include "service/context.h"

namespace coldpath::api {

template <typename T>
using Checked = std::expected<T, Problem>;

inline Problem AsProblem(Problem problem) { return problem; }
inline Problem AsProblem(const base::Error& error) { return ProblemOf(error); }

// As COLDPATH_ASSIGN_OR_RETURN, for Result and Checked in functions that return a Checked.
#define COLDPATH_API_ASSIGN(declaration, expression)                             \
  auto COLDPATH_CONCAT(coldpath_checked_, __LINE__) = (expression);              \
  if (!COLDPATH_CONCAT(coldpath_checked_, __LINE__)) {                           \
    return std::unexpected<::coldpath::api::Problem>(::coldpath::api::AsProblem( \
        std::move(COLDPATH_CONCAT(coldpath_checked_, __LINE__)).error()));       \
  }                                                                              \
  declaration = *std::move(COLDPATH_CONCAT(coldpath_checked_, __LINE__))
#define COLDPATH_API_CHECK(expression)                                      \
  do {                                                                      \
    if (auto coldpath_checked = (expression); !coldpath_checked) {          \
      return std::unexpected<::coldpath::api::Problem>(                     \
          ::coldpath::api::AsProblem(std::move(coldpath_checked).error())); \
    }                                                                       \
  } while (false)

struct Call {
  explicit Call(const service::Context& service_context) : context(service_context) {}

  const service::Context& context;
  base::HttpRequest request;
  base::Url url;
  std::string route;  // the pattern: "/v1/historical-syncs/{id}"
  std::string peer;
  std::vector<std::string> arguments;  // what the pattern's braces matched
  Caller caller;
  base::Json body = base::Json::object();
  std::shared_ptr<base::HttpResponder> responder;

  const std::string& user() const { return caller.user_id; }
};
using CallPtr = std::shared_ptr<Call>;

// Sends the answer, with the headers that all answers carry; counts and logs it.
void Answer(const Call& call, base::HttpResponse response);
void AnswerProblem(const Call& call, const Problem& problem);
// For streams: the head, counted and logged as an answer.
void AnswerStream(const Call& call, base::HttpResponse head);

base::HttpResponse JsonResponse(int status, const base::Json& body);

// ---- reading the query
Checked<void> CheckParameters(const Call& call, std::initializer_list<std::string_view> known);
// `fallback` if absent.
Checked<int> ReadLimit(const Call& call, int fallback, int max);
std::optional<std::string> Parameter(const Call& call, std::string_view name);

// ---- reading the body (Call::body, an object)
Checked<void> CheckMembers(const base::Json& body, std::initializer_list<std::string_view> known);
Checked<std::string> NeedString(const base::Json& body, std::string_view name);
// Empty if absent.
Checked<std::string> OptionalString(const base::Json& body, std::string_view name);
Checked<domain::Date> NeedDate(const base::Json& body, std::string_view name);
Checked<std::optional<int>> OptionalInteger(const base::Json& body, std::string_view name);
// An array of names of data types; empty if absent. An empty array is refused.
Checked<std::vector<domain::DataType>> OptionalTypes(const base::Json& body, std::string_view name);

Checked<domain::Date> ParseDateParameter(const Call& call, std::string_view name);
// `where` names the place in the request.
Checked<domain::DataType> ParseType(std::string_view name, std::string where);

}  // namespace coldpath::api

#endif  // COLDPATH_API_CALL_H_
