// Artifacts in Amazon S3 (API 2006-03-01): one bucket, its keys as they are.
#ifndef COLDPATH_AWS_S3_OBJECT_STORE_H_
#define COLDPATH_AWS_S3_OBJECT_STORE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "aws/aws_client.h"
#include "tasks/object_store.h"

namespace coldpath::aws {

struct S3Settings {
  std::string bucket;
  std::string storage_class = "INTELLIGENT_TIERING";
  // Objects above this size are put in parts of this size. S3 wants at least 5 MiB and at most
  // 10,000 parts.
  std::size_t part_bytes = 8u << 20;
};

// Thread-safe. Every object carries the SHA-256 of its bytes: S3 checks it while it stores
// (x-amz-checksum-sha256, per part for large ones), Get checks it again (from the object's
// metadata, since S3 keeps only a checksum of checksums for objects in parts). Puts and listings
// are strongly consistent in S3. A put in parts that fails is aborted; what a crash leaves behind
// is the bucket's lifecycle rule's to remove. Objects above the HTTP client's bound can be put and
// not be got; the product makes none that large.
class S3ObjectStore final : public tasks::ObjectStore {
 public:
  S3ObjectStore(AwsClient& client, S3Settings settings);

  base::Status Put(const std::string& key, std::string_view bytes) override;
  base::Result<std::string> Get(const std::string& key) override;
  base::Result<std::vector<std::string>> List(const std::string& prefix) override;
  base::Status Delete(const std::string& key) override;
  base::Status DeletePrefix(const std::string& prefix) override;

 private:
  struct Page;
  AwsRequest Request(std::string method, const std::string& key) const;
  base::Status PutInParts(const std::string& key, std::string_view bytes);
  base::Result<std::string> BeginParts(const std::string& key, std::string_view bytes);
  base::Result<std::string> PutParts(const std::string& key, const std::string& upload,
                                     std::string_view bytes);
  base::Status CompleteParts(const std::string& key, const std::string& upload,
                             const std::string& parts, const std::string& digest);
  base::Result<Page> ListPage(const std::string& prefix, const std::string& continuation);
  base::Status DeleteAll(const std::vector<std::string>& keys);

  AwsClient& client_;
  const S3Settings settings_;
};

}  // namespace coldpath::aws

#endif  // COLDPATH_AWS_S3_OBJECT_STORE_H_
