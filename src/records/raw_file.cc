#include "records/raw_file.h"

#include <algorithm>
#include <array>

#include "base/json.h"
#include "records/compression.h"

namespace coldpath::records {
namespace {

constexpr std::string_view kFormat = "coldpath.raw/1";
constexpr std::array<std::string_view, 8> kSecretParameters{
    "access_token", "refresh_token", "token",         "code",
    "key",          "client_secret", "code_verifier", "assertion"};

bool IsSecret(std::string_view parameter) {
  return std::find(kSecretParameters.begin(), kSecretParameters.end(), parameter) !=
         kSecretParameters.end();
}

std::string WithoutSecrets(std::string_view url) {
  std::string out;
  // User information stands between "//" and the first '@' of the authority.
  if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos) {
    const std::size_t begin = scheme + 3;
    const std::size_t end = std::min(url.find_first_of("/?#", begin), url.size());
    const std::size_t at = url.substr(0, end).rfind('@');
    out = url.substr(0, begin);
    url.remove_prefix(at != std::string_view::npos && at >= begin ? at + 1 : begin);
  }
  const std::size_t query = url.find('?');
  out += url.substr(0, query);
  if (query == std::string_view::npos) return out;
  out += '?';
  url.remove_prefix(query + 1);
  for (bool more = true; more;) {
    const std::size_t end = url.find('&');
    const std::string_view field = url.substr(0, end);
    const std::size_t equals = field.find('=');
    const std::string_view name = field.substr(0, equals);
    if (equals != std::string_view::npos && IsSecret(name)) {
      out.append(name).append("=redacted");
    } else {
      out += field;
    }
    more = end != std::string_view::npos;
    if (more) {
      out += '&';
      url.remove_prefix(end + 1);
    }
  }
  return out;
}

std::unexpected<base::Error> Malformed(std::string_view what) {
  return base::Fail("records.malformed", "The raw payload file " + std::string(what) + ".");
}

// Takes the first line off `text`.
base::Result<base::Json> TakeLine(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return Malformed("lacks a line");
  auto json = base::ParseJson(text.substr(0, end));
  if (!json) return Malformed("holds a line that is not JSON");
  text.remove_prefix(end + 1);
  return json;
}

base::Result<RawExchange> TakeExchange(std::string_view& text) {
  COLDPATH_ASSIGN_OR_RETURN(const base::Json line, TakeLine(text));
  const auto method = base::FindString(line, "method");
  const auto url = base::FindString(line, "url");
  const auto status = base::FindInteger(line, "status");
  const auto size = base::FindInteger(line, "body_bytes");
  if (!method || !url || !status || !size || *size < 0) {
    return Malformed("holds a line that describes no exchange");
  }
  const auto bytes = static_cast<std::uint64_t>(*size);
  if (bytes >= text.size() || text[bytes] != '\n') return Malformed("lacks a part of a body");
  RawExchange exchange{*method, *url, static_cast<int>(*status),
                       std::string(text.substr(0, bytes))};
  text.remove_prefix(bytes + 1);
  return exchange;
}

}  // namespace

RawExchange KeepExchange(const base::HttpRequest& request, const base::HttpResponse& response) {
  return {request.method, WithoutSecrets(request.url), response.status, response.body};
}

std::string EncodeRawFile(const std::vector<RawExchange>& exchanges) {
  Compressor file;
  file.text() += base::DumpJson({{"format", kFormat}, {"exchanges", exchanges.size()}}) + "\n";
  for (const RawExchange& exchange : exchanges) {
    file.text() += base::DumpJson({{"body_bytes", exchange.body.size()},
                                   {"method", exchange.method},
                                   {"status", exchange.status},
                                   {"url", exchange.url}});
    file.text() += '\n';
    file.text() += exchange.body;
    file.text() += '\n';
    file.Spill();
  }
  return file.Finish();
}

base::Result<std::vector<RawExchange>> DecodeRawFile(std::string_view bytes,
                                                     const RawFileLimits& limits) {
  std::string all;
  Decompressor file(bytes, limits.max_bytes);
  for (bool more = true; more;) {
    COLDPATH_ASSIGN_OR_RETURN(more, file.Read(all));
  }
  std::string_view text = all;
  COLDPATH_ASSIGN_OR_RETURN(const base::Json header, TakeLine(text));
  const auto count = base::FindInteger(header, "exchanges");
  if (base::FindString(header, "format") != kFormat || !count || *count < 0) {
    return Malformed("has no header that we know");
  }
  std::vector<RawExchange> exchanges;
  for (std::int64_t i = 0; i < *count; ++i) {
    COLDPATH_ASSIGN_OR_RETURN(RawExchange exchange, TakeExchange(text));
    exchanges.push_back(std::move(exchange));
  }
  if (!text.empty()) return Malformed("goes on behind its last exchange");
  return exchanges;
}

}  // namespace coldpath::records
