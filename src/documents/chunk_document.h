// How a chunk lies in a store: an on-disk format (coldpath.db: table chunks, column document;
// DynamoDB: attribute Document).
// DO NOT CHANGE the names of members or of values (statuses, failure kinds, data types and the
// characters of a coverage included): files in the field hold them.
//
// {"attempt": {"execution", "number", "token"}, "billed_seconds", "bytes",
//  "failure": null | {"kind", "message", "retry_at", "types", "where"}, "provider_calls",
//  "raw_keys": [...],
//  "results": [{"coverage": {"days": "cce..", "range"}, "object_key", "provisional_days",
//               "records", "sha256", "type"}],
//  "spec": {"expected_calls", "range": {"end", "start"}, "stream", "types"},
//  "waits": {"count", "since", "until"}}
// The chunk's job, id, status and version are kept beside it.
#ifndef COLDPATH_DOCUMENTS_CHUNK_DOCUMENT_H_
#define COLDPATH_DOCUMENTS_CHUNK_DOCUMENT_H_

#include <string>
#include <string_view>

#include "base/result.h"
#include "domain/chunk.h"

namespace coldpath::documents {

std::string EncodeChunk(const domain::Chunk& chunk);
// Without job, id, status and version. `what` names the row in the error, store.corrupt.
base::Result<domain::Chunk> DecodeChunk(const std::string& what, std::string_view document);

}  // namespace coldpath::documents

#endif  // COLDPATH_DOCUMENTS_CHUNK_DOCUMENT_H_
