#include "sandbox/page_token.h"

#include <charconv>

#include "base/crypto.h"
#include "sandbox/person/noise.h"

namespace coldpath::sandbox {
namespace {

std::string Payload(const PageToken& token) {
  return std::to_string(token.position) + "/" + std::to_string(token.salt) + "/";
}

std::string Seal(const std::string& payload, std::string_view query) {
  return payload + std::to_string(HashText(payload, HashText(query)));
}

}  // namespace

std::string WritePageToken(const PageToken& token, std::string_view query) {
  return base::Base64UrlEncode(Seal(Payload(token), query));
}

std::optional<PageToken> ReadPageToken(std::string_view text, std::string_view query) {
  const auto decoded = base::Base64UrlDecode(text);
  if (!decoded) return std::nullopt;
  PageToken token;
  const char* const end = decoded->data() + decoded->size();
  const auto position = std::from_chars(decoded->data(), end, token.position);
  if (position.ec != std::errc() || position.ptr == end) return std::nullopt;
  const auto salt = std::from_chars(position.ptr + 1, end, token.salt);
  if (salt.ec != std::errc() || Seal(Payload(token), query) != *decoded) return std::nullopt;
  return token;
}

}  // namespace coldpath::sandbox
