// The consent page and what is posted from it.
#include <algorithm>
#include <optional>
#include <sstream>

#include "sandbox/oauth/endpoints.h"

namespace coldpath::sandbox {
namespace {

// The parameters of an authorisation request that the page carries along.
constexpr std::string_view kCarried[] = {
    "response_type",  "client_id",   "redirect_uri",          "scope",  "state",
    "code_challenge", "access_type", "code_challenge_method", "prompt", "include_granted_scopes"};

std::string Field(const base::FormFields& fields, std::string_view name) {
  for (const auto& [key, value] : fields) {
    if (key == name) return value;
  }
  return {};
}

std::vector<std::string> Words(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

bool IsWebAddress(std::string_view text) {
  return text.starts_with("http://") || text.starts_with("https://");
}

SandboxResponse ErrorPage(std::string_view reason) {
  return HtmlPage(400,
                  "<!doctype html><html lang=\"en\"><title>SANDBOX: request refused</title>"
                  "<h1>SANDBOX</h1><p>This authorisation request cannot be answered: " +
                      EscapeHtml(reason) + "</p></html>\n");
}

// Why the request must not even be sent back to its redirect_uri.
std::optional<std::string> Refusal(const OAuthStyle& style, const base::FormFields& fields) {
  if (Field(fields, "client_id").empty()) return "client_id is missing.";
  if (!IsWebAddress(Field(fields, "redirect_uri"))) return "redirect_uri is missing or not a URL.";
  for (const std::string& scope : Words(Field(fields, "scope"))) {
    if (std::find(style.scopes.begin(), style.scopes.end(), scope) == style.scopes.end()) {
      return "unknown scope " + scope + ".";
    }
  }
  return std::nullopt;
}

SandboxResponse SendBack(const base::FormFields& fields, base::FormFields answer) {
  if (const std::string state = Field(fields, "state"); !state.empty()) {
    answer.emplace_back("state", state);
  }
  return Redirect(WithParameters(Field(fields, "redirect_uri"), answer));
}

// The request can be sent back, and has to be.
std::optional<SandboxResponse> ProtocolError(const base::FormFields& fields) {
  if (Field(fields, "response_type") != "code") {
    return SendBack(fields, {{"error", "unsupported_response_type"}});
  }
  if (!Field(fields, "code_challenge").empty() &&
      Field(fields, "code_challenge_method") != "S256") {
    return SendBack(fields, {{"error", "invalid_request"}});
  }
  return std::nullopt;
}

std::vector<std::string> RequestedScopes(const OAuthStyle& style, const base::FormFields& fields) {
  std::vector<std::string> scopes = Words(Field(fields, "scope"));
  if (scopes.empty()) scopes.assign(style.scopes.begin(), style.scopes.end());
  return scopes;
}

}  // namespace

std::string EscapeHtml(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

SandboxResponse ShowConsent(const OAuthStyle& style, const base::Url& url) {
  if (const auto refusal = Refusal(style, url.query)) return ErrorPage(*refusal);
  if (auto error = ProtocolError(url.query)) return *std::move(error);
  std::ostringstream page;
  page << "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">\n"
       << "<title>SANDBOX: " << style.display_name << " consent</title></head>\n<body>\n"
       << "<h1>SANDBOX</h1>\n<p>This is not " << style.display_name
       << ". It is coldpath-sandbox, a fake provider with invented data.</p>\n"
       << "<form method=\"post\" action=\"" << style.authorize_path << "\">\n";
  for (const std::string_view name : kCarried) {
    const std::string value = Field(url.query, name);
    if (value.empty()) continue;
    page << "<input type=\"hidden\" name=\"" << name << "\" value=\"" << EscapeHtml(value)
         << "\">\n";
  }
  page << "<p><label>Account <input type=\"text\" name=\"account\" value=\"demo\"></label></p>\n"
       << "<p>" << EscapeHtml(Field(url.query, "client_id")) << " wants to read:</p>\n";
  for (const std::string& scope : RequestedScopes(style, url.query)) {
    page << "<p><label><input type=\"checkbox\" name=\"granted\" value=\"" << EscapeHtml(scope)
         << "\" checked> " << EscapeHtml(scope) << "</label></p>\n";
  }
  page << "<p><button name=\"decision\" value=\"allow\">Allow</button>\n"
       << "<button name=\"decision\" value=\"deny\">Deny</button></p>\n"
       << "</form>\n</body>\n</html>\n";
  return HtmlPage(200, page.str());
}

SandboxResponse TakeConsent(const OAuthStyle& style, const base::HttpRequest& request,
                            Grants& grants, base::Instant now) {
  const auto fields = base::DecodeForm(request.body);
  if (!fields) return ErrorPage("the form is malformed.");
  if (const auto refusal = Refusal(style, *fields)) return ErrorPage(*refusal);
  if (auto error = ProtocolError(*fields)) return *std::move(error);
  if (Field(*fields, "decision") != "allow") return SendBack(*fields, {{"error", "access_denied"}});
  Consent consent;
  consent.provider = style.provider;
  consent.client_id = Field(*fields, "client_id");
  consent.redirect_uri = Field(*fields, "redirect_uri");
  consent.account = Field(*fields, "account");
  consent.code_challenge = Field(*fields, "code_challenge");
  consent.offline =
      !style.refresh_token_must_be_asked_for || Field(*fields, "access_type") == "offline";
  if (consent.account.empty()) return ErrorPage("no account was named.");
  const std::vector<std::string> requested = RequestedScopes(style, *fields);
  std::string granted;
  for (const auto& [key, value] : *fields) {
    if (key != "granted") continue;
    if (std::find(requested.begin(), requested.end(), value) == requested.end()) continue;
    consent.scopes.insert(value);
    granted += (granted.empty() ? "" : " ") + value;
  }
  if (granted.empty()) return SendBack(*fields, {{"error", "access_denied"}});
  const std::string code = grants.IssueCode(std::move(consent), now);
  return SendBack(*fields, {{"code", code}, {"scope", granted}});
}

}  // namespace coldpath::sandbox
