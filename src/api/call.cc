#include "api/call.h"

#include <algorithm>
#include <charconv>

namespace coldpath::api {
namespace {

std::unexpected<Problem> Invalid(std::string detail, std::string pointer) {
  return std::unexpected(Problem{400, "invalid-request", std::move(detail), std::move(pointer)});
}

std::string Pointer(std::string_view name) { return "/" + std::string(name); }

// Users appear in the log under a name that tells two of them apart and nobody's identity.
std::string Pseudonym(const std::string& user_id) {
  return user_id.empty() ? "" : base::Sha256Hex(user_id).substr(0, 16);
}

void Note(const Call& call, int status) {
  const std::string route = call.route.empty() ? "none" : call.route;
  call.context.metrics.Count("coldpath_http_requests_total",
                             {{"method", call.route.empty() ? "any" : call.request.method},
                              {"route", route},
                              {"status", std::to_string(status)}});
  if (call.caller.user_id.empty()) return;
  call.context.log.Info("api_request", {{"method", call.request.method},
                                        {"route", route},
                                        {"arguments", call.arguments},
                                        {"status", status},
                                        {"user", Pseudonym(call.caller.user_id)},
                                        {"on_behalf_by", Pseudonym(call.caller.actor)}});
}

void AddCommonHeaders(base::HttpResponse& response) {
  response.headers.Set("Cache-Control", "no-store");
  response.headers.Set("X-Content-Type-Options", "nosniff");
}

}  // namespace

void Answer(const Call& call, base::HttpResponse response) {
  Note(call, response.status);
  AddCommonHeaders(response);
  call.responder->Respond(std::move(response));
}

void AnswerProblem(const Call& call, const Problem& problem) {
  base::HttpResponse response = ProblemResponse(problem, call.url.path);
  if (problem.status == 401) {
    response.headers.Set("WWW-Authenticate",
                         problem.code.starts_with("webhook-") ? "StandardWebhooks"
                         : problem.code == "token-missing"    ? "Bearer"
                                                              : "Bearer error=\"invalid_token\"");
  }
  if (problem.code == "upsell") {
    call.context.metrics.Count("coldpath_upsell_answers_total", {});
  }
  Answer(call, std::move(response));
}

void AnswerStream(const Call& call, base::HttpResponse head) {
  Note(call, head.status);
  AddCommonHeaders(head);
  call.responder->StartStream(std::move(head));
}

base::HttpResponse JsonResponse(int status, const base::Json& body) {
  return {status, {{"Content-Type", "application/json"}}, base::DumpJson(body)};
}

Checked<void> CheckParameters(const Call& call, std::initializer_list<std::string_view> known) {
  for (const auto& [name, value] : call.url.query) {
    if (std::ranges::find(known, std::string_view(name)) == known.end()) {
      return Invalid("There is no parameter of this name here.", name);
    }
  }
  return {};
}

std::optional<std::string> Parameter(const Call& call, std::string_view name) {
  return call.url.FindParameter(name);
}

Checked<int> ReadLimit(const Call& call, int fallback, int max) {
  const auto text = Parameter(call, "limit");
  if (!text) return fallback;
  int value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size() || value < 1 || value > max) {
    return Invalid("limit must be a number from 1 to " + std::to_string(max) + ".", "limit");
  }
  return value;
}

Checked<void> CheckMembers(const base::Json& body, std::initializer_list<std::string_view> known) {
  for (const auto& [name, value] : body.items()) {
    if (std::ranges::find(known, std::string_view(name)) == known.end()) {
      return Invalid("The body has a member that is not known here.", Pointer(name));
    }
  }
  return {};
}

Checked<std::string> NeedString(const base::Json& body, std::string_view name) {
  const base::Json* member = base::FindMember(body, name);
  if (member == nullptr) return Invalid(std::string(name) + " is missing.", Pointer(name));
  if (!member->is_string() || member->get_ref<const std::string&>().empty()) {
    return Invalid(std::string(name) + " must be a text that is not empty.", Pointer(name));
  }
  return member->get<std::string>();
}

Checked<std::string> OptionalString(const base::Json& body, std::string_view name) {
  if (base::FindMember(body, name) == nullptr) return std::string();
  return NeedString(body, name);
}

Checked<domain::Date> NeedDate(const base::Json& body, std::string_view name) {
  COLDPATH_API_ASSIGN(const std::string text, NeedString(body, name));
  const auto date = base::ParseDate(text);
  if (!date) {
    return Invalid(std::string(name) + " must be a date such as 2024-05-01.", Pointer(name));
  }
  return *date;
}

Checked<std::optional<int>> OptionalInteger(const base::Json& body, std::string_view name) {
  const base::Json* member = base::FindMember(body, name);
  if (member == nullptr) return std::optional<int>();
  if (!member->is_number_integer() || *member < -1'000'000'000 || *member > 1'000'000'000) {
    return Invalid(std::string(name) + " must be a whole number.", Pointer(name));
  }
  return std::optional<int>(member->get<int>());
}

Checked<domain::DataType> ParseType(std::string_view name, std::string where) {
  if (const auto type = domain::FindDataType(name)) return *type;
  std::string known;
  for (const domain::DataTypeInfo& info : domain::AllDataTypes()) {
    known += (known.empty() ? "" : ", ") + std::string(info.name);
  }
  return std::unexpected(Problem{400, "unknown-type",
                                 "There is no such data type; there are: " + known + ".",
                                 std::move(where)});
}

Checked<std::vector<domain::DataType>> OptionalTypes(const base::Json& body,
                                                     std::string_view name) {
  std::vector<domain::DataType> types;
  const base::Json* member = base::FindMember(body, name);
  if (member == nullptr) return types;
  if (!member->is_array() || member->empty()) {
    return Invalid(std::string(name) +
                       " must be an array of data types that is not empty; leave "
                       "it out for all.",
                   Pointer(name));
  }
  for (std::size_t i = 0; i < member->size(); ++i) {
    const base::Json& one = (*member)[i];
    COLDPATH_API_ASSIGN(const domain::DataType type,
                        ParseType(one.is_string() ? one.get<std::string>() : "",
                                  Pointer(name) + "/" + std::to_string(i)));
    types.push_back(type);
  }
  return types;
}

Checked<domain::Date> ParseDateParameter(const Call& call, std::string_view name) {
  const auto text = Parameter(call, name);
  if (!text)
    return Invalid("The parameter " + std::string(name) + " is missing.", std::string(name));
  const auto date = base::ParseDate(*text);
  if (!date) {
    return Invalid(std::string(name) + " must be a date such as 2024-05-01.", std::string(name));
  }
  return *date;
}

}  // namespace coldpath::api
