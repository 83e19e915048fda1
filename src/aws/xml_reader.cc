#include "aws/xml_reader.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace coldpath::aws {
namespace {

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.' || c == ':' || static_cast<unsigned char>(c) >= 0x80;
}

void AppendUtf8(std::string& out, std::uint32_t code) {
  const auto byte = [&](std::uint32_t value) { out += static_cast<char>(value); };
  if (code < 0x80) return byte(code);
  if (code < 0x800) {
    byte(0xc0 | code >> 6);
  } else {
    if (code < 0x10000) {
      byte(0xe0 | code >> 12);
    } else {
      byte(0xf0 | code >> 18);
      byte(0x80 | (code >> 12 & 0x3f));
    }
    byte(0x80 | (code >> 6 & 0x3f));
  }
  byte(0x80 | (code & 0x3f));
}

class Reader {
 public:
  Reader(std::string_view text, const XmlLimits& limits) : text_(text), limits_(limits) {}

  base::Result<XmlElement> Read() {
    if (text_.size() > limits_.max_bytes) {
      return base::Fail("xml.too_large",
                        "The XML exceeds " + std::to_string(limits_.max_bytes) + " bytes.");
    }
    if (text_.starts_with("\xef\xbb\xbf")) at_ = 3;
    COLDPATH_RETURN_IF_ERROR(SkipMisc());
    if (!Take('<')) return Malformed();
    COLDPATH_ASSIGN_OR_RETURN(XmlElement root, ReadElement(1));
    COLDPATH_RETURN_IF_ERROR(SkipMisc());
    if (at_ != text_.size()) return Malformed();
    return root;
  }

 private:
  std::unexpected<base::Error> Malformed() const {
    return base::Fail("xml.malformed", "The XML is malformed at byte " + std::to_string(at_) + ".");
  }

  bool Take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool Take(std::string_view token) {
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }
  void SkipSpace() {
    while (at_ < text_.size() && IsSpace(text_[at_])) ++at_;
  }
  // Behind the next `end`.
  bool SkipPast(std::string_view end) {
    const std::size_t found = text_.find(end, at_);
    if (found == std::string_view::npos) return false;
    at_ = found + end.size();
    return true;
  }

  // What may stand around the root: white space, comments, processing instructions.
  base::Status SkipMisc() {
    for (;;) {
      SkipSpace();
      if (Take("<?")) {
        if (!SkipPast("?>")) return Malformed();
      } else if (Take("<!--")) {
        if (!SkipPast("-->")) return Malformed();
      } else {
        return {};
      }
    }
  }

  std::string_view ReadName() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && IsNameByte(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  // Up to the '>' or "/>" of a start tag. True if the element is empty.
  base::Result<bool> SkipAttributes() {
    for (;;) {
      SkipSpace();
      if (Take("/>")) return true;
      if (Take('>')) return false;
      if (ReadName().empty()) return Malformed();
      SkipSpace();
      if (!Take('=')) return Malformed();
      SkipSpace();
      const bool single = Take('\'');
      if (!single && !Take('"')) return Malformed();
      if (!SkipPast(single ? "'" : "\"")) return Malformed();
    }
  }

  // The '<' has been read.
  base::Result<XmlElement> ReadElement(int depth) {
    if (depth > limits_.max_depth) {
      return base::Fail("xml.too_deep", "The XML is nested deeper than " +
                                            std::to_string(limits_.max_depth) + " elements.");
    }
    if (++elements_ > limits_.max_elements) {
      return base::Fail("xml.too_large", "The XML has more than " +
                                             std::to_string(limits_.max_elements) + " elements.");
    }
    const std::string_view full = ReadName();
    if (full.empty()) return Malformed();
    XmlElement element;
    element.name = full.substr(full.rfind(':') + 1);  // npos + 1 is 0
    COLDPATH_ASSIGN_OR_RETURN(const bool empty, SkipAttributes());
    if (!empty) COLDPATH_RETURN_IF_ERROR(ReadContent(full, depth, element));
    return element;
  }

  base::Status ReadContent(std::string_view full, int depth, XmlElement& element) {
    for (;;) {
      const std::size_t next = text_.find('<', at_);
      if (next == std::string_view::npos) return Malformed();
      COLDPATH_RETURN_IF_ERROR(AppendText(next, element.text));
      at_ = next + 1;
      if (Take('/')) {
        if (ReadName() != full) return Malformed();
        SkipSpace();
        if (!Take('>')) return Malformed();
        if (!element.children.empty()) element.text.clear();
        return {};
      }
      if (Take("!--")) {
        if (!SkipPast("-->")) return Malformed();
      } else if (Take("![CDATA[")) {
        const std::size_t begin = at_;
        if (!SkipPast("]]>")) return Malformed();
        element.text += text_.substr(begin, at_ - 3 - begin);
      } else if (Take('?')) {
        if (!SkipPast("?>")) return Malformed();
      } else {
        COLDPATH_ASSIGN_OR_RETURN(XmlElement child, ReadElement(depth + 1));
        element.children.push_back(std::move(child));
      }
    }
  }

  // The text from here to `end`, its references resolved.
  base::Status AppendText(std::size_t end, std::string& out) {
    while (at_ < end) {
      const std::size_t reference = std::min(text_.find('&', at_), end);
      out += text_.substr(at_, reference - at_);
      at_ = reference;
      if (at_ < end && !AppendReference(out)) return Malformed();
    }
    return {};
  }

  bool AppendReference(std::string& out) {
    static constexpr std::pair<std::string_view, char> kNamed[] = {
        {"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&apos;", '\''}};
    for (const auto& [name, c] : kNamed) {
      if (!Take(name)) continue;
      out += c;
      return true;
    }
    if (!Take("&#")) return false;
    const bool hex = Take('x');
    std::uint32_t code = 0;
    int digits = 0;
    for (; at_ < text_.size() && text_[at_] != ';'; ++at_, ++digits) {
      const char c = text_[at_];
      std::uint32_t digit = 0;
      if (c >= '0' && c <= '9') {
        digit = static_cast<std::uint32_t>(c - '0');
      } else if (hex && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))) {
        digit = static_cast<std::uint32_t>((c | 0x20) - 'a' + 10);
      } else {
        return false;
      }
      code = code * (hex ? 16 : 10) + digit;
      if (code > 0x10ffff) return false;
    }
    const bool surrogate = code >= 0xd800 && code <= 0xdfff;
    if (digits == 0 || code == 0 || surrogate || !Take(';')) return false;
    AppendUtf8(out, code);
    return true;
  }

  const std::string_view text_;
  const XmlLimits& limits_;
  std::size_t at_ = 0;
  std::size_t elements_ = 0;
};

}  // namespace

const XmlElement* XmlElement::Find(std::string_view child) const {
  for (const XmlElement& element : children) {
    if (element.name == child) return &element;
  }
  return nullptr;
}

std::string XmlElement::Text(std::string_view child) const {
  const XmlElement* const found = Find(child);
  return found == nullptr ? std::string() : found->text;
}

base::Result<XmlElement> ReadXml(std::string_view text, const XmlLimits& limits) {
  return Reader(text, limits).Read();
}

std::string EscapeXml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '\r':
        out += "&#13;";  // a bare one would be read as a line feed
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace coldpath::aws
