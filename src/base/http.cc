#include "base/http.h"

#include <algorithm>

namespace coldpath::base {
namespace {

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool EqualIgnoringCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return Lower(x) == Lower(y); });
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsAlpha(char c) { return Lower(c) >= 'a' && Lower(c) <= 'z'; }

// RFC 3986 section 2.3.
bool IsUnreserved(char c) {
  return IsAlpha(c) || IsDigit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

int HexValue(char c) {
  if (IsDigit(c)) return c - '0';
  const char lower = Lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::unexpected<Error> Malformed(std::string_view what) {
  // The text itself stays out of the message: targets and forms carry tokens and codes.
  return Fail("url.malformed", std::string(what));
}

Result<std::string> PercentDecode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      const int high = i + 2 < text.size() ? HexValue(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? HexValue(text[i + 2]) : -1;
      if (high < 0 || low < 0) {
        return Malformed("A percent sign at byte " + std::to_string(i) +
                         " is not followed by two hex digits.");
      }
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return out;
}

bool IsPort(std::string_view text) {
  if (text.empty() || text.size() > 5 || !std::all_of(text.begin(), text.end(), IsDigit))
    return false;
  return std::stoi(std::string(text)) <= 65'535;
}

// A registered name, an IPv4 address or an IPv6 address in brackets, with an optional port. User
// names are refused: they have no use here and make addresses read as what they are not.
bool IsAuthority(std::string_view text) {
  std::string_view rest;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos || end == 1) return false;
    const auto is_ipv6 = [](char c) { return HexValue(c) >= 0 || c == ':' || c == '.'; };
    if (!std::all_of(text.begin() + 1, text.begin() + static_cast<std::ptrdiff_t>(end), is_ipv6))
      return false;
    rest = text.substr(end + 1);
  } else {
    const std::size_t end = std::min(text.find(':'), text.size());
    if (end == 0 ||
        !std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), IsUnreserved)) {
      return false;
    }
    rest = text.substr(end);
  }
  return rest.empty() || (rest.front() == ':' && IsPort(rest.substr(1)));
}

}  // namespace

void HttpHeaders::Add(std::string name, std::string value) {
  fields_.emplace_back(std::move(name), std::move(value));
}

void HttpHeaders::Set(std::string name, std::string value) {
  const auto same = [&](const auto& field) { return EqualIgnoringCase(field.first, name); };
  fields_.erase(std::remove_if(fields_.begin(), fields_.end(), same), fields_.end());
  Add(std::move(name), std::move(value));
}

std::optional<std::string> HttpHeaders::Find(std::string_view name) const {
  for (const auto& [key, value] : fields_) {
    if (EqualIgnoringCase(key, name)) return value;
  }
  return std::nullopt;
}

std::optional<std::string> Url::FindParameter(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return std::nullopt;
}

Result<Url> ParseUrl(std::string_view text) {
  for (const char c : text) {
    // RFC 3986 knows printable ASCII only; a byte beyond must come percent-encoded.
    if (c <= ' ' || c > '~') return Malformed("A URL holds printable ASCII characters only.");
  }
  Url url;
  text = text.substr(0, text.find('#'));
  if (!text.starts_with('/')) {
    const std::size_t colon = text.find("://");
    if (colon == std::string_view::npos || colon == 0) {
      return Malformed("A URL starts with a scheme and \"://\", or with \"/\".");
    }
    const auto in_scheme = [](char c) {
      return IsAlpha(c) || IsDigit(c) || c == '+' || c == '-' || c == '.';
    };
    url.scheme = std::string(text.substr(0, colon));
    if (!IsAlpha(url.scheme.front()) ||
        !std::all_of(url.scheme.begin(), url.scheme.end(), in_scheme)) {
      return Malformed("The scheme of the URL is not one.");
    }
    std::transform(url.scheme.begin(), url.scheme.end(), url.scheme.begin(), Lower);
    text.remove_prefix(colon + 3);
    const std::size_t end = std::min(text.find_first_of("/?"), text.size());
    url.host = std::string(text.substr(0, end));
    if (!IsAuthority(url.host)) return Malformed("The host of the URL is not one.");
    text.remove_prefix(end);
  }
  const std::size_t mark = text.find('?');
  COLDPATH_ASSIGN_OR_RETURN(url.path, PercentDecode(text.substr(0, mark), /*plus_is_space=*/false));
  if (url.path.find('\0') != std::string::npos)
    return Malformed("The path of the URL holds a zero byte.");
  if (url.path.empty()) url.path = "/";
  if (mark != std::string_view::npos) {
    COLDPATH_ASSIGN_OR_RETURN(url.query, DecodeForm(text.substr(mark + 1)));
  }
  return url;
}

std::string EncodeForm(const FormFields& fields) {
  std::string out;
  for (const auto& [name, value] : fields) {
    if (!out.empty()) out += '&';
    // A space becomes %20, not '+': every decoder reads that alike, in a body and in a query.
    out += PercentEncode(name);
    out += '=';
    out += PercentEncode(value);
  }
  return out;
}

Result<FormFields> DecodeForm(std::string_view text) {
  FormFields fields;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    const std::string_view field = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (field.empty()) continue;
    const std::size_t equals = std::min(field.find('='), field.size());
    COLDPATH_ASSIGN_OR_RETURN(std::string name, PercentDecode(field.substr(0, equals), true));
    COLDPATH_ASSIGN_OR_RETURN(
        std::string value, PercentDecode(field.substr(std::min(equals + 1, field.size())), true));
    fields.emplace_back(std::move(name), std::move(value));
  }
  return fields;
}

std::string PercentEncode(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (IsUnreserved(c)) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return out;
}

}  // namespace coldpath::base
