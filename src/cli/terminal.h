// How text reaches the person: colour only on a terminal, numbers and spans of time as people write
// them.
#ifndef COLDPATH_CLI_TERMINAL_H_
#define COLDPATH_CLI_TERMINAL_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace coldpath::cli {

enum class Style { kPlain, kBold, kDim, kRed, kGreen, kYellow, kBlue };

// What standard output is.
struct Terminal {
  bool interactive = false;  // a terminal: lines may be redrawn
  bool color = false;        // NO_COLOR (no-color.org) and --no-color switch it off
  int width = 80;

  std::string Paint(Style style, std::string_view text) const;
};
Terminal DetectTerminal(bool no_color);

std::string FormatCount(std::int64_t value);  // "1,234,567"
std::string FormatBytes(std::int64_t bytes);  // "12.3 MB"
std::string FormatSeconds(double seconds);    // "42 s", "3 min 20 s", "2 h 5 min"
std::string Plural(std::int64_t count, std::string_view one, std::string_view many);  // "1 chunk"

// Characters that `text` takes on the screen: UTF-8 code points, escape sequences not counted.
int DisplayWidth(std::string_view text);
std::string PadRight(std::string text, int width);
std::string PadLeft(std::string text, int width);

// Lays rows out in columns, two spaces apart; the first row is the heading. Columns named in
// `right` are right-aligned.
std::string RenderTable(const Terminal& terminal, const std::vector<std::vector<std::string>>& rows,
                        const std::vector<int>& right = {});

}  // namespace coldpath::cli

#endif  // COLDPATH_CLI_TERMINAL_H_
