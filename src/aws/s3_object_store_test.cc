#include "aws/s3_object_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "aws/aws_testing.h"
#include "base/crypto.h"
#include "tasks/object_store_contract.h"

namespace coldpath::aws {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

struct S3ObjectStoreTest : ::testing::Test {
  std::vector<std::string> Sent() const {
    std::vector<std::string> lines;
    for (const auto& request : aws.http.requests())
      lines.push_back(request.method + " " + request.url);
    return lines;
  }
  ScriptedAws aws;
  S3ObjectStore store{aws.client, {.bucket = "bucket", .part_bytes = 10}};
  const std::string at = "https://bucket.s3.eu-central-1.amazonaws.com/";
};

TEST_F(S3ObjectStoreTest, PutsWithChecksumAndStorageClass) {
  aws.http.Then(200);
  ASSERT_TRUE(store.Put("users/a/x.bin", "ten bytes."));
  const base::HttpRequest sent = aws.http.requests()[0];
  EXPECT_EQ(sent.method + " " + sent.url, "PUT " + at + "users/a/x.bin");
  EXPECT_EQ(sent.body, "ten bytes.");
  EXPECT_EQ(sent.headers.Find("x-amz-storage-class"), "INTELLIGENT_TIERING");
  EXPECT_EQ(sent.headers.Find("x-amz-checksum-sha256"),
            base::Base64Encode(base::Sha256("ten bytes.")));
  EXPECT_EQ(sent.headers.Find("x-amz-meta-sha256"), base::Sha256Hex("ten bytes."));
  EXPECT_THAT(*sent.headers.Find("Authorization"), HasSubstr("x-amz-storage-class"));
}

TEST_F(S3ObjectStoreTest, RawPayloadsAreTaggedForTheLifecycle) {
  aws.http.Then(200);
  aws.http.Then(200);
  ASSERT_TRUE(store.Put("users/a/jobs/j/raw/c.a01.p0001.zst", "x"));
  ASSERT_TRUE(store.Put("users/a/jobs/j/records/c.steps.00.ndjson.zst", "x"));
  EXPECT_EQ(aws.http.requests()[0].headers.Find("x-amz-tagging"), "kind=raw");
  EXPECT_FALSE(aws.http.requests()[1].headers.Find("x-amz-tagging"));
}

TEST_F(S3ObjectStoreTest, EmulatorsAndDottedBucketsGetTheBucketInThePath) {
  S3ObjectStore dotted(aws.client, {.bucket = "a.b"});
  aws.http.Then(200);
  ASSERT_TRUE(dotted.Put("k", "x"));
  ScriptedAws emulated({.region = "r", .endpoints = {{"*", "http://127.0.0.1:5"}}});
  emulated.http.Then(200);
  ASSERT_TRUE(S3ObjectStore(emulated.client, {.bucket = "bucket"}).Put("k", "x"));
  EXPECT_EQ(Sent()[0], "PUT https://s3.eu-central-1.amazonaws.com/a.b/k");
  EXPECT_EQ(emulated.http.requests()[0].url, "http://127.0.0.1:5/bucket/k");
}

constexpr char kBegun[] =
    "<InitiateMultipartUploadResult><UploadId>u/1</UploadId></InitiateMultipartUploadResult>";

TEST_F(S3ObjectStoreTest, PutsLargeObjectsInParts) {
  aws.http.Then(200, kBegun);
  aws.http.Then(200, "", {{"ETag", "\"one\""}});
  aws.http.Then(200, "", {{"ETag", "\"two\""}});
  aws.http.Then(200, "", {{"ETag", "\"three\""}});
  aws.http.Then(200, "<CompleteMultipartUploadResult/>");
  const std::string bytes = "0123456789abcdefghijXYZ";
  ASSERT_TRUE(store.Put("k", bytes));
  EXPECT_THAT(Sent(), ElementsAre("POST " + at + "k?uploads=",
                                  "PUT " + at + "k?partNumber=1&uploadId=u%2F1",
                                  "PUT " + at + "k?partNumber=2&uploadId=u%2F1",
                                  "PUT " + at + "k?partNumber=3&uploadId=u%2F1",
                                  "POST " + at + "k?uploadId=u%2F1"));
  const auto requests = aws.http.requests();
  EXPECT_EQ(requests[0].headers.Find("x-amz-checksum-algorithm"), "SHA256");
  EXPECT_EQ(requests[0].headers.Find("x-amz-storage-class"), "INTELLIGENT_TIERING");
  EXPECT_EQ(requests[0].headers.Find("x-amz-meta-sha256"), base::Sha256Hex(bytes));
  EXPECT_EQ(requests[1].body + requests[2].body + requests[3].body, bytes);
  EXPECT_EQ(requests[3].headers.Find("x-amz-checksum-sha256"),
            base::Base64Encode(base::Sha256("XYZ")));
  EXPECT_THAT(requests[4].body,
              HasSubstr("<Part><PartNumber>3</PartNumber><ETag>\"three\"</ETag><ChecksumSHA256>" +
                        base::Base64Encode(base::Sha256("XYZ")) + "</ChecksumSHA256></Part>"));
}

TEST_F(S3ObjectStoreTest, AbortsWhatItCannotFinish) {
  aws.http.Then(200, kBegun);
  aws.http.Then(200, "", {{"ETag", "\"one\""}});
  aws.http.Then(403, "<Error><Code>AccessDenied</Code><Message>no</Message></Error>");
  aws.http.Then(204);
  const auto put = store.Put("k", "0123456789abc");
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code, "store.io");
  EXPECT_EQ(put.error().message, "S3: AccessDenied: no (HTTP 403)");
  EXPECT_EQ(Sent().back(), "DELETE " + at + "k?uploadId=u%2F1");
  // S3 may begin to answer 200 before it knows.
  aws.http.Then(200, kBegun);
  aws.http.Then(200, "", {{"ETag", "\"one\""}});
  aws.http.Then(200, "", {{"ETag", "\"two\""}});
  aws.http.Then(200, "<Error><Code>InternalError</Code><Message>sorry</Message></Error>");
  aws.http.Then(204);
  EXPECT_EQ(store.Put("k", "0123456789abc").error().message, "S3: InternalError: sorry");
  EXPECT_THAT(Sent().back(), HasSubstr("DELETE "));
  // Answers without what the next call needs.
  aws.http.Then(200, "<InitiateMultipartUploadResult/>");
  EXPECT_EQ(store.Put("k", "0123456789abc").error().code, "store.io");
  aws.http.Then(200, kBegun);
  aws.http.Then(200);
  aws.http.Then(204);
  EXPECT_EQ(store.Put("k", "0123456789abc").error().message, "S3: part 1 has no ETag");
}

