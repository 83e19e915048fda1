// Raw payload files: what the provider answered, word for word, so that normalisation can be redone
// without another call.
//
// ON DISK: a zstd frame of {"exchanges":N,"format":"coldpath.raw/1"}\n and then, for each exchange,
// a line {"body_bytes":N,"method":"GET","status":200,"url":"..."}\n, the body, and "\n". Requests
// are kept without headers and bodies, and their URLs without secrets.
#ifndef COLDPATH_RECORDS_RAW_FILE_H_
#define COLDPATH_RECORDS_RAW_FILE_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/http.h"
#include "base/result.h"

namespace coldpath::records {

struct RawExchange {
  std::string method;
  std::string url;  // without secrets
  int status = 0;
  std::string body;

  friend bool operator==(const RawExchange&, const RawExchange&) = default;
};

// What is kept of an exchange. Of the URL, user information and the values of parameters that carry
// secrets (access_token, code, client_secret, ...) are replaced by "redacted".
RawExchange KeepExchange(const base::HttpRequest& request, const base::HttpResponse& response);

std::string EncodeRawFile(const std::vector<RawExchange>& exchanges);

struct RawFileLimits {
  std::size_t max_bytes = std::size_t{1} << 30;
};
// Errors: records.corrupt, records.truncated, records.too_large, records.malformed.
base::Result<std::vector<RawExchange>> DecodeRawFile(std::string_view bytes,
                                                     const RawFileLimits& limits = {});

}  // namespace coldpath::records

#endif  // COLDPATH_RECORDS_RAW_FILE_H_
