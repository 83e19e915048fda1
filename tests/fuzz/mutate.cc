#include "mutate.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/json.h"

namespace coldpath::fuzz {
namespace {

std::size_t Below(base::Random& random, std::size_t bound) {
  return static_cast<std::size_t>(random.NextUint64() % std::max<std::size_t>(bound, 1));
}

// What readers stumble over.
constexpr std::array<std::string_view, 30> kTexts{"",
                                                  "a",
                                                  "0",
                                                  "-1",
                                                  "9223372036854775807",
                                                  "9223372036854775808",
                                                  "1e999",
                                                  "NaN",
                                                  "\"",
                                                  "\\",
                                                  "\\u0000",
                                                  "%",
                                                  "%zz",
                                                  "[[[[[[[[",
                                                  "{\"\":",
                                                  "null",
                                                  "2024-02-30",
                                                  "0000-00-00",
                                                  "9999-12-31T23:59:59Z",
                                                  "2024-03-31T00:00:00+99:99",
                                                  "-99999999999.5s",
                                                  "1e300s",
                                                  "\r\n",
                                                  "\n\n",
                                                  "$..*",
                                                  "[?(@",
                                                  "States.",
                                                  "${",
                                                  "\xF0\x9F\x98\x80",
                                                  "\xC3"};
constexpr std::array<std::string_view, 24> kValues{"null",
                                                   "true",
                                                   "false",
                                                   "0",
                                                   "-0.0",
                                                   "-1",
                                                   "1",
                                                   "0.1",
                                                   "1e308",
                                                   "-1e308",
                                                   "5e-324",
                                                   "9223372036854775807",
                                                   "-9223372036854775808",
                                                   "18446744073709551615",
                                                   "\"\"",
                                                   "\"1\"",
                                                   "\"x\"",
                                                   "[]",
                                                   "{}",
                                                   "[1]",
                                                   "[null]",
                                                   "\"2024-03-01\"",
                                                   "\"9999-12-31T23:59:59.999999Z\"",
                                                   "\"-9223372036854775808\""};

void MutateBytes(std::string& text, base::Random& random) {
  const std::size_t at = Below(random, text.size() + 1);
  const std::size_t some = Below(random, std::min<std::size_t>(text.size() - at, 32) + 1);
  switch (Below(random, 7)) {
    case 0:
      if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << Below(random, 8)));
      break;
    case 1:
      if (at < text.size()) text[at] = static_cast<char>(random.NextUint64());
      break;
    case 2:
      text.erase(at, some);
      break;
    case 3:
      text.insert(at, text.substr(at, some));
      break;
    case 4:
      text.insert(at, kTexts[Below(random, kTexts.size())]);
      break;
    case 5:
      text.replace(at, some, kTexts[Below(random, kTexts.size())]);
      break;
    default:
      text.resize(at);
  }
}

void Collect(base::Json& json, std::vector<base::Json*>& all) {
  all.push_back(&json);
  for (base::Json& inner : json) {
    if (inner.is_structured()) {
      Collect(inner, all);
    } else {
      all.push_back(&inner);
    }
  }
}

void MutateValue(base::Json& root, base::Random& random) {
  std::vector<base::Json*> all;
  if (root.is_structured()) {
    Collect(root, all);
  } else {
    all.push_back(&root);
  }
  base::Json& one = *all[Below(random, all.size())];
  if (one.is_array() && !one.empty() && Below(random, 2) == 0) {
    const auto at = static_cast<std::ptrdiff_t>(Below(random, one.size()));
    if (Below(random, 2) == 0) {
      one.erase(one.begin() + at);
    } else {
      const base::Json copy = one[static_cast<std::size_t>(at)];
      one.push_back(copy);
    }
    return;
  }
  if (one.is_object() && !one.empty() && Below(random, 2) == 0) {
    auto member = one.begin();
    std::advance(member, static_cast<std::ptrdiff_t>(Below(random, one.size())));
    one.erase(member);
    return;
  }
  if (one.is_string() && Below(random, 2) == 0) {
    std::string text = one.get<std::string>();
    MutateBytes(text, random);
    one = std::move(text);
    return;
  }
  if (Below(random, 4) == 0) {
    const base::Json copy = *all[Below(random, all.size())];
    one = copy;
    return;
  }
  one = *base::ParseJson(kValues[Below(random, kValues.size())]);
}

}  // namespace

std::string MutateJson(std::string_view text, base::Random& random) {
  auto json = base::ParseJson(text, {.max_bytes = 1 << 20, .max_depth = 64});
  if (!json) return "";
  for (std::size_t i = 0; i <= Below(random, 3); ++i) MutateValue(*json, random);
  return base::DumpJson(*json);
}

std::string Mutate(std::string_view text, base::Random& random) {
  if (Below(random, 3) > 0) {
    if (std::string changed = MutateJson(text, random); !changed.empty()) return changed;
  }
  std::string changed(text);
  for (std::size_t i = 0; i <= Below(random, 4); ++i) MutateBytes(changed, random);
  return changed;
}

}  // namespace coldpath::fuzz
