// For tests: checks answers against the contract (api/openapi.json). A validator of the part of
// JSON Schema that the contract uses, and no more: an unknown keyword is reported, not ignored.
#ifndef COLDPATH_API_OPENAPI_CHECK_H_
#define COLDPATH_API_OPENAPI_CHECK_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/http.h"
#include "base/json.h"

namespace coldpath::api {

class OpenApiCheck {
 public:
  explicit OpenApiCheck(base::Json document) : document_(std::move(document)) {}

  // What is wrong with an answer to `method` `path`; empty if nothing is. A path that the contract
  // does not know may only be answered by a problem.
  std::vector<std::string> Check(std::string_view method, std::string_view path,
                                 const base::HttpResponse& response) const;
  // What is wrong with `value` under `schema`.
  std::vector<std::string> CheckValue(const base::Json& schema, const base::Json& value) const;

  const base::Json& document() const { return document_; }

 private:
  const base::Json& Resolve(const base::Json& schema) const;
  const base::Json* FindOperation(std::string_view method, std::string_view path) const;
  void Value(const base::Json& schema, const base::Json& value, const std::string& at,
             std::vector<std::string>& problems) const;
  void Object(const base::Json& schema, const base::Json& value, const std::string& at,
              std::vector<std::string>& problems) const;
  void Scalar(const base::Json& schema, const base::Json& value, const std::string& at,
              std::vector<std::string>& problems) const;

  base::Json document_;
};

}  // namespace coldpath::api

#endif  // COLDPATH_API_OPENAPI_CHECK_H_
