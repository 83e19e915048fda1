#include "aws/aws_client.h"
#include "aws/http_api_event.h"
#include "aws/kms_key_vault.h"
#include "aws/s3_object_store.h"
#include "aws/xml_reader.h"
#include "base/random.h"
#include "fuzz_targets.h"

namespace coldpath::fuzz {
namespace {

class StillClock final : public base::Clock {
 public:
  base::Instant Now() const override { return base::FromUnixSeconds(1'800'000'000); }
};

class AnyKeys final : public aws::CredentialSource {
 public:
  base::Result<aws::Credentials> Get() override {
    return aws::Credentials{"ID", "secret", "", std::nullopt};
  }
  void Refuse(const aws::Credentials&) override {}
};

// Answers everything at once with the same bytes.
class Parrot final : public base::HttpClient {
 public:
  Parrot(int status, std::string_view bytes) : status_(status), bytes_(bytes) {}
  void Send(base::HttpRequest, Done done) override {
    done(base::HttpResponse{status_, {{"Date", bytes_}, {"Retry-After", bytes_}}, bytes_});
  }

 private:
  const int status_;
  const std::string bytes_;
};

// An AWS whose services answer nothing but these bytes.
struct ParrotAws {
  ParrotAws(int status, std::string_view bytes) : http(status, bytes) {}
  StillClock clock;
  base::SeededRandom random{1};
  base::Log log{clock, base::LogLevel::kError, [](std::string_view) {}};
  AnyKeys keys;
  Parrot http;
  aws::AwsClient client{{http, clock, random, log, [](base::Duration) {}},
                        {.region = "eu-central-1", .endpoints = {}},
                        keys};
};

std::string CheckTexts(const aws::XmlElement& element) {
  const auto again = aws::ReadXml("<a>" + aws::EscapeXml(element.text) + "</a>");
  if (!again || again->text != element.text) return "a text that is not read again";
  for (const aws::XmlElement& child : element.children) {
    if (std::string complaint = CheckTexts(child); !complaint.empty()) return complaint;
  }
  return "";
}

std::string OnXml(std::string_view bytes) {
  const auto root = aws::ReadXml(bytes);
  return root ? CheckTexts(*root) : "";
}

std::string OnError(std::string_view bytes) {
  ParrotAws aws(403, bytes);
  const auto answer = aws.client.CallJson("states", "AWSStepFunctions.X", base::Json::object());
  if (answer) return "a refusal that is a success";
  if (answer.error().name.empty()) return "an error without a name";
  return aws::Describe(answer.error()).size() > 2048 ? "an error without a bound" : "";
}

std::string OnListing(std::string_view bytes) {
  ParrotAws aws(200, bytes);
  aws::S3ObjectStore store(aws.client, {.bucket = "b", .part_bytes = 4});
  static_cast<void>(store.List("users/"));
  static_cast<void>(store.Put("k", "longer than a part"));
  const auto got = store.Get("k");
  return got == bytes ? "" : "bytes that changed on the way";
}

std::string OnSealed(std::string_view bytes) {
  ParrotAws aws(200, bytes);
  aws::KmsKeyVault vault(aws.client, aws.clock, aws.random, {.key_id = "k"});
  static_cast<void>(vault.Seal("x", "connection"));
  const auto opened = vault.Open(bytes, "connection");
  return opened ? "something opened that nobody sealed" : "";
}

std::string OnHttpApiEvent(std::string_view bytes) {
  const auto json = base::ParseJson(bytes, {.max_bytes = 1 << 20, .max_depth = 64});
  if (!json) return "";
  const auto event = aws::ReadHttpApiEvent(*json);
  if (!event) return "";
  return event->request.url.starts_with('/') ? "" : "a target without its slash";
}

}  // namespace

std::vector<FuzzTarget> AwsTargets() {
  return {
      {"aws_xml",
       OnXml,
       {"<?xml version=\"1.0\"?><a x='1'><!-- c --><b>t&amp;&#x41;</b><c/><![CDATA[<d>]]></a>"}},
      {"aws_error",
       OnError,
       {R"({"__type":"com.amazonaws.x#Name:http://y","message":"m"})",
        "<ErrorResponse><Error><Code>Name</Code><Message>m</Message></Error></ErrorResponse>",
        R"({"__type":"RequestTimeTooSkewed"})"}},
      {"aws_s3",
       OnListing,
       {"<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>users/a</Key></Contents>"
        "</ListBucketResult>",
        "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>",
        "<Error><Code>InternalError</Code></Error>"}},
      {"aws_sealed",
       OnSealed,
       {std::string("\x01\x00\x03", 3) + "key" + std::string(40, 'x'),
        R"({"Plaintext":"a2trawBra2tra2tra2tra2tra2tra2tra2tra2tra2s=","CiphertextBlob":"AAAA"})"}},
      {"aws_http_api_event",
       OnHttpApiEvent,
       {R"({"version":"2.0","rawPath":"/v1/x","rawQueryString":"a=b","cookies":["c=d"],"headers":)"
        R"({"accept":"x"},"body":"aGk=","isBase64Encoded":true,"requestContext":{"http":)"
        R"({"method":"GET","path":"/v1/x","sourceIp":"1.2.3.4"},"stage":"$default"}})"}}};
}

}  // namespace coldpath::fuzz
