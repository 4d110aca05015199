"""What is printed can be read back: the text, its contents with pages, and the links within it."""

import io
import unittest

from document import printed, slug
from pypdf import PdfReader

PAGE = """# 规则手册

见[费率](#collection-rate)和[`rate`](../services/rate.rs)。

## 第一条 (Art. 1)

工伤职工的待遇。

## Parameters

### collection `rate`

| From | Value |
|---|---|
| 2011-01-01 | 0.5 |
"""


class Printed(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.pdf = PdfReader(io.BytesIO(printed(PAGE)))
        cls.text = "".join(page.extract_text() for page in cls.pdf.pages)

    def test_the_text_is_there_in_chinese(self) -> None:
        for words in ["规则手册", "工伤职工的待遇", "2011-01-01", "0.5"]:
            self.assertIn(words, self.text)

    def test_the_contents_come_first_and_name_pages(self) -> None:
        first = self.pdf.pages[0].extract_text()
        self.assertRegex(first, r"第一条 \(Art\. 1\) \.+ 2")
        self.assertIn("Parameters", first)

    def test_links_within_the_page_lead_there_and_links_to_files_are_plain(self) -> None:
        links = [link.get_object() for page in self.pdf.pages for link in page.get("/Annots", [])]
        # A link that breaks over a line is several boxes.
        self.assertEqual({link["/Dest"] for link in links}, {"第一条-art-1", "parameters", "collection-rate"})
        self.assertEqual(slug("collection `rate`"), "collection-rate")


if __name__ == "__main__":
    unittest.main()
