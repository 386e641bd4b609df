#include "rag/loaders/html_boilerplate.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>

namespace vecstore {
namespace {

using namespace std::string_view_literals;

constexpr std::array kNoReadingText = {
    GUMBO_TAG_HEAD,   GUMBO_TAG_SCRIPT,   GUMBO_TAG_STYLE,  GUMBO_TAG_NOSCRIPT, GUMBO_TAG_TEMPLATE,
    GUMBO_TAG_IFRAME, GUMBO_TAG_OBJECT,   GUMBO_TAG_EMBED,  GUMBO_TAG_CANVAS,   GUMBO_TAG_AUDIO,
    GUMBO_TAG_VIDEO,  GUMBO_TAG_MAP,      GUMBO_TAG_SVG,    GUMBO_TAG_BUTTON,   GUMBO_TAG_SELECT,
    GUMBO_TAG_INPUT,  GUMBO_TAG_TEXTAREA, GUMBO_TAG_OPTION, GUMBO_TAG_DATALIST, GUMBO_TAG_NAV,
    GUMBO_TAG_FOOTER, GUMBO_TAG_NOFRAMES};

constexpr std::array kRoles = {"navigation"sv, "banner"sv,  "contentinfo"sv, "search"sv,
                               "menu"sv,       "menubar"sv, "doc-toc"sv,     "doc-pagefooter"sv};

constexpr std::array kClassWords = {
    "nav"sv,           "navbar"sv,           "navigation"sv, "navheader"sv,      "navfooter"sv,
    "menu"sv,          "mainmenu"sv,         "submenu"sv,    "searchmenu"sv,     "sidebar"sv,
    "breadcrumb"sv,    "breadcrumbs"sv,      "toc"sv,        "footer"sv,         "site-footer"sv,
    "page-footer"sv,   "site-header"sv,      "masthead"sv,   "skip-link"sv,      "pagination"sv,
    "pager"sv,         "nosearch"sv,         "noprint"sv,    "no-print"sv,       "headerlink"sv,
    "anchorjs-link"sv, "sphinxsidebar"sv,    "related"sv,    "mw-editsection"sv, "advertisement"sv,
    "cookie-banner"sv, "table-of-contents"sv};

constexpr std::array kContentsWords = {"toc"sv, "table-of-contents"sv};
constexpr std::array kTurns = {"prev"sv, "previous"sv, "next"sv, "back"sv, "forward"sv};
constexpr std::array kPlaces = {"up"sv, "home"sv, "top"sv, "index"sv, "contents"sv, "toc"sv};

constexpr std::array kLinkBlocks = {GUMBO_TAG_UL,    GUMBO_TAG_OL,  GUMBO_TAG_DL,
                                    GUMBO_TAG_TABLE, GUMBO_TAG_DIV, GUMBO_TAG_SECTION,
                                    GUMBO_TAG_ASIDE, GUMBO_TAG_P,   GUMBO_TAG_CENTER};

std::string lower_word(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c >= 'a' && c <= 'z') out += c;
  }
  return out;
}

