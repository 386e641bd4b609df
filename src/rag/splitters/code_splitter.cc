#include "rag/splitters/code_splitter.h"

#include <algorithm>
#include <array>
#include <utility>

#include "rag/splitters/language_separators.h"
#include "rag/splitters/recursive_splitter.h"

namespace vecstore {
namespace {

constexpr std::array<const char*, 9> kGrammars = {
    "c", "cpp", "go", "java", "javascript", "python", "rust", "tsx", "typescript"};

// Joins neighbours as long as they fit, and enters what does not.
class TreeCutter {
 public:
  TreeCutter(std::string_view text, const std::vector<SyntaxNode>& nodes, std::size_t most)
      : text_(text), nodes_(nodes), most_(most) {}

  std::vector<TextSpan> cut() {
    // No recursion: a program may nest as deep as it is long.
    std::vector<Open> open = {{1, nodes_[0].after, nodes_[0].end}};
    while (!open.empty()) {
      Open& now = open.back();
      if (now.next == now.behind) {
        take(now.end);  // what no child covers
        flush();
        open.pop_back();
        continue;
      }
      const std::uint32_t index = now.next;
      const SyntaxNode& child = nodes_[index];
      now.next = child.after;
      if (child.end <= last_) continue;
      const std::size_t length = count(child.begin, child.end);
      if (length > most_) {
        flush();
        if (child.after > index + 1) {
          open.push_back({index + 1, child.after, child.end});
        } else {
          take(child.end);
          flush();
        }
        continue;
      }
      if (length_ + length > most_) flush();
      take(child.end);
    }
    take(text_.size());
    flush();
    return std::move(spans_);
  }

 private:
  struct Open {
    std::uint32_t next, behind;  // children, by index
    std::size_t end;
  };

  std::size_t count(std::size_t begin, std::size_t end) const {
    return count_code_points(text_.substr(begin, end - begin));
  }

  void take(std::size_t end) {
    if (end <= last_) return;
    length_ += count(last_, end);
    last_ = end;
  }

  void flush() {
    const TextSpan span = strip(text_, {begin_, last_});
    if (!span.empty()) spans_.push_back(span);
    begin_ = last_;
    length_ = 0;
  }

  std::string_view text_;
  const std::vector<SyntaxNode>& nodes_;
  std::size_t most_;
  std::size_t begin_ = 0, last_ = 0;  // of the open chunk
  std::size_t length_ = 0;            // its code points
  std::vector<TextSpan> spans_;
};

}  // namespace

CodeSplitter::CodeSplitter(const SplitterOptions& options,
                           std::map<std::string, std::shared_ptr<const Grammar>> grammars)
    : options_(options), grammars_(std::move(grammars)), name_("code") {
  for (const auto& [name, grammar] : grammars_) name_ += ":" + name;
}

Result<CodeSplitter> CodeSplitter::create(const SplitterOptions& options) {
  VECSTORE_TRY(RecursiveSplitter::create(options).status());
  std::map<std::string, std::shared_ptr<const Grammar>> grammars;
  for (const char* name : kGrammars) {
    if (options.grammars.empty()) break;
    Result<std::shared_ptr<const Grammar>> grammar = Grammar::open(options.grammars, name);
    if (grammar.status().code() == Code::kNotFound) continue;
    VECSTORE_TRY(grammar.status());
    grammars[name] = *std::move(grammar);
  }
  CodeSplitter splitter(options, std::move(grammars));
  if (!options.language.empty()) VECSTORE_TRY(splitter.grammar_of(options.language).status());
  return splitter;
}

// Null where there is none and none is required.
Result<std::shared_ptr<const Grammar>> CodeSplitter::grammar_of(const std::string& language) const {
  const std::string name = Grammar::name_of(language);
  const auto found = grammars_.find(name);
  if (found != grammars_.end()) return found->second;
  if (name.empty() || !options_.require_grammar) return std::shared_ptr<const Grammar>();
  return Grammar::open(options_.grammars, name);
}

Result<std::vector<Chunk>> CodeSplitter::split(const Document& document) const {
  VECSTORE_TRY(check_document(document));
  SplitterOptions options = options_;
  std::string language = options.language;
  // That of prose is another: "cs" is Czech.
  const bool program = document.kind.empty() || document.kind == "code";
  const Value* own = document.metadata.find("language");
  if (program && own && own->as_string()) language = *own->as_string();
  options.language = language_separators(language).empty() ? "" : language;
  VECSTORE_ASSIGN(const RecursiveSplitter inside, RecursiveSplitter::create(options));
  VECSTORE_ASSIGN(const std::shared_ptr<const Grammar> grammar, grammar_of(language));
  if (!grammar) return inside.split(document);
  const std::string_view text = document.text;
  const Result<std::vector<SyntaxNode>> nodes = grammar->parse(text);
  if (!nodes.ok() || nodes->empty()) return inside.split(document);
  std::vector<TextSpan> spans;
  for (const TextSpan span : TreeCutter(text, *nodes, options.chunk_size).cut()) {
    if (count_code_points(span.of(text)) <= options.chunk_size) {
      spans.push_back(span);
    } else {
      VECSTORE_TRY(inside.split_span(text, span, spans));
    }
  }
  return make_chunks(document, spans);
}

}  // namespace vecstore
