#include <algorithm>

#include "base/crypto.h"
#include "base/crypto_test_keys.h"
#include "base/http.h"
#include "base/json.h"
#include "base/time.h"
#include "fuzz_targets.h"
#include "net/sse_parser.h"
#include "records/raw_file.h"
#include "records/record_file.h"

namespace coldpath::fuzz {
namespace {

std::string OnJson(std::string_view bytes) {
  const auto json = base::ParseJson(bytes, {.max_bytes = 1 << 20, .max_depth = 64});
  if (!json) return "";
  const std::string once = base::DumpJson(*json);
  const auto again = base::ParseJson(once);
  if (!again) return "what we wrote cannot be read: " + once;
  return base::DumpJson(*again) == once ? "" : "reading and writing changes it: " + once;
}

std::string OnUrl(std::string_view bytes) {
  const auto url = base::ParseUrl(bytes);
  if (!url) return "";
  return url->path.starts_with('/') ? "" : "a path without its slash: " + url->path;
}

std::string OnForm(std::string_view bytes) {
  const auto fields = base::DecodeForm(bytes);
  if (!fields) return "";
  return base::DecodeForm(base::EncodeForm(*fields)) == fields ? "" : "does not survive encoding";
}

std::string OnTime(std::string_view bytes) {
  if (const auto day = base::ParseDate(bytes); day && base::FormatDate(*day) != bytes) {
    return "a day that is written otherwise: " + base::FormatDate(*day);
  }
  if (const auto offset = base::ParseUtcOffset(bytes)) {
    const std::string text = base::FormatUtcOffset(*offset);
    if (base::ParseUtcOffset(text) != offset) return "an offset that is not read again: " + text;
  }
  const auto time = base::ParseRfc3339(bytes);
  if (!time) return "";
  const std::string text = base::FormatInstant(time->instant, time->utc_offset);
  const auto again = base::ParseRfc3339(text);
  // A moment at the end of the years that can be written may fall outside of them.
  if (!again) return "an instant that is not read again: " + text;
  return again->instant == time->instant && again->utc_offset == time->utc_offset
             ? ""
             : "an instant that changes: " + text;
}

std::string OnBase64(std::string_view bytes) {
  if (const auto plain = base::Base64UrlDecode(bytes)) {
    if (base::Base64UrlEncode(*plain) != bytes) return "two texts of the same bytes (URL-safe)";
  }
  if (const auto plain = base::Base64Decode(bytes)) {
    if (base::Base64Encode(*plain) != bytes) return "two texts of the same bytes";
  }
  (void)base::HexDecode(bytes);
  return "";
}

std::string OnJwk(std::string_view bytes) {
  const auto key = base::SigningKeyFromJwk(bytes);
  if (!key) return "";
  if (base::VerifySignature(**key, "bytes", "signature")) return "a signature of nobody passes";
  return base::SigningKeyFromJwk(base::PublicJwk(**key)) ? "" : "its public half is not read";
}

// However the stream is cut, the events are the same.
std::string OnSse(std::string_view bytes) {
  const auto text_of = [](const std::vector<net::ServerSentEvent>& events) {
    std::string text;
    for (const auto& one : events) text += one.id + "\1" + one.event + "\1" + one.data + "\2";
    return text;
  };
  net::SseParser whole;
  const std::string expected = text_of(whole.Feed(bytes));
  for (const std::size_t step : {1u, 3u, 7u}) {
    net::SseParser parser;
    std::string got;
    for (std::size_t at = 0; at < bytes.size(); at += step) {
      got += text_of(parser.Feed(bytes.substr(at, step)));
    }
    if (got != expected) return "the cut into pieces matters";
  }
  return "";
}

constexpr std::size_t kTextMax = 1 << 20;

std::string OnRecordFile(std::string_view bytes) {
  const auto file = records::DecodeRecordFile(bytes, {.max_bytes = kTextMax});
  if (!file) return "";
  const auto again =
      records::DecodeRecordFile(records::EncodeRecordFile(file->header, file->records));
  if (!again) return "what we wrote cannot be read: " + again.error().message;
  return again->records == file->records ? "" : "reading and writing changes the records";
}

std::string OnRawFile(std::string_view bytes) {
  const auto file = records::DecodeRawFile(bytes, {.max_bytes = kTextMax});
  if (!file) return "";
  return records::DecodeRawFile(records::EncodeRawFile(*file)) == file ? "" : "it changes";
}

std::string Compressed(std::string_view text) {
  records::Compressor compressor;
  compressor.text() = text;
  return compressor.Finish();
}

std::string SampleText(const std::string& bytes) {
  records::Decompressor decompressor(bytes, kTextMax);
  std::string text;
  while (decompressor.Read(text).value_or(false)) {
  }
  return text;
}

std::string SampleRecordFile() {
  const auto time = *base::ParseRfc3339("2024-03-30T23:40:00+01:00");
  domain::Record record{.type = domain::DataType::kSleep,
                        .start = time.instant,
                        .end = time.instant + std::chrono::hours(8),
                        .utc_offset = time.utc_offset,
                        .local_date = *base::ParseDate("2024-03-31"),
                        .value = 412.5,
                        .source_id = "slp-31",
                        .raw_digest = std::string(64, 'a')};
  record.components.push_back({.name = "mean-heart-rate", .value = 54, .unit = "/min"});
  record.stages.push_back({.kind = domain::SleepStageKind::kDeep,
                           .start = time.instant,
                           .end = time.instant + std::chrono::hours(1)});
  std::vector<domain::Record> records{record, record};
  records[1].tombstone = true;
  records[1].source_id = "slp-32";
  return records::EncodeRecordFile(
      {.provider = "oura", .provider_user = "u", .type = domain::DataType::kSleep}, records);
}

std::string SampleRawFile() {
  return records::EncodeRawFile(
      {{"GET", "https://a.test/v2/x?y=1", 200, R"({"data":[]})"}, {"GET", "/", 500, "\n\n"}});
}

}  // namespace

std::vector<FuzzTarget> BaseTargets() {
  const std::string records = SampleRecordFile();
  const std::string raw = SampleRawFile();
  return {
      {"json",
       OnJson,
       {R"({"a":[1,-2.5e3,null,true,"\u00e9\ud83d\ude00"],"b":{}})", "[[[]]]", "-0"}},
      {"url", OnUrl, {"https://a.test:80/p%20q?x=1&y=%C3%A9#f", "/v1/x?a=b+c", "http://[::1]/"}},
      {"form", OnForm, {"a=1&b=%20%C3%A9&c", "grant_type=refresh_token&x=a+b"}},
      {"time",
       OnTime,
       {"2024-05-01T07:12:00.123456+02:00", "2024-02-29", "-03:30", "+0200", "2016-12-31T23:59:60Z",
        "1900-01-01T00:00:00+14:00", "2200-12-31T23:59:59-12:00"}},
      {"base64", OnBase64, {"aGVsbG8", "aGVsbG8=", "_-8", "00ff"}},
      {"jwk",
       OnJwk,
       {base::PublicJwk(**base::SigningKeyFromPem(base::test::kRsaPrivatePem)),
        // RFC 7517, appendix A.1.
        R"({"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
            "y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","kid":"1"})"}},
      {"sse",
       OnSse,
       {"\xEF\xBB\xBFid: 7\nevent: chunk\ndata: {}\ndata: x\n\n: c\r\n\r\ndata:y\r\r"}},
      {"record_file", OnRecordFile, {records}},
      // The same behind a frame that is right, so that more than the frame's checksum is tried.
      {"record_text",
       [](std::string_view text) { return OnRecordFile(Compressed(text)); },
       {SampleText(records)}},
      {"raw_file", OnRawFile, {raw}},
      {"raw_text",
       [](std::string_view text) { return OnRawFile(Compressed(text)); },
       {SampleText(raw)}},
  };
}

}  // namespace coldpath::fuzz
