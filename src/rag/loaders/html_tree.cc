#include "rag/loaders/html_tree.h"

#include <algorithm>
#include <csetjmp>
#include <cstddef>
#include <new>
#include <optional>
#include <string>

#include "base/clock.h"

namespace vecstore {

// Memory that is given back all at once: gumbo's own clean-up recurses by the depth of the page.
// gumbo cannot be told that memory ran out, so allocate() leaves it by longjmp; that skips C frames
// only, and what they held is in the arena.
class HtmlTree::Arena {
 public:
  Arena(std::size_t memory_bytes, double time_ms)
      : memory_left_(memory_bytes), deadline_ms_(thread_cpu_ms() + time_ms) {
    blocks_.reserve(memory_bytes / kBlockBytes + 1);  // no exception may cross gumbo
  }

  enum class Outcome { kDone, kMemory, kTime };

  // The outcome, and the tree when done.
  std::pair<Outcome, const GumboOutput*> run(std::string_view page) {
    GumboOptions options = kGumboDefaultOptions;
    options.allocator = [](void* self, size_t size) {
      return static_cast<Arena*>(self)->allocate(size);
    };
    options.deallocator = [](void*, void*) {};
    options.userdata = this;
    options.max_errors = 0;
    if (int left = setjmp(exit_); left != 0) return {static_cast<Outcome>(left), nullptr};
    return {Outcome::kDone, gumbo_parse_with_options(&options, page.data(), page.size())};
  }

 private:
  static constexpr std::size_t kBlockBytes = 1 << 20;

  void* allocate(std::size_t size) {
    // Not by the clock on the wall: how busy the machine is must not decide what is indexed.
    if (++calls_ % 256 == 0 && thread_cpu_ms() > deadline_ms_) leave(Outcome::kTime);
    constexpr std::size_t kAlign = alignof(std::max_align_t);
    if (size > memory_left_) leave(Outcome::kMemory);
    size = (size + kAlign - 1) / kAlign * kAlign;
    if (size > block_left_ && !add_block(size)) leave(Outcome::kMemory);
    void* out = at_;
    at_ += size;
    block_left_ -= size;
    return out;
  }

  bool add_block(std::size_t at_least) {
    std::size_t size = at_least > kBlockBytes ? at_least : kBlockBytes;
    if (size > memory_left_) return false;
    std::unique_ptr<std::byte[]> block(new (std::nothrow) std::byte[size]);
    if (!block) return false;
    memory_left_ -= size;
    at_ = block.get();
    blocks_.push_back(std::move(block));
    block_left_ = size;
    return true;
  }

  [[noreturn]] void leave(Outcome outcome) { std::longjmp(exit_, static_cast<int>(outcome)); }

  std::vector<std::unique_ptr<std::byte[]>> blocks_;
  std::byte* at_ = nullptr;
  std::size_t block_left_ = 0;
  std::size_t memory_left_;
  double deadline_ms_;
  std::uint64_t calls_ = 0;
  std::jmp_buf exit_;
};

std::string_view HtmlNode::attribute(const char* name) const {
  if (is_text()) return {};
  const GumboAttribute* found = gumbo_get_attribute(&node->v.element.attributes, name);
  return found ? std::string_view(found->value) : std::string_view();
}

bool HtmlNode::has_attribute(const char* name) const {
  return !is_text() && gumbo_get_attribute(&node->v.element.attributes, name) != nullptr;
}

HtmlTree::HtmlTree(std::unique_ptr<Arena> arena) : arena_(std::move(arena)) {}
HtmlTree::HtmlTree(HtmlTree&&) noexcept = default;
HtmlTree& HtmlTree::operator=(HtmlTree&&) noexcept = default;
HtmlTree::~HtmlTree() = default;

namespace {

// gumbo adds up the digits of &#99999999999; in an int: what overflows may come out as a character
// that there is not.
constexpr std::size_t kMostDigits = 7;

struct Digits {
  std::size_t begin, end;
};

// Of the next number of a character that has more than kMostDigits.
std::optional<Digits> next_long_number(std::string_view page, std::size_t at) {
  constexpr std::string_view kDigits = "0123456789abcdefABCDEF";
  while ((at = page.find("&#", at)) != page.npos) {
    at += 2;
    const bool hex = at < page.size() && (page[at] == 'x' || page[at] == 'X');
    if (hex) ++at;
    const std::string_view digits = hex ? kDigits : kDigits.substr(0, 10);
    const std::size_t end = std::min(page.find_first_not_of(digits, at), page.size());
    if (end - at > kMostDigits) return Digits{at, end};
  }
  return std::nullopt;
}

// `page`, or where it has such a number `copy`, in which digits before the last seven are zeros: a
// number that is too large is still too large.
std::string_view with_bounded_numbers(std::string_view page, std::string& copy) {
  std::optional<Digits> number = next_long_number(page, 0);
  if (!number) return page;
  copy = page;
  for (; number; number = next_long_number(copy, number->end)) {
    const std::size_t kept = number->end - kMostDigits;
    const bool large = copy.find_first_not_of('0', number->begin) < kept;
    std::fill(copy.begin() + static_cast<std::ptrdiff_t>(number->begin),
              copy.begin() + static_cast<std::ptrdiff_t>(kept), '0');
    if (large) copy[kept] = '9';
  }
  return copy;
}

}  // namespace

Result<HtmlTree> HtmlTree::parse(std::string_view given, const HtmlLimits& limits) {
  std::string copy;
  const std::string_view page = with_bounded_numbers(given, copy);
  double time_ms = limits.time_ms * (1 + static_cast<double>(page.size() >> 20) / 10);
  auto arena = std::make_unique<Arena>(limits.memory_bytes, time_ms);
  auto [outcome, output] = arena->run(page);
  if (outcome == Arena::Outcome::kMemory) {
    return resource_exhausted("html: needs more than " + std::to_string(limits.memory_bytes >> 20) +
                              " MiB to parse");
  }
  if (outcome == Arena::Outcome::kTime) {
    return resource_exhausted("html: takes longer than " +
                              std::to_string(static_cast<long long>(time_ms)) + " ms to parse");
  }
  HtmlTree tree(std::move(arena));
  tree.flatten(output->root);
  return tree;
}

namespace {

const GumboVector* children_of(const GumboNode* node) {
  bool parent = node->type == GUMBO_NODE_ELEMENT || node->type == GUMBO_NODE_TEMPLATE;
  return parent ? &node->v.element.children : nullptr;
}

bool is_kept(const GumboNode* node) {
  return node->type == GUMBO_NODE_ELEMENT || node->type == GUMBO_NODE_TEXT ||
         node->type == GUMBO_NODE_CDATA || node->type == GUMBO_NODE_WHITESPACE;
}

}  // namespace

void HtmlTree::flatten(const GumboNode* root) {
  struct Open {
    std::uint32_t index;
    unsigned next_child;
  };
  std::vector<Open> open = {{0, 0}};
  nodes_.push_back({root, 0, 0});
  while (!open.empty()) {
    Open& top = open.back();
    const GumboVector* children = children_of(nodes_[top.index].node);
    if (!children || top.next_child == children->length) {
      nodes_[top.index].end = static_cast<std::uint32_t>(nodes_.size());
      open.pop_back();
      continue;
    }
    auto* child = static_cast<const GumboNode*>(children->data[top.next_child++]);
    if (!is_kept(child)) continue;
    auto index = static_cast<std::uint32_t>(nodes_.size());
    nodes_.push_back({child, index + 1, top.index});
    if (child->type == GUMBO_NODE_ELEMENT) open.push_back({index, 0});
  }
}

}  // namespace vecstore