// The first answer to the completion was lost, its retry finds no upload.
TEST_F(S3ObjectStoreTest, FindsItsOwnWorkDone) {
  const auto put = [&](const std::string& there) {
    aws.http.Then(200, kBegun);
    aws.http.Then(200, "", {{"ETag", "\"one\""}});
    aws.http.Then(200, "", {{"ETag", "\"two\""}});
    aws.http.ThenFail("http.broken");
    aws.http.Then(404, "<Error><Code>NoSuchUpload</Code></Error>");
    aws.http.Then(200, "", {{"x-amz-meta-sha256", base::Sha256Hex(there)}});
    return store.Put("k", "0123456789abc");
  };
  EXPECT_TRUE(put("0123456789abc"));
  EXPECT_EQ(Sent().back(), "HEAD " + at + "k") << "and nothing is aborted";
  EXPECT_EQ(put("something else").error().code, "store.io");
}

TEST_F(S3ObjectStoreTest, ChecksWhatItGets) {
  const auto get = [&](std::string body, base::HttpHeaders headers) {
    aws.http.Then(200, std::move(body), std::move(headers));
    const auto got = store.Get("k");
    return got ? *got : got.error().code;
  };
  const std::string digest = base::Sha256Hex("bytes");
  const std::string checksum = base::Base64Encode(base::Sha256("bytes"));
  EXPECT_EQ(get("bytes", {}), "bytes");
  EXPECT_EQ(get("bytes", {{"x-amz-meta-sha256", digest}, {"x-amz-checksum-sha256", checksum}}),
            "bytes");
  EXPECT_EQ(get("bites", {{"x-amz-meta-sha256", digest}}), "object.corrupt");
  EXPECT_EQ(get("bites", {{"X-Amz-Checksum-Sha256", checksum}}), "object.corrupt");
  EXPECT_EQ(get("bytes", {{"x-amz-checksum-sha256", "AAAA-2"}, {"x-amz-meta-sha256", digest}}),
            "bytes");
  EXPECT_EQ(aws.http.requests()[0].headers.Find("x-amz-checksum-mode"), "ENABLED");
}

