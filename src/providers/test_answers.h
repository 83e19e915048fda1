// Answers of providers for this folder's tests.
#ifndef COLDPATH_PROVIDERS_TEST_ANSWERS_H_
#define COLDPATH_PROVIDERS_TEST_ANSWERS_H_

#include <fstream>
#include <sstream>
#include <string>

#include "base/http.h"
#include "base/json.h"
#include "domain/date_range.h"

namespace coldpath::providers {

inline base::HttpResponse Answer(int status, std::string body, base::HttpHeaders headers = {}) {
  base::HttpResponse response;
  response.status = status;
  response.headers = std::move(headers);
  response.body = std::move(body);
  return response;
}

inline std::string ReadWholeFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

#ifdef COLDPATH_SOURCE_DIR
inline std::string GoldenPath(const std::string& provider, const std::string& stream,
                              const std::string& ending) {
  return COLDPATH_SOURCE_DIR "/tests/golden/" + provider + "/" + stream + ending;
}

struct GoldenAnswer {
  domain::DateRange range;
  std::string body;
};
// The input of a golden file. Empty if there is none, which no test can take for a page.
inline GoldenAnswer ReadGoldenAnswer(const std::string& provider, const std::string& stream) {
  const auto json = base::ParseJson(ReadWholeFile(GoldenPath(provider, stream, ".json")));
  if (!json) return {};
  const auto day = [&](const char* key) {
    return *base::ParseDate(base::FindString((*json)["range"], key).value_or("2000-01-01"));
  };
  return {{day("start"), day("end")}, base::DumpJson((*json)["body"])};
}
#endif

}  // namespace coldpath::providers

#endif  // COLDPATH_PROVIDERS_TEST_ANSWERS_H_
