#include "aws/s3_object_store.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "aws/xml_reader.h"
#include "base/check.h"
#include "base/crypto.h"

namespace coldpath::aws {
namespace {

constexpr char kNamespace[] = "http://s3.amazonaws.com/doc/2006-03-01/";
constexpr char kChecksum[] = "x-amz-checksum-sha256";
constexpr char kDigest[] = "x-amz-meta-sha256";
constexpr int kMostPages = 10'000;  // of a thousand keys
// A slow line moves eight megabytes in this time.
constexpr base::Duration kTransferTimeout = std::chrono::minutes(2);

std::unexpected<base::Error> Io(const AwsError& error) {
  return base::Fail("store.io", "S3: " + Describe(error));
}
std::unexpected<base::Error> Unreadable(const std::string& what) {
  return base::Fail("store.io", "S3: " + what);
}

std::string Checksum(std::string_view bytes) { return base::Base64Encode(base::Sha256(bytes)); }

// S3 may report a failure after it has begun to answer 200 (CompleteMultipartUpload).
base::Result<XmlElement> ReadAnswer(const base::HttpResponse& response, std::string_view root) {
  auto xml = ReadXml(response.body);
  if (!xml) return Unreadable(xml.error().message);
  if (xml->name == root) return xml;
  if (xml->name == "Error") return Unreadable(xml->Text("Code") + ": " + xml->Text("Message"));
  return Unreadable("the answer is not a " + std::string(root));
}

// The tag by which the bucket's lifecycle finds raw payloads (deploy/aws/template.yaml): its rules
// know the beginning of a key, not its middle.
void TagRaw(const std::string& key, AwsRequest& request) {
  if (key.find("/raw/") != std::string::npos) request.headers.Add("x-amz-tagging", "kind=raw");
}

}  // namespace

struct S3ObjectStore::Page {
  std::vector<std::string> keys;
  std::string continuation;  // empty on the last page
};

S3ObjectStore::S3ObjectStore(AwsClient& client, S3Settings settings)
    : client_(client), settings_(std::move(settings)) {
  COLDPATH_CHECK(!settings_.bucket.empty() && settings_.part_bytes > 0);
}

AwsRequest S3ObjectStore::Request(std::string method, const std::string& key) const {
  AwsRequest request;
  request.service = "s3";
  request.method = std::move(method);
  request.timeout = kTransferTimeout;
  // AWS wants the bucket in the host's name. Emulators rarely have such names, and with a dot in it
  // the name would not match the certificate.
  if (client_.HasOwnEndpoint("s3") || settings_.bucket.find('.') != std::string::npos) {
    request.path = "/" + settings_.bucket + "/" + key;
  } else {
    request.host_prefix = settings_.bucket + ".";
    request.path = "/" + key;
  }
  return request;
}

base::Status S3ObjectStore::Put(const std::string& key, std::string_view bytes) {
  COLDPATH_RETURN_IF_ERROR(tasks::ValidateKey(key));
  if (bytes.size() > settings_.part_bytes) return PutInParts(key, bytes);
  AwsRequest request = Request("PUT", key);
  request.headers = {{"Content-Type", "application/octet-stream"},
                     {kChecksum, Checksum(bytes)},
                     {kDigest, base::Sha256Hex(bytes)},
                     {"x-amz-storage-class", settings_.storage_class}};
  TagRaw(key, request);
  request.body = bytes;
  if (const auto put = client_.Send(request); !put) return Io(put.error());
  return {};
}

base::Status S3ObjectStore::PutInParts(const std::string& key, std::string_view bytes) {
  COLDPATH_ASSIGN_OR_RETURN(const std::string upload, BeginParts(key, bytes));
  const base::Result<std::string> parts = PutParts(key, upload, bytes);
  const base::Status done = parts ? CompleteParts(key, upload, *parts, base::Sha256Hex(bytes))
                                  : base::Status(base::Fail(parts.error()));
  if (done) return {};
  // Parts cost rent until they are aborted. The first error is the one to tell.
  AwsRequest abort = Request("DELETE", key);
  abort.query = {{"uploadId", upload}};
  static_cast<void>(client_.Send(abort));
  return done;
}

base::Result<std::string> S3ObjectStore::BeginParts(const std::string& key,
                                                    std::string_view bytes) {
  AwsRequest request = Request("POST", key);
  request.query = {{"uploads", ""}};
  request.headers = {{"Content-Type", "application/octet-stream"},
                     {"x-amz-checksum-algorithm", "SHA256"},
                     {kDigest, base::Sha256Hex(bytes)},
                     {"x-amz-storage-class", settings_.storage_class}};
  TagRaw(key, request);
  const auto response = client_.Send(request);
  if (!response) return Io(response.error());
  COLDPATH_ASSIGN_OR_RETURN(const XmlElement xml,
                            ReadAnswer(*response, "InitiateMultipartUploadResult"));
  std::string upload = xml.Text("UploadId");
  if (upload.empty()) return Unreadable("the answer names no upload");
  return upload;
}

// The list of parts as CompleteMultipartUpload wants it.
base::Result<std::string> S3ObjectStore::PutParts(const std::string& key, const std::string& upload,
                                                  std::string_view bytes) {
  std::string parts;
  for (std::size_t at = 0, number = 1; at < bytes.size(); at += settings_.part_bytes, ++number) {
    const std::string_view part = bytes.substr(at, settings_.part_bytes);
    AwsRequest request = Request("PUT", key);
    request.query = {{"partNumber", std::to_string(number)}, {"uploadId", upload}};
    request.headers = {{"Content-Type", "application/octet-stream"}, {kChecksum, Checksum(part)}};
    request.body = part;
    const auto response = client_.Send(request);
    if (!response) return Io(response.error());
    const std::string tag = response->headers.Find("ETag").value_or("");
    if (tag.empty()) return Unreadable("part " + std::to_string(number) + " has no ETag");
    parts += "<Part><PartNumber>" + std::to_string(number) + "</PartNumber><ETag>" +
             EscapeXml(tag) + "</ETag><ChecksumSHA256>" + Checksum(part) +
             "</ChecksumSHA256></Part>";
  }
  return parts;
}

base::Status S3ObjectStore::CompleteParts(const std::string& key, const std::string& upload,
                                          const std::string& parts, const std::string& digest) {
  AwsRequest request = Request("POST", key);
  request.query = {{"uploadId", upload}};
  request.headers = {{"Content-Type", "application/xml"}};
  request.body = "<CompleteMultipartUpload xmlns=\"" + std::string(kNamespace) + "\">" + parts +
                 "</CompleteMultipartUpload>";
  const auto response = client_.Send(request);
  if (response) {
    COLDPATH_RETURN_IF_ERROR(ReadAnswer(*response, "CompleteMultipartUploadResult"));
    return {};
  }
  // A call that was retried because its answer got lost may find its own work done.
  if (response.error().name == "NoSuchUpload") {
    const auto head = client_.Send(Request("HEAD", key));
    if (head && head->headers.Find(kDigest) == digest) return {};
  }
  return Io(response.error());
}

base::Result<std::string> S3ObjectStore::Get(const std::string& key) {
  COLDPATH_RETURN_IF_ERROR(tasks::ValidateKey(key));
  AwsRequest request = Request("GET", key);
  request.headers = {{"x-amz-checksum-mode", "ENABLED"}};
  auto response = client_.Send(request);
  if (!response) {
    if (response.error().name != "NoSuchKey") return Io(response.error());
    return base::Fail("object.not_found", "There is no object " + key + ".");
  }
  const auto digest = response->headers.Find(kDigest);
  const auto checksum = response->headers.Find(kChecksum);
  // "...-3" is the checksum of three parts' checksums: it says nothing that could be compared.
  const bool whole = checksum && checksum->find('-') == std::string::npos;
  if ((digest && *digest != base::Sha256Hex(response->body)) ||
      (whole && *checksum != Checksum(response->body))) {
    return base::Fail("object.corrupt",
                      "The bytes of object " + key + " do not match their SHA-256.");
  }
  return std::move(response->body);
}

base::Result<S3ObjectStore::Page> S3ObjectStore::ListPage(const std::string& prefix,
                                                          const std::string& continuation) {
  AwsRequest request = Request("GET", "");
  request.query = {{"list-type", "2"}, {"max-keys", "1000"}, {"prefix", prefix}};
  if (!continuation.empty()) request.query.emplace_back("continuation-token", continuation);
  const auto response = client_.Send(request);
  if (!response) return Io(response.error());
  COLDPATH_ASSIGN_OR_RETURN(const XmlElement xml, ReadAnswer(*response, "ListBucketResult"));
  Page page;
  for (const XmlElement& child : xml.children) {
    if (child.name == "Contents") page.keys.push_back(child.Text("Key"));
  }
  if (xml.Text("IsTruncated") == "true") {
    page.continuation = xml.Text("NextContinuationToken");
    if (page.continuation.empty()) return Unreadable("a truncated list names no next page");
  }
  return page;
}

base::Result<std::vector<std::string>> S3ObjectStore::List(const std::string& prefix) {
  COLDPATH_RETURN_IF_ERROR(tasks::ValidatePrefix(prefix));
  std::vector<std::string> keys;
  std::string continuation;
  for (int pages = 0; pages < kMostPages; ++pages) {
    COLDPATH_ASSIGN_OR_RETURN(Page page, ListPage(prefix, continuation));
    std::move(page.keys.begin(), page.keys.end(), std::back_inserter(keys));
    if (page.continuation.empty()) return keys;
    if (page.continuation == continuation) return Unreadable("a list names the same page again");
    continuation = std::move(page.continuation);
  }
  return Unreadable("there are more than ten million keys below " + prefix);
}

base::Status S3ObjectStore::Delete(const std::string& key) {
  COLDPATH_RETURN_IF_ERROR(tasks::ValidateKey(key));
  if (const auto deleted = client_.Send(Request("DELETE", key)); !deleted) {
    if (deleted.error().name == "NoSuchKey") return {};
    return Io(deleted.error());
  }
  return {};
}

// At most a thousand keys.
base::Status S3ObjectStore::DeleteAll(const std::vector<std::string>& keys) {
  std::string body = "<Delete xmlns=\"" + std::string(kNamespace) + "\"><Quiet>true</Quiet>";
  for (const std::string& key : keys) {
    body += "<Object><Key>" + EscapeXml(key) + "</Key></Object>";
  }
  body += "</Delete>";
  AwsRequest request = Request("POST", "");
  request.query = {{"delete", ""}};
  request.headers = {{"Content-Type", "application/xml"},
                     {"x-amz-sdk-checksum-algorithm", "SHA256"},
                     {kChecksum, Checksum(body)}};
  request.body = std::move(body);
  const auto response = client_.Send(request);
  if (!response) return Io(response.error());
  COLDPATH_ASSIGN_OR_RETURN(const XmlElement xml, ReadAnswer(*response, "DeleteResult"));
  if (const XmlElement* const error = xml.Find("Error")) {
    return Unreadable("an object could not be deleted: " + error->Text("Code") + ": " +
                      error->Text("Message"));
  }
  return {};
}

base::Status S3ObjectStore::DeletePrefix(const std::string& prefix) {
  COLDPATH_RETURN_IF_ERROR(tasks::ValidatePrefix(prefix));
  // Always the first page: what was on it is gone by the next time.
  for (int pages = 0; pages < kMostPages; ++pages) {
    COLDPATH_ASSIGN_OR_RETURN(const Page page, ListPage(prefix, ""));
    if (!page.keys.empty()) COLDPATH_RETURN_IF_ERROR(DeleteAll(page.keys));
    if (page.continuation.empty()) return {};
  }
  return Unreadable("there are more than ten million keys below " + prefix);
}

}  // namespace coldpath::aws
