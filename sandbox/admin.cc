#include "sandbox/admin.h"

#include <charconv>
#include <string>

#include "sandbox/json_text.h"
#include "sandbox/sandbox.h"

namespace coldpath::sandbox {
namespace {

SandboxResponse AdminError(int status, std::string_view code, std::string_view message) {
  return JsonAnswer(status, {{"error", code}, {"message", message}});
}

SandboxResponse Done() { return JsonText(200, "{}"); }

std::int64_t NumberParameter(const base::Url& url, std::string_view name, std::int64_t otherwise) {
  const auto text = url.FindParameter(name);
  if (!text) return otherwise;
  std::int64_t value = otherwise;
  std::from_chars(text->data(), text->data() + text->size(), value);
  return value;
}

std::string_view ModeName(FaultMode mode) {
  switch (mode) {
    case FaultMode::kOff:
      return "off";
    case FaultMode::kMixed:
      return "mixed";
    case FaultMode::kHarsh:
      return "harsh";
  }
  return "off";
}

SandboxResponse Status(const World& world, base::Instant now) {
  const SandboxOptions& options = world.options;
  base::Json calls = base::Json::object();
  for (const auto& [provider, counts] : world.calls.counts()) {
    for (const auto& [what, count] : counts)
      calls[provider.empty() ? "none" : provider][what] = count;
  }
  base::Json status = {{"name", kServerName},
                       {"sandbox", true},
                       {"seed", options.seed},
                       {"now", base::FormatInstant(now)},
                       {"years", options.years},
                       {"home_zone", options.home_zone},
                       {"faults", ModeName(options.faults)},
                       {"quota_scale", options.quota_scale},
                       {"last_call", world.calls.last_number()},
                       {"calls", calls}};
  if (options.today) status["today"] = DateText(*options.today);
  return JsonAnswer(200, status);
}

SandboxResponse Calls(const World& world, const base::Url& url) {
  const std::int64_t since = NumberParameter(url, "since", 0);
  const std::int64_t limit = NumberParameter(url, "limit", CallLog::kMaxKept);
  return JsonText(200, world.calls.Render(since, static_cast<std::size_t>(limit < 0 ? 0 : limit),
                                          url.FindParameter("provider").value_or(""),
                                          url.FindParameter("account").value_or("")));
}

SandboxResponse SetMembership(World& world, const base::Json& body) {
  const auto account = base::FindString(body, "account");
  const auto provider = base::FindString(body, "provider");
  const auto active = base::FindBool(body, "active");
  if (!account || !provider || !active) {
    return AdminError(400, "malformed", "account, provider and active are needed.");
  }
  if (*active) {
    world.lapsed.erase({*provider, *account});
  } else {
    world.lapsed.insert({*provider, *account});
  }
  return Done();
}

SandboxResponse Revoke(World& world, const base::Json& body) {
  const auto account = base::FindString(body, "account");
  if (!account) return AdminError(400, "malformed", "account is needed.");
  const int ended =
      world.grants.RevokeAccount(base::FindString(body, "provider").value_or(""), *account);
  return JsonAnswer(200, {{"revoked", ended}});
}

SandboxResponse Reset(World& world, const base::Json& body) {
  world.calls.Clear();
  world.quotas.Clear();
  world.faults.Reset();
  world.lapsed.clear();
  if (base::FindBool(body, "grants").value_or(false)) world.grants.Clear();
  return Done();
}

SandboxResponse AnswerPost(World& world, const std::string& path, const base::Json& body) {
  if (path == "/sandbox/v1/faults") {
    const auto id = world.faults.AddRule(body);
    if (!id) return AdminError(400, id.error().code, id.error().message);
    return JsonAnswer(201, {{"id", *id}});
  }
  if (path == "/sandbox/v1/faults/heal") {
    world.faults.Heal();
    return Done();
  }
  if (path == "/sandbox/v1/revoke") return Revoke(world, body);
  if (path == "/sandbox/v1/membership") return SetMembership(world, body);
  if (path == "/sandbox/v1/reset") return Reset(world, body);
  return AdminError(404, "not_found", "There is no such control.");
}

}  // namespace

SandboxResponse AnswerAdmin(World& world, const base::HttpRequest& request, const base::Url& url,
                            base::Instant now) {
  const std::string& path = url.path;
  if (request.method == "GET" && path == "/sandbox/v1/status") return Status(world, now);
  if (request.method == "GET" && path == "/sandbox/v1/calls") return Calls(world, url);
  if (request.method == "GET" && path == "/sandbox/v1/faults") {
    return JsonAnswer(200, {{"rules", world.faults.Describe()}});
  }
  if (request.method == "DELETE" && path == "/sandbox/v1/faults") {
    world.faults.ClearRules();
    return Done();
  }
  if (request.method != "POST") return AdminError(404, "not_found", "There is no such control.");
  const auto body = base::ParseJson(request.body.empty() ? "{}" : request.body);
  if (!body) return AdminError(400, body.error().code, body.error().message);
  return AnswerPost(world, path, *body);
}

}  // namespace coldpath::sandbox
