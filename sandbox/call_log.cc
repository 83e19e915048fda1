#include "sandbox/call_log.h"

#include <algorithm>
#include <utility>

#include "sandbox/json_text.h"

namespace coldpath::sandbox {

void CallLog::Add(Call call) {
  call.number = ++last_number_;
  auto& counts = counts_[call.provider];
  ++counts["total"];
  ++counts[std::to_string(call.status)];
  calls_.push_back(std::move(call));
  if (calls_.size() > kMaxKept) calls_.pop_front();
}

std::string CallLog::Render(std::int64_t since, std::size_t limit, const std::string& provider,
                            const std::string& account) const {
  std::string out = "{\"calls\":[";
  std::int64_t last = std::max(since, std::int64_t{0});
  std::size_t shown = 0;
  const auto first = std::partition_point(calls_.begin(), calls_.end(),
                                          [&](const Call& call) { return call.number <= since; });
  for (auto call = first; call != calls_.end() && shown < limit; ++call) {
    last = call->number;
    if (!provider.empty() && call->provider != provider) continue;
    if (!account.empty() && call->account != account) continue;
    if (shown++ > 0) out += ',';
    const auto text = [&](std::string_view name, std::string_view value) {
      out += ',';
      AppendQuoted(out, name);
      out += ':';
      AppendQuoted(out, value);
    };
    out += "{\"number\":";
    AppendInteger(out, call->number);
    out += ",\"status\":";
    AppendInteger(out, call->status);
    text("at", base::FormatInstant(call->at));
    text("provider", call->provider);
    text("account", call->account);
    text("method", call->method);
    text("url", call->url);
    text("route", call->route);
    text("fault", call->fault);
    out += '}';
  }
  out += "],\"last\":";
  AppendInteger(out, last);
  out += '}';
  return out;
}

void CallLog::Clear() {
  calls_.clear();
  counts_.clear();
}

}  // namespace coldpath::sandbox
