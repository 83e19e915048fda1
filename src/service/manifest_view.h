// The manifest of a job's newest execution that has ended.
#ifndef COLDPATH_SERVICE_MANIFEST_VIEW_H_
#define COLDPATH_SERVICE_MANIFEST_VIEW_H_

#include <string>

#include "service/context.h"

namespace coldpath::service {

// Its JSON text, byte for byte as it was stored (docs/formats.md). Errors: job.not_found,
// job.no_manifest (no execution has ended yet), the object store's.
base::Result<std::string> ReadManifest(const Context& context, const std::string& user_id,
                                       const std::string& job_id);

}  // namespace coldpath::service

#endif  // COLDPATH_SERVICE_MANIFEST_VIEW_H_
