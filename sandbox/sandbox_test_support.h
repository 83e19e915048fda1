// A person's application, for tests: it connects to a Sandbox and reads pages.
#ifndef COLDPATH_SANDBOX_SANDBOX_TEST_SUPPORT_H_
#define COLDPATH_SANDBOX_SANDBOX_TEST_SUPPORT_H_

#include <chrono>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/crypto.h"
#include "base/json.h"
#include "sandbox/sandbox.h"
#include "sandbox/shell/approve.h"

namespace coldpath::sandbox {

inline constexpr std::string_view kGooglePath = "/v4/users/me/dataTypes/";
inline constexpr std::string_view kOuraPath = "/v2/usercollection/";
inline constexpr std::string_view kVerifier = "a-verifier-that-is-long-enough-for-the-standard";

inline SandboxOptions FixedOptions() {
  SandboxOptions options;
  options.seed = 7;
  options.today = *base::ParseDate("2026-05-01");
  return options;
}

class App {
 public:
  explicit App(const SandboxOptions& options = FixedOptions()) : sandbox(options) {}

  SandboxResponse Send(base::HttpRequest request) { return sandbox.Handle(request, now); }

  // Goes through the consent page; the redirect's parameters, or error=... of a page that refused.
  base::Url Consent(std::string_view path, std::string_view account,
                    std::vector<std::string> without = {}, bool pkce = true) {
    base::FormFields query = {{"response_type", "code"},
                              {"client_id", "app"},
                              {"redirect_uri", "http://127.0.0.1:9/callback"},
                              {"access_type", "offline"},
                              {"state", "s t&te"}};
    if (pkce) {
      query.emplace_back("code_challenge", base::Base64UrlEncode(base::Sha256(kVerifier)));
      query.emplace_back("code_challenge_method", "S256");
    }
    const auto page = Send({.url = std::string(path) + "?" + base::EncodeForm(query)});
    base::FormFields form = ReadForm(page.http.body);
    std::erase_if(form, [&](const auto& field) {
      return field.first == "account" ||
             std::find(without.begin(), without.end(), field.second) != without.end();
    });
    form.emplace_back("account", account);
    form.emplace_back("decision", "allow");
    const auto answer =
        Send({.method = "POST", .url = std::string(path), .body = base::EncodeForm(form)});
    return *base::ParseUrl(answer.http.headers.Find("Location").value_or("/?error=none"));
  }

  SandboxResponse Token(std::string_view path, base::FormFields fields) {
    fields.emplace_back("client_id", "app");
    return Send({.method = "POST", .url = std::string(path), .body = base::EncodeForm(fields)});
  }

  SandboxResponse Redeem(std::string_view path, const std::string& code,
                         std::string_view verifier = kVerifier) {
    return Token(path, {{"grant_type", "authorization_code"},
                        {"code", code},
                        {"redirect_uri", "http://127.0.0.1:9/callback"},
                        {"code_verifier", std::string(verifier)}});
  }

  base::Json ConnectGoogle(std::string_view account = "demo",
                           std::vector<std::string> without = {}) {
    const base::Url url = Consent("/o/oauth2/v2/auth", account, without);
    return *base::ParseJson(Redeem("/token", url.FindParameter("code").value_or("")).http.body);
  }
  base::Json ConnectOura(std::string_view account = "demo", std::vector<std::string> without = {}) {
    const base::Url url = Consent("/oauth/authorize", account, without);
    return *base::ParseJson(
        Redeem("/oauth/token", url.FindParameter("code").value_or("")).http.body);
  }

  SandboxResponse Get(const base::Json& tokens, const std::string& target) {
    base::HttpRequest request{.url = target};
    request.headers.Set("Authorization", "Bearer " + tokens.value("access_token", ""));
    return Send(request);
  }
  SandboxResponse List(const base::Json& tokens, std::string_view type,
                       const base::FormFields& query) {
    return Get(tokens, std::string(kGooglePath) + std::string(type) + "/dataPoints?" +
                           base::EncodeForm(query));
  }
  SandboxResponse Oura(const base::Json& tokens, std::string_view route,
                       const base::FormFields& query) {
    return Get(tokens, std::string(kOuraPath) + std::string(route) + "?" + base::EncodeForm(query));
  }

  // Follows nextPageToken to the end.
  std::vector<base::Json> ListAll(const base::Json& tokens, std::string_view type,
                                  base::FormFields query) {
    return Follow("dataPoints", "nextPageToken", "pageToken", std::move(query),
                  [&](const base::FormFields& fields) { return List(tokens, type, fields); });
  }
  std::vector<base::Json> OuraAll(const base::Json& tokens, std::string_view route,
                                  base::FormFields query) {
    return Follow("data", "next_token", "next_token", std::move(query),
                  [&](const base::FormFields& fields) { return Oura(tokens, route, fields); });
  }

  SandboxResponse Admin(std::string method, std::string path, const base::Json& body = nullptr) {
    return Send({.method = std::move(method),
                 .url = "/sandbox/v1/" + path,
                 .body = body.is_null() ? "" : base::DumpJson(body)});
  }

  Sandbox sandbox;
  base::Instant now = base::FromUnixSeconds(1'800'000'000);
  int pages = 0;

 private:
  template <typename Ask>
  std::vector<base::Json> Follow(const char* items, const char* next, const char* parameter,
                                 base::FormFields query, Ask ask) {
    std::vector<base::Json> all;
    std::string token;
    do {
      base::FormFields fields = query;
      if (!token.empty()) fields.emplace_back(parameter, token);
      const auto page = base::ParseJson(ask(fields).http.body);
      ++pages;
      if (!page) break;
      for (const base::Json& item : page->value(items, base::Json::array())) all.push_back(item);
      token = base::FindString(*page, next).value_or("");
    } while (!token.empty());
    return all;
  }
};

}  // namespace coldpath::sandbox

#endif  // COLDPATH_SANDBOX_SANDBOX_TEST_SUPPORT_H_
