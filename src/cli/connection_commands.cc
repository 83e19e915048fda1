// connect, connections, disconnect.
#include <chrono>
#include <thread>

#include "cli/commands.h"

namespace coldpath::cli {
namespace {

constexpr auto kPatience = std::chrono::minutes(10);

// Connecting again changes an existing connection, so the whole row is what tells.
std::string Row(Command& command, const std::string& provider) {
  const auto list = command.api().Get("/v1/connections");
  if (!list) return "";
  std::string rows;
  for (const base::Json& connection : (*list)["connections"]) {
    if (connection.value("provider", "") == provider &&
        connection.value("status", "") == "active") {
      rows += base::DumpJson(connection);
    }
  }
  return rows;
}

}  // namespace

ExitCode RunConnect(Command& command, const ConnectOptions& options) {
  const std::string before = Row(command, options.provider);
  const auto begun = command.api().Send(
      {"POST", "/v1/connections/" + options.provider + "/authorize", base::Json::object(), ""});
  if (!begun) return command.Fail(begun.error());
  command.Print(*begun, "Open this address in a browser and allow the access:\n\n  " +
                            begun->value("authorize_url", "") + "\n\n");
  if (!options.wait || command.options().json) return kOk;
  const auto clock = base::MakeSystemClock();
  const base::Instant until = clock->Now() + kPatience;
  while (clock->Now() < until) {
    const std::string now = Row(command, options.provider);
    if (!now.empty() && now != before) {
      command.Print(nullptr,
                    "Connected. The last seven days are on their way: `coldpath status`.\n");
      return kOk;
    }
    std::this_thread::sleep_for(std::chrono::seconds(1));
  }
  return command.Fail({kRefused, "Nobody allowed the access within ten minutes.", nullptr});
}

ExitCode RunConnections(Command& command) {
  const auto list = command.api().Get("/v1/connections");
  if (!list) return command.Fail(list.error());
  std::vector<std::vector<std::string>> rows{{"connection", "provider", "status"}};
  for (const base::Json& connection : (*list)["connections"]) {
    rows.push_back({connection.value("id", ""), connection.value("provider", ""),
                    connection.value("status", "")});
  }
  command.Print(*list, rows.size() == 1 ? "No connection yet. Make one with `coldpath connect`.\n"
                                        : RenderTable(command.terminal(), rows));
  return kOk;
}

ExitCode RunDisconnect(Command& command, const std::string& name, const std::string& data) {
  const auto connection = command.FindConnection(name);
  if (!connection) return command.Fail(connection.error());
  const auto gone = command.api().Send(
      {"DELETE", "/v1/connections/" + connection->value("id", "") + "?data=" + data, {}, ""});
  if (!gone) return command.Fail(gone.error());
  command.Print(nullptr, data == "delete" ? "Disconnected. All that it had brought is deleted.\n"
                                          : "Disconnected. What was imported stays.\n");
  return kOk;
}

}  // namespace coldpath::cli
