#include "sandbox/faults.h"

#include <algorithm>
#include <array>
#include <utility>

#include "sandbox/json_text.h"
#include "sandbox/person/noise.h"

namespace coldpath::sandbox {
namespace {

constexpr double kTransientWindows = 0.20;
constexpr double kPersistentMonths = 0.03;
constexpr double kImpossibleWindows = 0.01;

constexpr std::array<std::pair<std::string_view, FaultKind>, 11> kNames = {{
    {"rate_limit_with_time", FaultKind::kRateLimitWithTime},
    {"rate_limit_without_time", FaultKind::kRateLimitWithoutTime},
    {"server_error", FaultKind::kServerError},
    {"slow", FaultKind::kSlow},
    {"cut_connection", FaultKind::kCutConnection},
    {"empty_page_with_token", FaultKind::kEmptyPageWithToken},
    {"malformed_json", FaultKind::kMalformedJson},
    {"impossible_value", FaultKind::kImpossibleValue},
    {"revoked_grant", FaultKind::kRevokedGrant},
    {"lapsed_membership", FaultKind::kLapsedMembership},
    {"permanent_error", FaultKind::kPermanentError},
}};

std::int64_t DayNumber(const std::optional<base::Date>& date) {
  return date ? date->time_since_epoch().count() : -1;
}

std::uint64_t StreamHash(std::uint64_t seed, const FaultTarget& target) {
  std::uint64_t hash = HashText(target.provider, seed);
  hash = HashText(target.account, hash);
  return HashText(target.route, hash);
}

base::Result<std::optional<base::Date>> DateMember(const base::Json& json, std::string_view key) {
  const auto text = base::FindString(json, key);
  if (!text) return std::optional<base::Date>{};
  COLDPATH_ASSIGN_OR_RETURN(const base::Date date, base::ParseDate(*text));
  return std::optional(date);
}

}  // namespace

std::optional<FaultKind> FaultKindNamed(std::string_view name) {
  for (const auto& [text, kind] : kNames) {
    if (text == name) return kind;
  }
  return std::nullopt;
}

std::string_view FaultName(FaultKind kind) { return kNames[static_cast<std::size_t>(kind)].first; }

Faults::Faults(const SandboxOptions& options) : options_(options) {}

std::optional<Fault> Faults::Next(const FaultTarget& target) {
  if (auto fault = FromRules(target)) return fault;
  if (options_.faults == FaultMode::kOff) return std::nullopt;
  return FromSeed(target);
}

bool Faults::Matches(const Rule& rule, const FaultTarget& target) {
  if (!rule.provider.empty() && rule.provider != target.provider) return false;
  if (!rule.account.empty() && rule.account != target.account) return false;
  if (!rule.route.empty() && rule.route != target.route) return false;
  if (rule.from && target.last && *target.last < *rule.from) return false;
  if (rule.to && target.first && *target.first >= *rule.to) return false;
  return true;
}

std::optional<Fault> Faults::FromRules(const FaultTarget& target) {
  for (auto rule = rules_.begin(); rule != rules_.end(); ++rule) {
    if (!Matches(*rule, target)) continue;
    const Fault fault = rule->fault;
    if (rule->left && --*rule->left <= 0) rules_.erase(rule);
    return fault;
  }
  return std::nullopt;
}

std::optional<Fault> Faults::FromSeed(const FaultTarget& target) {
  const std::uint64_t stream = StreamHash(options_.seed, target);
  const std::uint64_t window =
      Mix(Mix(stream ^ static_cast<std::uint64_t>(DayNumber(target.first))) +
          static_cast<std::uint64_t>(DayNumber(target.last)));
  const int call = calls_[window]++;
  std::uint64_t month = stream;
  if (target.first) {
    const std::chrono::year_month_day day{*target.first};
    month = Mix(stream + static_cast<std::uint64_t>(static_cast<int>(day.year()) * 12) +
                static_cast<unsigned>(day.month()));
  }
  if (!healed_ && UnitOf(Mix(month ^ 0x50e5)) < kPersistentMonths) {
    if (call < options_.persistent_failures)
      return Fault{.kind = FaultKind::kServerError, .status = 500};
    return std::nullopt;
  }
  if (UnitOf(Mix(window ^ 0x1a9b)) < kImpossibleWindows) {
    if (call == 0) return Fault{.kind = FaultKind::kImpossibleValue};
    return std::nullopt;
  }
  return Transient(target, window, call);
}

std::optional<Fault> Faults::Transient(const FaultTarget& target, std::uint64_t window,
                                       int call) const {
  if (UnitOf(Mix(window ^ 0x7245)) >= kTransientWindows) return std::nullopt;
  const std::uint64_t draw = Mix(window ^ 0x0dd5);
  const int first = static_cast<int>(draw % 3);
  const int length = 1 + static_cast<int>((draw >> 8) % 2);
  if (call < first || call >= first + length) return std::nullopt;
  switch ((draw >> 16) % 6) {
    case 0:
    case 1:
      return Fault{.kind = FaultKind::kServerError, .status = 503};
    case 2:
      return Fault{.kind = FaultKind::kCutConnection};
    case 3:
      return Fault{.kind = FaultKind::kEmptyPageWithToken};
    case 4:
      return Fault{.kind = FaultKind::kMalformedJson};
    default:
      break;
  }
  // Oura says when to come back, Google never does: waiting out its window belongs to the harsh
  // mode.
  if (target.provider == "oura") return Fault{.kind = FaultKind::kRateLimitWithTime};
  if (options_.faults == FaultMode::kHarsh) return Fault{.kind = FaultKind::kRateLimitWithoutTime};
  return Fault{.kind = FaultKind::kSlow, .delay = std::chrono::milliseconds(200)};
}

base::Result<std::int64_t> Faults::AddRule(const base::Json& json) {
  const auto name = base::FindString(json, "kind");
  const auto kind = name ? FaultKindNamed(*name) : std::nullopt;
  if (!kind) return base::Fail("fault.malformed", "`kind` is missing or names no fault.");
  Rule rule;
  rule.provider = base::FindString(json, "provider").value_or("");
  rule.account = base::FindString(json, "account").value_or("");
  rule.route = base::FindString(json, "route").value_or("");
  const auto from = DateMember(json, "from");
  const auto to = DateMember(json, "to");
  if (!from || !to) return base::Fail("fault.malformed", "`from` or `to` is not a date.");
  rule.from = *from;
  rule.to = *to;
  rule.left = base::FindInteger(json, "count");
  if (rule.left && *rule.left <= 0)
    return base::Fail("fault.malformed", "`count` must be positive.");
  rule.fault.kind = *kind;
  const int usual = *kind == FaultKind::kPermanentError ? 500 : 503;
  rule.fault.status = static_cast<int>(base::FindInteger(json, "status").value_or(usual));
  if (rule.fault.status < 400 || rule.fault.status > 599) {
    return base::Fail("fault.malformed", "`status` must be an error, 400 to 599.");
  }
  rule.fault.delay = std::chrono::milliseconds(base::FindInteger(json, "delayMs").value_or(1000));
  rule.fault.retry_after = std::chrono::seconds(base::FindInteger(json, "retryAfter").value_or(1));
  rule.id = ++last_id_;
  rules_.push_back(std::move(rule));
  return last_id_;
}

void Faults::Reset() {
  rules_.clear();
  calls_.clear();
  healed_ = false;
}

base::Json Faults::Describe() const {
  base::Json rules = base::Json::array();
  for (const Rule& rule : rules_) {
    base::Json json = {{"id", rule.id}, {"kind", FaultName(rule.fault.kind)}};
    if (!rule.provider.empty()) json["provider"] = rule.provider;
    if (!rule.account.empty()) json["account"] = rule.account;
    if (!rule.route.empty()) json["route"] = rule.route;
    if (rule.from) json["from"] = DateText(*rule.from);
    if (rule.to) json["to"] = DateText(*rule.to);
    if (rule.left) json["left"] = *rule.left;
    rules.push_back(std::move(json));
  }
  return rules;
}

}  // namespace coldpath::sandbox
