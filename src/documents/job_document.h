// How a job lies in a store: an on-disk format (coldpath.db: table jobs, column document; DynamoDB:
// attribute Document).
// DO NOT CHANGE the names of members or of values (those of domain/job.h's Name() and of the data
// types included): files in the field hold them. Add members with a migration that fills them in.
//
// {"connection_id", "created", "desired", "ended", "estimated_seconds", "executions": [{"arn",
//  "chunk_list", "input", "kind", "launched", "name", "number", "settled"}], "failure_message",
//  "kind", "manifest_key", "max_concurrency", "minimum_calls", "outcome", "paused",
//  "planned_calls", "planned_chunks", "provider", "range": {"end", "start"}, "started", "status",
//  "stop_reason", "types": [...]}
// The job's id, its user and its version are kept beside it.
#ifndef COLDPATH_DOCUMENTS_JOB_DOCUMENT_H_
#define COLDPATH_DOCUMENTS_JOB_DOCUMENT_H_

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "documents/document.h"
#include "domain/job.h"

namespace coldpath::documents {

std::string EncodeJob(const domain::Job& job);
// Without id, user and version. `what` names the row in the error, store.corrupt.
base::Result<domain::Job> DecodeJob(const std::string& what, std::string_view document);

// Shared with the chunk's document: ["heart-rate", ...] and {"end": "2024-05-08", "start": ...}.
base::Json EncodeTypes(const std::vector<domain::DataType>& types);
std::vector<domain::DataType> DecodeTypes(DocumentReader& reader, const char* name);
base::Json EncodeRange(const domain::DateRange& range);
domain::DateRange DecodeRange(DocumentReader& reader, const char* name);

}  // namespace coldpath::documents

#endif  // COLDPATH_DOCUMENTS_JOB_DOCUMENT_H_
