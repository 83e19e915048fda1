#include "sandbox/shell/approve.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace coldpath::sandbox {
namespace {

constexpr int kMaxRedirects = 5;

std::string UnescapeHtml(std::string_view text) {
  static constexpr std::pair<std::string_view, char> kEntities[] = {
      {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#39;", '\''}};
  std::string plain;
  while (!text.empty()) {
    std::size_t taken = 1;
    char c = text.front();
    for (const auto& [entity, meaning] : kEntities) {
      if (!text.starts_with(entity)) continue;
      taken = entity.size();
      c = meaning;
    }
    plain += c;
    text.remove_prefix(taken);
  }
  return plain;
}

std::optional<std::string> Attribute(std::string_view tag, std::string_view name) {
  const std::string start = " " + std::string(name) + "=\"";
  const auto at = tag.find(start);
  if (at == std::string_view::npos) return std::nullopt;
  const auto end = tag.find('"', at + start.size());
  if (end == std::string_view::npos) return std::nullopt;
  return UnescapeHtml(tag.substr(at + start.size(), end - at - start.size()));
}

// scheme://host of an absolute URL.
std::string Origin(const std::string& url) {
  const auto host = url.find("://");
  return host == std::string::npos ? "" : url.substr(0, url.find('/', host + 3));
}

base::FormFields Filled(const ApproveFlags& flags, base::FormFields fields) {
  std::erase_if(fields, [&](const auto& field) {
    return field.first == "account" ||
           (field.first == "granted" &&
            std::find(flags.without_scopes.begin(), flags.without_scopes.end(), field.second) !=
                flags.without_scopes.end());
  });
  fields.emplace_back("account", flags.account);
  fields.emplace_back("decision", flags.deny ? "deny" : "allow");
  return fields;
}

}  // namespace

base::FormFields ReadForm(std::string_view html) {
  base::FormFields fields;
  constexpr std::string_view kInput = "<input ";
  for (auto at = html.find(kInput); at != std::string_view::npos; at = html.find(kInput, at + 1)) {
    const std::string_view tag = html.substr(at, html.find('>', at) - at);
    const auto name = Attribute(tag, "name");
    if (!name) continue;
    if (Attribute(tag, "type") == "checkbox" && tag.find(" checked") == std::string_view::npos)
      continue;
    fields.emplace_back(*name, Attribute(tag, "value").value_or(""));
  }
  return fields;
}

base::Result<Approved> Approve(const ApproveFlags& flags, const Send& send) {
  COLDPATH_ASSIGN_OR_RETURN(base::HttpResponse page, send({.url = flags.url}));
  const base::FormFields form = ReadForm(page.body);
  const auto action_at = page.body.find("<form ");
  if (page.status != 200 || form.empty() || action_at == std::string::npos) {
    return base::Fail("approve.page", "The address answered " + std::to_string(page.status) +
                                          " and no consent form.");
  }
  const std::string action = Attribute(std::string_view(page.body).substr(
                                           action_at, page.body.find('>', action_at) - action_at),
                                       "action")
                                 .value_or("");
  base::HttpRequest post{.method = "POST", .url = Origin(flags.url) + action};
  post.headers.Set("Content-Type", "application/x-www-form-urlencoded");
  post.body = base::EncodeForm(Filled(flags, form));
  COLDPATH_ASSIGN_OR_RETURN(base::HttpResponse answer, send(std::move(post)));
  std::string url = flags.url;
  for (int i = 0; answer.status >= 300 && answer.status < 400; ++i) {
    const auto location = answer.headers.Find("Location");
    if (!location || i == kMaxRedirects) {
      return base::Fail("approve.redirect", "The redirects lead nowhere.");
    }
    url = location->starts_with('/') ? Origin(url) + *location : *location;
    COLDPATH_ASSIGN_OR_RETURN(answer, send({.url = url}));
  }
  if (url == flags.url) {
    return base::Fail("approve.redirect",
                      "The consent was refused with status " + std::to_string(answer.status) + ".");
  }
  return Approved{answer.status, url.substr(0, url.find('?')), std::move(answer.body)};
}

}  // namespace coldpath::sandbox
