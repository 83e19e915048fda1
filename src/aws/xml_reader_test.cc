#include "aws/xml_reader.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace coldpath::aws {
namespace {

std::string CodeOf(std::string_view text, const XmlLimits& limits = {}) {
  const auto read = ReadXml(text, limits);
  return read ? "none" : read.error().code;
}

TEST(XmlReaderTest, ReadsElementsAndText) {
  const auto read = ReadXml(
      "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- a > b -->\n"
      "<s3:List xmlns='http://x/' a=\"<b>\">\n  <Key>a&amp;b &lt;c&gt; &#228;&#x1F600;</Key>"
      "<Key><![CDATA[<raw> & text]]></Key><Empty/><Also ></Also >\n</s3:List>\n");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->name, "List");
  EXPECT_EQ(read->text, "");
  ASSERT_EQ(read->children.size(), 4u);
  EXPECT_EQ(read->Text("Key"), "a&b <c> \xc3\xa4\xf0\x9f\x98\x80");
  EXPECT_EQ(read->children[1].text, "<raw> & text");
  ASSERT_NE(read->Find("Empty"), nullptr);
  EXPECT_EQ(read->Text("Also"), "");
  EXPECT_EQ(read->Find("Nothing"), nullptr);
  EXPECT_EQ(read->Text("Nothing"), "");
}

TEST(XmlReaderTest, SaysWhereItIsMalformed) {
  for (const char* text : {"",
                           " ",
                           "a",
                           "<",
                           "<a",
                           "<a>",
                           "<a></b>",
                           "<a><b></a></b>",
                           "<a/><b/>",
                           "<a/>x",
                           "<a b>",
                           "<a b=c/>",
                           "<a b='c/>",
                           "<a>&unknown;</a>",
                           "<a>&</a>",
                           "<a>&#;</a>",
                           "<a>&#x110000;</a>",
                           "<a>&#xd800;</a>",
                           "<a>&#0;</a>",
                           "<a>&#99999999999999;</a>",
                           "<a>&#12</a>",
                           "<a><!-- </a>",
                           "<a><![CDATA[ </a>",
                           "<?xml <a/>",
                           "</a>",
                           "<a></a",
                           "<>",
                           "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
                           "<a><!DOCTYPE b></a>"}) {
    EXPECT_EQ(CodeOf(text), "xml.malformed") << text;
  }
  EXPECT_EQ(ReadXml("<a></b>").error().message, "The XML is malformed at byte 6.");
}

TEST(XmlReaderTest, IsBounded) {
  EXPECT_EQ(CodeOf("<a>12345</a>", {.max_bytes = 11}), "xml.too_large");
  EXPECT_EQ(CodeOf("<a>1234</a>", {.max_bytes = 11}), "none");
  EXPECT_EQ(CodeOf("<a><b><c/></b></a>", {.max_depth = 2}), "xml.too_deep");
  EXPECT_EQ(CodeOf("<a><b><c/></b></a>", {.max_depth = 3}), "none");
  EXPECT_EQ(CodeOf("<a><b/><b/></a>", {.max_elements = 2}), "xml.too_large");
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  EXPECT_EQ(CodeOf(deep), "xml.too_deep");
}

TEST(XmlReaderTest, ReadsBackWhatWasEscaped) {
  EXPECT_TRUE(rc::check("escaped text reads back", [](const std::string& text) {
    const auto read = ReadXml("<a>" + EscapeXml(text) + "</a>");
    RC_ASSERT(read.has_value());
    RC_ASSERT(read->text == text);
  }));
}

TEST(XmlReaderTest, SurvivesAnything) {
  EXPECT_TRUE(rc::check("any text is read or refused", [] {
    const auto text = *rc::gen::container<std::string>(
        rc::gen::elementOf(std::string("<>/ab!-[]?&#;x1='\" CDATA")));
    const auto read = ReadXml(text);
    RC_ASSERT(read.has_value() || read.error().code.starts_with("xml."));
  }));
}

}  // namespace
}  // namespace coldpath::aws
