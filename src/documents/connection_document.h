// How a connection lies in a store: an on-disk format (coldpath.db: table connections, column
// document; DynamoDB: attribute Document).
// DO NOT CHANGE the names of members or of values: files in the field hold them.
//
// {"access_expires", "created", "provider", "provider_user_id", "refresh": {"owner", "until"},
//  "scopes": [...], "sealed_tokens": base64, "status": "active" | "needs_reauth"}
// The connection's id, its user and its version are kept beside it.
#ifndef COLDPATH_DOCUMENTS_CONNECTION_DOCUMENT_H_
#define COLDPATH_DOCUMENTS_CONNECTION_DOCUMENT_H_

#include <string>
#include <string_view>

#include "base/result.h"
#include "domain/connection.h"

namespace coldpath::documents {

std::string EncodeConnection(const domain::Connection& connection);
// Without id, user and version. `what` names the row in the error, store.corrupt.
base::Result<domain::Connection> DecodeConnection(const std::string& what,
                                                  std::string_view document);

}  // namespace coldpath::documents

#endif  // COLDPATH_DOCUMENTS_CONNECTION_DOCUMENT_H_
