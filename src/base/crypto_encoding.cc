#include <array>
#include <cstdint>

#include "base/crypto.h"

namespace coldpath::base {
namespace {

constexpr std::string_view kStandard =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrlSafe =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// Six-bit value of each character, -1 for those outside the alphabet.
using DecodeTable = std::array<std::int8_t, 256>;
constexpr DecodeTable MakeDecodeTable(std::string_view alphabet) {
  DecodeTable table{};
  table.fill(-1);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
  }
  return table;
}
constexpr DecodeTable kStandardValues = MakeDecodeTable(kStandard);
constexpr DecodeTable kUrlSafeValues = MakeDecodeTable(kUrlSafe);

std::unexpected<Error> Malformed(std::string_view what) {
  // The text stays out of the message: it is a token or a key more often than not.
  return Fail("crypto.malformed", std::string(what));
}

std::string EncodeUnpadded(std::string_view bytes, std::string_view alphabet) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    count += 8;
    for (; count >= 6; count -= 6) out += alphabet[bits >> (count - 6) & 63];
  }
  if (count > 0) out += alphabet[bits << (6 - count) & 63];
  return out;
}

Result<std::string> DecodeUnpadded(std::string_view text, const DecodeTable& values) {
  if (text.size() % 4 == 1)
    return Malformed("The base64 text has a length that no bytes encode to.");
  std::string out;
  out.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const int value = values[static_cast<unsigned char>(c)];
    if (value < 0) return Malformed("The base64 text holds a character outside its alphabet.");
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += static_cast<char>(bits >> count & 0xff);
    }
  }
  // Bits that encode nothing must be 0 (RFC 4648 section 3.5), so that one value has one text.
  if ((bits & ((1u << count) - 1)) != 0)
    return Malformed("The base64 text ends in bits that encode nothing.");
  return out;
}

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string HexEncode(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

Result<std::string> HexDecode(std::string_view text) {
  if (text.size() % 2 != 0) return Malformed("The hex text has an odd number of digits.");
  std::string out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = HexValue(text[i]);
    const int low = HexValue(text[i + 1]);
    if (high < 0 || low < 0)
      return Malformed("The hex text holds a character that is not a hex digit.");
    out += static_cast<char>(high * 16 + low);
  }
  return out;
}

std::string Base64Encode(std::string_view bytes) {
  std::string out = EncodeUnpadded(bytes, kStandard);
  while (out.size() % 4 != 0) out += '=';
  return out;
}

Result<std::string> Base64Decode(std::string_view text) {
  if (text.size() % 4 != 0)
    return Malformed("The base64 text is not padded to a multiple of four.");
  for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  return DecodeUnpadded(text, kStandardValues);
}

std::string Base64UrlEncode(std::string_view bytes) { return EncodeUnpadded(bytes, kUrlSafe); }

Result<std::string> Base64UrlDecode(std::string_view text) {
  return DecodeUnpadded(text, kUrlSafeValues);
}

}  // namespace coldpath::base
