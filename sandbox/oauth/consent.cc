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

// Whoever looks at the page sees that it is no provider's: the stripes and the badge.
constexpr std::string_view kStyle =
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<style>\n"
    ":root{color-scheme:light dark;--ink:#1d2733;--paper:#fff;--ground:#eef1f5;--line:#d5dbe3;"
    "--soft:#5a6775;--accent:#1f5fbf}\n"
    "@media(prefers-color-scheme:dark){:root{--ink:#e8edf3;--paper:#1b222b;--ground:#10151b;"
    "--line:#35404d;--soft:#a3b0be;--accent:#6fa8ff}}\n"
    "*{box-sizing:border-box}body{margin:0;min-height:100vh;background:var(--ground);"
    "color:var(--ink);font:16px/1.5 system-ui,sans-serif;border-top:12px solid;border-image:"
    "repeating-linear-gradient(135deg,#f5b301 0 14px,#222 14px 28px) 12;padding:2rem 1rem}\n"
    "main{max-width:27rem;margin:0 auto;background:var(--paper);border:1px solid var(--line);"
    "border-radius:14px;padding:1.5rem}\n"
    "h1{display:inline-block;margin:0;padding:.15rem .6rem;border-radius:6px;background:#f5b301;"
    "color:#1d1d1d;font-size:.8rem;letter-spacing:.14em}h2{margin:.8rem 0 .2rem;font-size:1.4rem}\n"
    "p{margin:.5rem 0}.note{color:var(--soft);font-size:.9rem}\n"
    "input[type=text]{width:100%;font:inherit;padding:.5rem .7rem;border:1px solid var(--line);"
    "border-radius:8px;background:transparent;color:inherit}\n"
    ".scope label{display:flex;gap:.6rem;align-items:baseline;overflow-wrap:anywhere}\n"
    ".act{display:flex;gap:.7rem;margin-top:1.2rem}button{flex:1;font:inherit;font-weight:600;"
    "padding:.6rem;border-radius:8px;border:1px solid var(--line);background:transparent;"
    "color:inherit;cursor:pointer}button[value=allow]{background:#1f5fbf;border-color:#1f5fbf;"
    "color:#fff}:focus-visible{outline:3px solid var(--accent);outline-offset:2px}\n</style>\n";

bool IsWebAddress(std::string_view text) {
  return text.starts_with("http://") || text.starts_with("https://");
}

SandboxResponse ErrorPage(std::string_view reason) {
  return HtmlPage(400,
                  "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">\n"
                  "<title>SANDBOX: request refused</title>\n" +
                      std::string(kStyle) +
                      "</head>\n<body><main><h1>SANDBOX</h1>\n<p>This authorisation request cannot "
                      "be answered: " +
                      EscapeHtml(reason) + "</p></main></body></html>\n");
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
       << "<title>SANDBOX: " << style.display_name << " consent</title>\n"
       << kStyle << "</head>\n<body><main>\n<h1>SANDBOX</h1>\n<h2>"
       << EscapeHtml(Field(url.query, "client_id")) << " wants to read your data</h2>\n"
       << "<p class=\"note\">This is not " << style.display_name
       << ". It is coldpath-sandbox, a fake provider with invented data.</p>\n"
       << "<form method=\"post\" action=\"" << style.authorize_path << "\">\n";
  for (const std::string_view name : kCarried) {
    const std::string value = Field(url.query, name);
    if (value.empty()) continue;
    page << "<input type=\"hidden\" name=\"" << name << "\" value=\"" << EscapeHtml(value)
         << "\">\n";
  }
  page << "<p><label>Account <input type=\"text\" name=\"account\" value=\"demo\"></label></p>\n"
       << "<p>It asks for:</p>\n";
  for (const std::string& scope : RequestedScopes(style, url.query)) {
    page << "<p class=\"scope\"><label><input type=\"checkbox\" name=\"granted\" value=\""
         << EscapeHtml(scope) << "\" checked> " << EscapeHtml(scope) << "</label></p>\n";
  }
  page << "<p class=\"act\"><button name=\"decision\" value=\"allow\">Allow</button>\n"
       << "<button name=\"decision\" value=\"deny\">Deny</button></p>\n"
       << "</form>\n</main></body>\n</html>\n";
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
