// Use cases around connections: find, list, delete with revocation.
#ifndef COLDPATH_SERVICE_CONNECTIONS_H_
#define COLDPATH_SERVICE_CONNECTIONS_H_

#include <functional>
#include <string>
#include <vector>

#include "service/context.h"

namespace coldpath::service {

// UUIDv5 of the three: connecting again finds the same connection.
std::string ConnectionId(const std::string& user_id, const std::string& provider,
                         const std::string& provider_user_id);

// Error: connection.not_found, for missing and foreign ones and those that are being erased alike.
base::Result<domain::Connection> FindConnection(const Context& context, const std::string& user_id,
                                                const std::string& connection_id);
// Error: provider.unknown, naming those that there are.
base::Result<const tasks::Provider*> FindProvider(const Context& context, const std::string& id);

// Stops the connection's syncs, asks the provider to revoke the grant (as far as it can; a failure
// is logged) and forgets the connection with its tokens. Records stay, or are removed with the
// syncs that brought them: then the wish is durable before anything is deleted, and recovery
// finishes what a crash interrupts. `done` is called once, on any thread.
enum class ConnectionData { kKeep, kDelete };
using Deleted = std::move_only_function<void(base::Status)>;
void DeleteConnection(const Context& context, const std::string& user_id,
                      const std::string& connection_id, ConnectionData data, Deleted done);

// Asks the provider to revoke the grant; nobody waits for the answer.
void Revoke(const Context& context, const domain::Connection& connection);

}  // namespace coldpath::service

#endif  // COLDPATH_SERVICE_CONNECTIONS_H_