TEST_F(S3ObjectStoreTest, TellsAMissingObjectFromAMissingBucket) {
  aws.http.Then(404, "<Error><Code>NoSuchKey</Code><Message>m</Message></Error>");
  EXPECT_EQ(store.Get("k").error().code, "object.not_found");
  aws.http.Then(404, "<Error><Code>NoSuchBucket</Code><Message>m</Message></Error>");
  EXPECT_EQ(store.Get("k").error().code, "store.io");
  // Without the right to list, S3 hides what is missing behind 403.
  aws.http.Then(403, "<Error><Code>AccessDenied</Code><Message>m</Message></Error>");
  EXPECT_EQ(store.Get("k").error().code, "store.io");
}

TEST_F(S3ObjectStoreTest, ListsPageByPage) {
  aws.http.Then(200,
                "<ListBucketResult><Name>bucket</Name><IsTruncated>true</IsTruncated>"
                "<Contents><Key>a/1</Key><Size>1</Size></Contents>"
                "<NextContinuationToken>t=/+</NextContinuationToken></ListBucketResult>");
  aws.http.Then(200,
                "<ListBucketResult><IsTruncated>false</IsTruncated>"
                "<Contents><Key>a/2</Key></Contents></ListBucketResult>");
  EXPECT_EQ(store.List("a/"), (std::vector<std::string>{"a/1", "a/2"}));
  EXPECT_THAT(Sent(), ElementsAre("GET " + at + "?list-type=2&max-keys=1000&prefix=a%2F",
                                  "GET " + at +
                                      "?continuation-token=t%3D%2F%2B&list-type=2&max-keys=1000&"
                                      "prefix=a%2F"));
}

TEST_F(S3ObjectStoreTest, RefusesListsThatAreNone) {
  for (const char* body :
       {"", "{}", "<Other/>", "<ListBucketResult>",
        "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>"}) {
    aws.http.Then(200, body);
    EXPECT_EQ(store.List("a/").error().code, "store.io") << body;
  }
  aws.http.Then(403, "<Error><Code>AccessDenied</Code></Error>");
  EXPECT_EQ(store.List("a/").error().code, "store.io");
  for (int i = 0; i < 2; ++i) {
    aws.http.Then(200,
                  "<ListBucketResult><IsTruncated>true</IsTruncated>"
                  "<NextContinuationToken>t</NextContinuationToken></ListBucketResult>");
  }
  EXPECT_EQ(store.List("a/").error().message, "S3: a list names the same page again");
}

TEST_F(S3ObjectStoreTest, DeletesAPrefixPageByPage) {
  const std::string full =
      "<ListBucketResult><IsTruncated>true</IsTruncated><Contents><Key>a/1</Key></Contents>"
      "<Contents><Key>a/2</Key></Contents><NextContinuationToken>t</NextContinuationToken>"
      "</ListBucketResult>";
  aws.http.Then(200, full);
  aws.http.Then(200, "<DeleteResult/>");
  aws.http.Then(200, "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>");
  EXPECT_TRUE(store.DeletePrefix("a/"));
  const auto requests = aws.http.requests();
  ASSERT_THAT(requests, SizeIs(3));
  EXPECT_EQ(requests[1].url, at + "?delete=");
  EXPECT_THAT(requests[1].body, HasSubstr("<Quiet>true</Quiet><Object><Key>a/1</Key></Object>"
                                          "<Object><Key>a/2</Key></Object></Delete>"));
  EXPECT_EQ(requests[1].headers.Find("x-amz-checksum-sha256"),
            base::Base64Encode(base::Sha256(requests[1].body)));
  EXPECT_THAT(requests[2].url, Not(HasSubstr("continuation-token"))) << "from the beginning";
}

