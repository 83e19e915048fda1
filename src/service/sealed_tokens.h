// The sealed form of a connection's tokens: canonical JSON
// {"access_token":...,"refresh_token":...}, sealed by the KeyVault with the connection's id as
// context. STORED: add members, never rename.
#ifndef COLDPATH_SERVICE_SEALED_TOKENS_H_
#define COLDPATH_SERVICE_SEALED_TOKENS_H_

#include <string>

#include "domain/connection.h"
#include "tasks/key_vault.h"

namespace coldpath::service {

// Errors: those of the vault.
base::Result<std::string> SealTokens(tasks::KeyVault& vault, const domain::TokenPair& tokens,
                                     const std::string& connection_id);
base::Result<domain::TokenPair> OpenTokens(tasks::KeyVault& vault,
                                           const domain::Connection& connection);

}  // namespace coldpath::service

#endif  // COLDPATH_SERVICE_SEALED_TOKENS_H_
