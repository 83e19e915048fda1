#include "sandbox/shell/flags.h"

#include <charconv>
#include <functional>
#include <map>

namespace coldpath::sandbox {
namespace {

base::Status Invalid(std::string_view flag, std::string_view wanted) {
  return base::Fail("flags.invalid", std::string(flag) + " needs " + std::string(wanted) + ".");
}

template <typename Number>
base::Status ReadNumber(std::string_view flag, std::string_view text, Number low, Number high,
                        Number& out) {
  Number value{};
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size() || value < low ||
      value > high) {
    return Invalid(flag, "a number from " + std::to_string(low) + " to " + std::to_string(high));
  }
  out = value;
  return {};
}

base::Status ReadFaultMode(std::string_view text, FaultMode& mode) {
  if (text == "off") {
    mode = FaultMode::kOff;
  } else if (text == "mixed") {
    mode = FaultMode::kMixed;
  } else if (text == "harsh") {
    mode = FaultMode::kHarsh;
  } else {
    return Invalid("--faults", "off, mixed or harsh");
  }
  return {};
}

base::Status ReadToday(std::string_view text, SandboxOptions& options) {
  const auto date = base::ParseDate(text);
  if (!date) return Invalid("--today", "a date such as 2026-05-01");
  options.today = *date;
  return {};
}

base::Status ReadZone(std::string_view text, SandboxOptions& options) {
  if (!base::ZoneOffset(text, base::FromUnixSeconds(0))) {
    return Invalid("--home-zone", "an IANA time zone such as Europe/Berlin");
  }
  options.home_zone = text;
  return {};
}

base::Status ReadServeFlag(std::string_view flag, const std::string& text, ServeFlags& flags) {
  SandboxOptions& options = flags.sandbox;
  if (flag == "--port") return ReadNumber<std::uint16_t>(flag, text, 0, 65535, flags.port);
  if (flag == "--seed")
    return ReadNumber<std::uint64_t>(flag, text, 0, ~std::uint64_t{0}, options.seed);
  if (flag == "--years") return ReadNumber(flag, text, 1, 30, options.years);
  if (flag == "--faults") return ReadFaultMode(text, options.faults);
  if (flag == "--today") return ReadToday(text, options);
  if (flag == "--home-zone") return ReadZone(text, options);
  if (flag == "--quota-scale") return ReadNumber(flag, text, 0.001, 1e6, options.quota_scale);
  if (flag == "--persistent-failures") {
    return ReadNumber(flag, text, 0, 1'000'000, options.persistent_failures);
  }
  if (flag == "--oura-heart-rate-page") {
    return ReadNumber(flag, text, 1, 100'000, options.oura_time_series_page);
  }
  if (flag == "--oura-document-page") {
    return ReadNumber(flag, text, 1, 10'000, options.oura_document_page);
  }
  if (flag == "--address") {
    flags.address = text;
    return {};
  }
  if (flag == "--client-secret") {
    options.client_secret = text;
    return {};
  }
  int number = 0;
  if (flag == "--heart-rate-interval") {
    COLDPATH_RETURN_IF_ERROR(ReadNumber(flag, text, 1, 3600, number));
    options.heart_rate_interval = std::chrono::seconds(number);
    return {};
  }
  if (flag == "--latency-ms") {
    COLDPATH_RETURN_IF_ERROR(ReadNumber(flag, text, 0, 600'000, number));
    options.latency = std::chrono::milliseconds(number);
    return {};
  }
  return base::Fail("flags.invalid", "unknown flag " + std::string(flag) + "; see --help.");
}

// Calls `take` for each flag with its value, given as "--flag value" or "--flag=value".
base::Status EachFlag(
    const std::vector<std::string>& arguments,
    const std::function<bool(std::string_view)>& take_alone,
    const std::function<base::Status(std::string_view, const std::string&)>& take) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (take_alone(argument)) continue;
    const auto equals = argument.find('=');
    if (equals != std::string::npos && argument.starts_with("--")) {
      COLDPATH_RETURN_IF_ERROR(take(argument.substr(0, equals), argument.substr(equals + 1)));
      continue;
    }
    if (i + 1 == arguments.size()) return Invalid(argument, "a value");
    COLDPATH_RETURN_IF_ERROR(take(argument, arguments[++i]));
  }
  return {};
}

}  // namespace

base::Result<ServeFlags> ParseServeFlags(const std::vector<std::string>& arguments) {
  ServeFlags flags;
  const auto alone = [&](std::string_view argument) {
    if (argument != "--help") return false;
    flags.help = true;
    return true;
  };
  COLDPATH_RETURN_IF_ERROR(
      EachFlag(arguments, alone, [&](std::string_view flag, const std::string& text) {
        return ReadServeFlag(flag, text, flags);
      }));
  return flags;
}

base::Result<ApproveFlags> ParseApproveFlags(const std::vector<std::string>& arguments) {
  ApproveFlags flags;
  const auto alone = [&](std::string_view argument) {
    if (argument == "--deny") {
      flags.deny = true;
    } else if (argument == "--help") {
      flags.help = true;
    } else if (argument.starts_with("http://") || argument.starts_with("https://")) {
      flags.url = argument;
    } else {
      return false;
    }
    return true;
  };
  COLDPATH_RETURN_IF_ERROR(
      EachFlag(arguments, alone, [&](std::string_view flag, const std::string& text) {
        if (flag == "--account") {
          flags.account = text;
        } else if (flag == "--without-scope") {
          flags.without_scopes.push_back(text);
        } else {
          return base::Status(
              base::Fail("flags.invalid", "unknown flag " + std::string(flag) + "; see --help."));
        }
        return base::Status();
      }));
  if (flags.url.empty() && !flags.help) {
    return base::Fail("flags.invalid", "approve needs the URL of an authorisation page.");
  }
  return flags;
}

std::string_view HelpText() {
  return R"(coldpath-sandbox: a fake provider for tests and demonstrations. It invents ten years of a person's health data
per account and serves them as the Google Health API v4 and the Oura API v2 do, over plain HTTP.

  coldpath-sandbox [flags]
  --address A             where to listen (127.0.0.1)
  --port N                0 takes any free port (0); the first line of output tells which
  --seed N                whose data, and which faults (1)
  --today DATE            fixes its present; without it, data reach up to now
  --years N               how far the data reach back (10)
  --home-zone ZONE        where the people live (Europe/Berlin)
  --heart-rate-interval S seconds between two readings (300)
  --faults MODE           off, mixed, or harsh: mixed with 429s that tell no time (off)
  --persistent-failures N calls that fail in a window that keeps failing (6)
  --quota-scale X         multiplies every quota (1)
  --latency-ms N          added to every answer of a provider (0)
  --oura-heart-rate-page N, --oura-document-page N   page sizes (1000, 50)
  --client-secret S       what token endpoints require; without it, any client is welcome

  coldpath-sandbox approve URL [--account NAME] [--deny] [--without-scope SCOPE]...
  Plays the person's browser: opens the authorisation page, answers it, follows the redirect to
  the application.
  Exit code 0 if the application answered with success, 1 if not, 2 for a wrong command line.
)";
}

}  // namespace coldpath::sandbox