TEST_F(S3ObjectStoreTest, SaysThatAnObjectCouldNotBeDeleted) {
  aws.http.Then(200, "<ListBucketResult><Contents><Key>a/1</Key></Contents></ListBucketResult>");
  aws.http.Then(200,
                "<DeleteResult><Error><Key>a/1</Key><Code>AccessDenied</Code>"
                "<Message>m</Message></Error></DeleteResult>");
  EXPECT_EQ(store.DeletePrefix("a/").error().message,
            "S3: an object could not be deleted: AccessDenied: m");
  aws.http.Then(500);
  aws.http.Then(204);
  EXPECT_TRUE(store.Delete("a/1")) << "tried again";
  aws.http.Then(404, "<Error><Code>NoSuchKey</Code></Error>");
  EXPECT_TRUE(store.Delete("a/1"));
  aws.http.Then(403, "<Error><Code>AccessDenied</Code></Error>");
  EXPECT_EQ(store.Delete("a/1").error().code, "store.io");
}

TEST_F(S3ObjectStoreTest, AsksNothingForKeysThatAreNone) {
  EXPECT_EQ(store.Put("../a", "x").error().code, "object.invalid_key");
  EXPECT_EQ(store.Get("/a").error().code, "object.invalid_key");
  EXPECT_THAT(aws.http.requests(), IsEmpty());
}

// A store in a bucket of its own on moto, in small parts where the test is about parts.
class MotoObjectStore final : public tasks::ObjectStore {
 public:
  MotoObjectStore() : aws_(*EmulatorUrl("COLDPATH_TEST_MOTO")) {
    bucket_ = "contract-" + base::HexEncode(aws_.random->NextBytes(8));
    const auto made =
        aws_.client.Send({.service = "s3",
                          .method = "PUT",
                          .path = "/" + bucket_,
                          .body = "<CreateBucketConfiguration><LocationConstraint>eu-central-1"
                                  "</LocationConstraint></CreateBucketConfiguration>"});
    EXPECT_TRUE(made) << Describe(made.error());
    store_ = std::make_unique<S3ObjectStore>(aws_.client, S3Settings{.bucket = bucket_});
  }
  base::Status Put(const std::string& key, std::string_view bytes) override {
    return store_->Put(key, bytes);
  }
  base::Result<std::string> Get(const std::string& key) override { return store_->Get(key); }
  base::Result<std::vector<std::string>> List(const std::string& prefix) override {
    return store_->List(prefix);
  }
  base::Status Delete(const std::string& key) override { return store_->Delete(key); }
  base::Status DeletePrefix(const std::string& prefix) override {
    return store_->DeletePrefix(prefix);
  }
  EmulatedAws& aws() { return aws_; }
  const std::string& bucket() const { return bucket_; }

 private:
  EmulatedAws aws_;
  std::string bucket_;
  std::unique_ptr<S3ObjectStore> store_;
};

using ::coldpath::tasks::ObjectStoreContract;
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ObjectStoreContract);
INSTANTIATE_TEST_SUITE_P(
    S3OnMoto, ObjectStoreContract,
    ::testing::ValuesIn(IfEmulated("COLDPATH_TEST_MOTO", tasks::ObjectStoreMaker{[] {
                                     return std::make_unique<MotoObjectStore>();
                                   }})));

TEST(S3OnMotoTest, KeepsLargeObjectsAndManyKeys) {
  if (!EmulatorUrl("COLDPATH_TEST_MOTO")) GTEST_SKIP() << "COLDPATH_TEST_MOTO is not set";
  MotoObjectStore store;
  std::string large(20u << 20, '\0');
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>(i * 31 >> 7);
  ASSERT_TRUE(store.Put("large", large));
  EXPECT_TRUE(store.Get("large") == large);
  const auto head = store.aws().client.Send(
      {.service = "s3", .method = "HEAD", .path = "/" + store.bucket() + "/large"});
  ASSERT_TRUE(head);
  EXPECT_THAT(head->headers.Find("ETag").value_or(""), EndsWith("-3\"")) << "three parts";
  EXPECT_EQ(head->headers.Find("x-amz-storage-class"), "INTELLIGENT_TIERING");
  for (int i = 0; i < 1005; ++i) {
    ASSERT_TRUE(store.Put("many/" + std::to_string(10'000 + i), ""));
  }
  const auto listed = store.List("many/");
  ASSERT_TRUE(listed) << listed.error().message;
  EXPECT_THAT(*listed, SizeIs(1005));
  EXPECT_TRUE(std::is_sorted(listed->begin(), listed->end()));
  ASSERT_TRUE(store.DeletePrefix("many/"));
  EXPECT_EQ(store.List(""), std::vector<std::string>{"large"});
}

}  // namespace
}  // namespace coldpath::aws
