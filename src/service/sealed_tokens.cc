#include "service/sealed_tokens.h"

#include "base/json.h"

namespace coldpath::service {

base::Result<std::string> SealTokens(tasks::KeyVault& vault, const domain::TokenPair& tokens,
                                     const std::string& connection_id) {
  return vault.Seal(base::DumpJson({{"access_token", tokens.access_token},
                                    {"refresh_token", tokens.refresh_token}}),
                    connection_id);
}

base::Result<domain::TokenPair> OpenTokens(tasks::KeyVault& vault,
                                           const domain::Connection& connection) {
  COLDPATH_ASSIGN_OR_RETURN(const std::string text,
                            vault.Open(connection.sealed_tokens, connection.id));
  COLDPATH_ASSIGN_OR_RETURN(const base::Json json, base::ParseJson(text));
  return domain::TokenPair{base::FindString(json, "access_token").value_or(""),
                           base::FindString(json, "refresh_token").value_or("")};
}

}  // namespace coldpath::service
