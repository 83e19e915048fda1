#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace coldpath::cli {
namespace {

std::string_view Code(Style style) {
  switch (style) {
    case Style::kPlain:
      return "";
    case Style::kBold:
      return "\033[1m";
    case Style::kDim:
      return "\033[2m";
    case Style::kRed:
      return "\033[31m";
    case Style::kGreen:
      return "\033[32m";
    case Style::kYellow:
      return "\033[33m";
    case Style::kBlue:
      return "\033[34m";
  }
  return "";
}

std::string OneDecimal(double value) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.1f", value);
  return text.data();
}

}  // namespace

std::string Terminal::Paint(Style style, std::string_view text) const {
  if (!color || style == Style::kPlain) return std::string(text);
  return std::string(Code(style)) + std::string(text) + "\033[0m";
}

Terminal DetectTerminal(bool no_color) {
  Terminal terminal;
  const char* term = std::getenv("TERM");
  terminal.interactive =
      isatty(STDOUT_FILENO) == 1 && (term == nullptr || std::string_view(term) != "dumb");
  const char* no_color_variable = std::getenv("NO_COLOR");
  terminal.color = terminal.interactive && !no_color &&
                   (no_color_variable == nullptr || *no_color_variable == '\0');
  winsize size{};
  if (terminal.interactive && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    terminal.width = size.ws_col;
  }
  return terminal;
}

std::string FormatCount(std::int64_t value) {
  std::string digits = std::to_string(value);
  const std::size_t first = value < 0 ? 1 : 0;
  for (std::size_t i = digits.size(); i > first + 3;) {
    i -= 3;
    digits.insert(i, ",");
  }
  return digits;
}

std::string FormatBytes(std::int64_t bytes) {
  const auto value = static_cast<double>(bytes);
  if (value < 1e3) return std::to_string(bytes) + " B";
  if (value < 1e6) return OneDecimal(value / 1e3) + " kB";
  if (value < 1e9) return OneDecimal(value / 1e6) + " MB";
  return OneDecimal(value / 1e9) + " GB";
}

std::string FormatSeconds(double seconds) {
  if (seconds < 9.95) return OneDecimal(std::max(0.0, seconds)) + " s";
  const auto whole = static_cast<std::int64_t>(std::llround(seconds));
  if (whole < 60) return std::to_string(whole) + " s";
  if (whole < 3600) return std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
  if (whole < 48 * 3600) {
    return std::to_string(whole / 3600) + " h " + std::to_string(whole % 3600 / 60) + " min";
  }
  return std::to_string(whole / 86400) + " d " + std::to_string(whole % 86400 / 3600) + " h";
}

std::string Plural(std::int64_t count, std::string_view one, std::string_view many) {
  return FormatCount(count) + " " + std::string(count == 1 ? one : many);
}

int DisplayWidth(std::string_view text) {
  int width = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte == 0x1b) {
      while (i < text.size() && text[i] != 'm') ++i;
    } else if ((byte & 0xc0) != 0x80) {
      ++width;
    }
  }
  return width;
}

std::string PadRight(std::string text, int width) {
  const int missing = width - DisplayWidth(text);
  if (missing > 0) text.append(static_cast<std::size_t>(missing), ' ');
  return text;
}

std::string PadLeft(std::string text, int width) {
  const int missing = width - DisplayWidth(text);
  if (missing > 0) text.insert(0, static_cast<std::size_t>(missing), ' ');
  return text;
}

std::string RenderTable(const Terminal& terminal, const std::vector<std::vector<std::string>>& rows,
                        const std::vector<int>& right) {
  std::vector<int> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], DisplayWidth(row[i]));
    }
  }
  std::string out;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    std::string line;
    for (std::size_t i = 0; i < rows[r].size(); ++i) {
      const bool align_right =
          std::find(right.begin(), right.end(), static_cast<int>(i)) != right.end();
      const bool last = i + 1 == rows[r].size();
      if (i > 0) line += "  ";
      line += align_right ? PadLeft(rows[r][i], widths[i])
                          : (last ? rows[r][i] : PadRight(rows[r][i], widths[i]));
    }
    out += r == 0 ? terminal.Paint(Style::kDim, line) : line;
    out += '\n';
  }
  return out;
}

}  // namespace coldpath::cli
