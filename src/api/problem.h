// Errors as RFC 9457 problem details. The `type` URIs are stable: clients switch on them.
#ifndef COLDPATH_API_PROBLEM_H_
#define COLDPATH_API_PROBLEM_H_

#include <optional>
#include <string>
#include <string_view>

#include "base/http.h"
#include "base/json.h"

namespace coldpath::api {

struct Problem {
  int status = 500;
  std::string code;                     // type is "urn:coldpath:problem:<code>"
  std::string detail;                   // a sentence: what is wrong and what to do
  std::string pointer = {};             // JSON pointer, or the parameter's name, of what is wrong
  base::Json extra = {};                // further members (an object), e.g. of an upsell
  std::optional<int> retry_after = {};  // seconds
};

// What Pro gives: the schema Upsell.
base::Json UpsellJson();

// `instance` is the path of the request.
base::HttpResponse ProblemResponse(const Problem& problem, std::string_view instance);

// What an error of a use case is to a client. Codes that are not in the table are answered 500
// without their message, which may name what clients have no business to know.
Problem ProblemOf(const base::Error& error);

}  // namespace coldpath::api

#endif  // COLDPATH_API_PROBLEM_H_
