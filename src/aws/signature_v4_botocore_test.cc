// Our signer against the one of AWS's own Python library.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "aws/signature_v4.h"
#include "base/crypto.h"
#include "base/json.h"
#include "base/random.h"

namespace coldpath::aws {
namespace {

std::string AuthorizationOf(const SignableRequest& request, const SigningScope& scope,
                            const Credentials& credentials) {
  return SignatureHeaders(request, scope, credentials).Find("Authorization").value_or("");
}

// Reads requests from a file, signs each with botocore, writes the Authorization fields to another.
constexpr char kOracle[] = R"py(
import datetime, json, sys
from urllib.parse import urlencode, quote
import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
NOW = datetime.datetime(2026, 11, 22, 10, 20, 30)
class Clock(datetime.datetime):
    @classmethod
    def utcnow(cls): return NOW
    @classmethod
    def now(cls, tz=None): return NOW.replace(tzinfo=tz)
if hasattr(botocore.auth, 'get_current_datetime'):
    botocore.auth.get_current_datetime = lambda remove_tzinfo=True: NOW
botocore.auth.datetime = type('M', (), {'datetime': Clock, 'timezone': datetime.timezone})
out = []
for c in json.load(open(sys.argv[1])):
    url = 'https://' + c['host'] + c['path']
    if c['query']:
        pairs = [(quote(k, safe='-._~'), quote(v, safe='-._~')) for k, v in c['query']]
        url += '?' + '&'.join(k + '=' + v for k, v in pairs)
    request = AWSRequest(method=c['method'], url=url, data=c['body'].encode('utf-8'))
    for name, value in c['headers']:
        request.headers[name] = value
    kind = botocore.auth.S3SigV4Auth if c['service'] == 's3' else botocore.auth.SigV4Auth
    signer = kind(Credentials('AKID', 'secret', c['token'] or None), c['service'], 'eu-central-1')
    if c['service'] == 's3':
        request.context['client_config'] = type('C', (), {'s3': {}, 'signature_version': 's3v4'})
        request.context['payload_signing_enabled'] = True
    signer.add_auth(request)
    out.append(request.headers['Authorization'])
json.dump(out, open(sys.argv[2], 'w'))
)py";

base::Json RandomRequests(int count) {
  base::SeededRandom random(20'261'122);
  const auto below = [&](std::size_t bound) { return random.NextUint64() % bound; };
  const auto text = [&] {
    static const std::string kBytes = "abcXYZ019-._~ +=&/%?$@!*'(),;:";
    std::string out;
    for (std::size_t left = below(12); left > 0; --left) out += kBytes[below(kBytes.size())];
    return out;
  };
  const auto one_of = [&](std::initializer_list<const char*> choices) {
    return std::string(choices.begin()[below(choices.size())]);
  };
  base::Json cases = base::Json::array();
  for (int i = 0; i < count; ++i) {
    base::Json query = base::Json::array();
    for (std::size_t k = below(4); k > 0; --k) query.push_back({"k" + text(), text()});
    base::Json headers = base::Json::array();
    for (std::size_t k = below(3); k > 0; --k) {
      headers.push_back({"X-Amz-H" + std::to_string(k), "v " + text() + " w"});
    }
    cases.push_back({{"service", one_of({"s3", "dynamodb", "states"})},
                     {"method", one_of({"GET", "PUT", "POST", "DELETE"})},
                     {"host", one_of({"h.amazonaws.com", "127.0.0.1:5055"})},
                     {"path", EncodePath("/" + text())},
                     {"query", query},
                     {"headers", headers},
                     {"body", text()},
                     {"token", one_of({"", "a/token+="})}});
  }
  return cases;
}

TEST(SignatureV4BotocoreTest, SignsRandomRequestsAlike) {
  const char* const python = std::getenv("COLDPATH_AWS_PYTHON");
  if (python == nullptr) GTEST_SKIP() << "COLDPATH_AWS_PYTHON names no Python with botocore";
  const std::filesystem::path folder =
      std::filesystem::path(::testing::TempDir()) / "coldpath_botocore";
  std::filesystem::create_directories(folder);
  const base::Json cases = RandomRequests(500);
  std::ofstream(folder / "oracle.py") << kOracle;
  std::ofstream(folder / "cases.json") << base::DumpJson(cases);
  const std::string command = std::string(python) + " '" + (folder / "oracle.py").string() + "' '" +
                              (folder / "cases.json").string() + "' '" +
                              (folder / "answers.json").string() + "'";
  ASSERT_EQ(std::system(command.c_str()), 0) << command;
  std::stringstream read;
  read << std::ifstream(folder / "answers.json").rdbuf();
  const auto answers = base::ParseJson(read.str());
  ASSERT_TRUE(answers && answers->size() == cases.size());
  const SigningScope at{"eu-central-1", "", base::FromUnixSeconds(1'795'342'830)};
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const base::Json& c = cases[i];
    SigningScope scope = at;
    scope.service = c["service"];
    SignableRequest request{c["method"], c["host"], c["path"], {}, {}, ""};
    request.payload_sha256 = base::Sha256Hex(c["body"].get<std::string>());
    for (const auto& pair : c["query"]) request.query.emplace_back(pair[0], pair[1]);
    for (const auto& pair : c["headers"]) request.headers.Add(pair[0], pair[1]);
    EXPECT_EQ(AuthorizationOf(request, scope, {"AKID", "secret", c["token"], {}}),
              (*answers)[i].get<std::string>())
        << c.dump(1) << "\n"
        << CanonicalRequest(request, scope, {"AKID", "secret", c["token"], {}});
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace coldpath::aws
