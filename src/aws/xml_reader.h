// Reads the XML that AWS answers with (S3, and the query protocol of SNS): elements and their text.
// Attributes, comments and processing instructions are skipped; a document type is refused, so that
// no entity can be declared. Bounded in bytes, depth and elements.
#ifndef COLDPATH_AWS_XML_READER_H_
#define COLDPATH_AWS_XML_READER_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace coldpath::aws {

struct XmlElement {
  std::string name;  // without a namespace prefix
  // What stands between its tags: all of it for an element without children, otherwise empty.
  std::string text;
  std::vector<XmlElement> children;

  // The first child of that name; null if there is none.
  const XmlElement* Find(std::string_view child) const;
  // The text of the first child of that name; empty if there is none.
  std::string Text(std::string_view child) const;
};

struct XmlLimits {
  std::size_t max_bytes = 8u << 20;
  int max_depth = 16;
  std::size_t max_elements = 50'000;  // a full page of ListObjectsV2 has some ten thousand
};

// Errors: xml.too_large, xml.too_deep, xml.malformed (with the byte).
base::Result<XmlElement> ReadXml(std::string_view text, const XmlLimits& limits = {});

// A text as it may stand between tags. Characters that XML 1.0 cannot hold are the caller's to
// avoid.
std::string EscapeXml(std::string_view text);

}  // namespace coldpath::aws

#endif  // COLDPATH_AWS_XML_READER_H_