bool has_word(std::string_view list, std::span<const std::string_view> words) {
  constexpr std::string_view kSpace = " \t\n\r\f";
  while (!list.empty()) {
    std::size_t end = std::min(list.find_first_of(kSpace), list.size());
    if (std::ranges::count(words, list.substr(0, end)) != 0) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

bool is_hidden(const HtmlNode& node) {
  return node.has_attribute("hidden") || node.attribute("aria-hidden") == "true";
}

// What stands before each node: any range of nodes is a difference of two entries.
struct Totals {
  std::uint32_t letters = 0;
  std::uint32_t linked = 0;  // letters within links
  std::uint32_t links = 0;
  std::uint32_t turns = 0;   // links that say "next" and the like
  std::uint32_t places = 0;  // links that say "home" and the like

  Totals operator-(const Totals& other) const {
    return {letters - other.letters, linked - other.linked, links - other.links,
            turns - other.turns, places - other.places};
  }
};

class Finder {
 public:
  explicit Finder(const HtmlTree& tree) : nodes_(tree.nodes()), dropped_(nodes_.size()) {
    mark_certain();
    sum();
    for (std::size_t i = 0; i < nodes_.size();) {
      if (!dropped_[i] && looks_like_boilerplate(i)) dropped_[i] = true;
      i = dropped_[i] ? nodes_[i].end : i + 1;
    }
    keep_only_main();
  }

  std::vector<bool> take() { return std::move(dropped_); }

 private:
  void mark_certain() {
    std::vector<std::uint32_t> contents_end = {0};  // ends of the open main, article and section
    for (std::uint32_t i = 0; i < nodes_.size();) {
      const HtmlNode& node = nodes_[i];
      while (contents_end.back() != 0 && contents_end.back() <= i) contents_end.pop_back();
      GumboTag tag = node.tag();
      bool in_content = contents_end.back() != 0;
      if (tag == GUMBO_TAG_MAIN || tag == GUMBO_TAG_ARTICLE || tag == GUMBO_TAG_SECTION) {
        contents_end.push_back(node.end);
      }
      dropped_[i] =
          !node.is_text() && (std::ranges::count(kNoReadingText, tag) != 0 ||
                              (tag == GUMBO_TAG_HEADER && !in_content) || is_hidden(node));
      i = dropped_[i] ? node.end : i + 1;
    }
  }

  void sum() {
    before_.resize(nodes_.size() + 1);
    std::uint32_t link_end = 0, dropped_end = 0;
    for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
      Totals now = before_[i];
      const HtmlNode& node = nodes_[i];
      if (dropped_[i]) dropped_end = std::max(dropped_end, node.end);
      if (i >= dropped_end && node.tag() == GUMBO_TAG_A && node.has_attribute("href")) {
        ++now.links;
        link_end = std::max(link_end, node.end);
      }
      if (i >= dropped_end && node.is_text()) count_text(node.text(), i < link_end, now);
      before_[i + 1] = now;
    }
  }

  static void count_text(std::string_view text, bool linked, Totals& now) {
    auto letters = static_cast<std::uint32_t>(
        std::ranges::count_if(text, [](char c) { return static_cast<unsigned char>(c) > ' '; }));
    now.letters += letters;
    if (!linked) return;
    now.linked += letters;
    if (letters > 12) return;
    std::string word = lower_word(text);
    now.turns += std::ranges::count(kTurns, word) != 0;
    now.places += std::ranges::count(kPlaces, word) != 0;
  }

  Totals inside(std::size_t i) const { return before_[nodes_[i].end] - before_[i]; }

  bool looks_like_boilerplate(std::size_t i) const {
    const HtmlNode& node = nodes_[i];
    GumboTag tag = node.tag();
    if (!node.is_html() || tag == GUMBO_TAG_HTML || tag == GUMBO_TAG_BODY ||
        tag == GUMBO_TAG_MAIN) {
      return false;
    }
    Totals in = inside(i);
    bool named = has_word(node.attribute("class"), kClassWords) ||
                 has_word(node.attribute("id"), kClassWords) ||
                 std::ranges::count(kRoles, node.attribute("role")) != 0;
    if (named && in.letters <= before_.back().letters / 2) return true;
    if (in.links >= 5 && has_word(node.attribute("class"), kContentsWords)) return true;
    if (std::ranges::count(kLinkBlocks, tag) == 0) return false;
    bool pager = in.turns > 0 && in.turns + in.places >= 2 && in.links <= 12 && in.letters <= 400;
    bool link_list = in.links >= 5 && in.linked * 10ull >= in.letters * 9ull;
    return pager || link_list;
  }

  // The first <main> that has text is the page; everything beside it goes.
  void keep_only_main() {
    for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
      bool main = nodes_[i].tag() == GUMBO_TAG_MAIN || nodes_[i].attribute("role") == "main";
      if (!main || inside(i).letters < 100) continue;
      for (std::uint32_t j = 0; j < nodes_.size(); ++j) {
        bool around = j <= i && nodes_[j].end >= nodes_[i].end;
        bool within = j >= i && j < nodes_[i].end;
        if (!around && !within) dropped_[j] = true;
      }
      return;
    }
  }

  const std::vector<HtmlNode>& nodes_;
  std::vector<bool> dropped_;
  std::vector<Totals> before_;  // one more than nodes
};

}  // namespace

std::vector<bool> find_boilerplate(const HtmlTree& tree) { return Finder(tree).take(); }

}  // namespace vecstore
