#include "sandbox/http.h"

#include <utility>

namespace coldpath::sandbox {

SandboxResponse JsonText(int status, std::string body) {
  SandboxResponse answer;
  answer.http.status = status;
  answer.http.headers.Set("Content-Type", "application/json; charset=UTF-8");
  answer.http.body = std::move(body);
  return answer;
}

SandboxResponse JsonAnswer(int status, const base::Json& body) {
  return JsonText(status, base::DumpJson(body));
}

SandboxResponse HtmlPage(int status, std::string body) {
  SandboxResponse answer;
  answer.http.status = status;
  answer.http.headers.Set("Content-Type", "text/html; charset=UTF-8");
  answer.http.body = std::move(body);
  return answer;
}

SandboxResponse Redirect(std::string location) {
  SandboxResponse answer;
  answer.http.status = 302;
  answer.http.headers.Set("Location", std::move(location));
  return answer;
}

std::optional<std::string> BearerToken(const base::HttpRequest& request) {
  constexpr std::string_view kScheme = "bearer ";
  const auto value = request.headers.Find("Authorization");
  if (!value || value->size() <= kScheme.size()) return std::nullopt;
  for (std::size_t i = 0; i < kScheme.size(); ++i) {
    const char c = (*value)[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c) != kScheme[i]) return std::nullopt;
  }
  return value->substr(kScheme.size());
}

std::string WithParameters(std::string_view url, const base::FormFields& parameters) {
  std::string text(url);
  text += text.find('?') == std::string::npos ? '?' : '&';
  text += base::EncodeForm(parameters);
  return text;
}

}  // namespace coldpath::sandbox
