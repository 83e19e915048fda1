#include "base/ids.h"

#include "base/check.h"
#include "base/crypto.h"
#include "base/crypto_internal.h"

namespace coldpath::base {
namespace {

constexpr std::size_t kUuidBytes = 16;

bool IsHyphenPlace(std::size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

bool IsHexDigit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// Sets version and variant (RFC 9562 sections 4.1 and 4.2) and writes the text form.
std::string UuidText(std::string bytes, unsigned version) {
  bytes.resize(kUuidBytes);
  bytes[6] = static_cast<char>((static_cast<unsigned char>(bytes[6]) & 0x0fu) | version << 4);
  bytes[8] = static_cast<char>((static_cast<unsigned char>(bytes[8]) & 0x3fu) | 0x80u);
  std::string text = HexEncode(bytes);
  for (const std::size_t place : {8, 13, 18, 23}) text.insert(place, 1, '-');
  return text;
}

}  // namespace

bool IsUuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (IsHyphenPlace(i) ? text[i] != '-' : !IsHexDigit(text[i])) return false;
  }
  return true;
}

std::string NormalizeUuid(std::string_view text) {
  COLDPATH_CHECK(IsUuid(text));
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

std::string MakeUuidV7(Instant now, Random& random) {
  const auto micros = static_cast<std::uint64_t>(now.time_since_epoch().count());
  const std::uint64_t millis = micros / 1000;
  // RFC 9562 section 6.2, method 3: the 12 bits after the milliseconds hold their fraction.
  const std::uint64_t fraction = micros % 1000 * 4096 / 1000;
  std::string bytes;
  for (int shift = 40; shift >= 0; shift -= 8) bytes += static_cast<char>(millis >> shift & 0xff);
  bytes += static_cast<char>(fraction >> 8);
  bytes += static_cast<char>(fraction & 0xff);
  bytes += random.NextBytes(8);
  return UuidText(std::move(bytes), 7);
}

std::string MakeUuidV4(Random& random) { return UuidText(random.NextBytes(kUuidBytes), 4); }

std::string MakeUuidV5(std::string_view name_space, std::string_view name) {
  std::string digits = NormalizeUuid(name_space);
  std::erase(digits, '-');
  std::string input = *HexDecode(digits);
  input += name;
  return UuidText(internal::Sha1(input), 5);
}

}  // namespace coldpath::base
