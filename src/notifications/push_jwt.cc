#include "notifications/push_jwt.h"

namespace coldpath::notifications {

base::Result<std::string> SignJwt(const base::SigningKey& key, base::Json header,
                                  const base::Json& claims) {
  header["alg"] = base::SignatureAlgorithm(key);
  header.emplace("typ", "JWT");
  const std::string signed_part = base::Base64UrlEncode(base::DumpJson(header)) + "." +
                                  base::Base64UrlEncode(base::DumpJson(claims));
  COLDPATH_ASSIGN_OR_RETURN(const std::string signature, base::Sign(key, signed_part));
  return signed_part + "." + base::Base64UrlEncode(signature);
}

}  // namespace coldpath::notifications
