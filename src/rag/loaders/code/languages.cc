#include "rag/loaders/code/languages.h"

#include <algorithm>
#include <array>
#include <string>

namespace vecstore {
namespace {

struct Known {
  std::string_view extension, language;
};

// clang-format off
constexpr std::array kKnown = {
    Known{"asm", "assembly"}, Known{"s", "assembly"}, Known{"awk", "awk"}, Known{"bat", "batch"}, Known{"cmd", "batch"},
    Known{"c", "c"}, Known{"h", "c"}, Known{"cc", "cpp"}, Known{"cpp", "cpp"}, Known{"cxx", "cpp"}, Known{"hh", "cpp"}, Known{"hpp", "cpp"},
    Known{"hxx", "cpp"}, Known{"ipp", "cpp"}, Known{"inl", "cpp"}, Known{"cu", "cuda"}, Known{"cuh", "cuda"}, Known{"cs", "csharp"},
    Known{"clj", "clojure"}, Known{"cljs", "clojure"}, Known{"cmake", "cmake"}, Known{"cob", "cobol"}, Known{"cbl", "cobol"},
    Known{"coffee", "coffeescript"}, Known{"css", "css"}, Known{"less", "css"}, Known{"scss", "css"}, Known{"sass", "css"},
    Known{"d", "d"}, Known{"dart", "dart"}, Known{"diff", "diff"}, Known{"patch", "diff"}, Known{"dockerfile", "dockerfile"},
    Known{"el", "lisp"}, Known{"lisp", "lisp"}, Known{"lsp", "lisp"}, Known{"scm", "scheme"}, Known{"rkt", "scheme"},
    Known{"ex", "elixir"}, Known{"exs", "elixir"}, Known{"elm", "elm"}, Known{"erl", "erlang"}, Known{"hrl", "erlang"},
    Known{"f", "fortran"}, Known{"f77", "fortran"}, Known{"f90", "fortran"}, Known{"f95", "fortran"}, Known{"for", "fortran"},
    Known{"fs", "fsharp"}, Known{"fsi", "fsharp"}, Known{"fsx", "fsharp"}, Known{"glsl", "glsl"}, Known{"go", "go"},
    Known{"gradle", "groovy"}, Known{"groovy", "groovy"}, Known{"graphql", "graphql"}, Known{"hcl", "hcl"}, Known{"tf", "hcl"},
    Known{"hs", "haskell"}, Known{"lhs", "haskell"}, Known{"ini", "ini"}, Known{"cfg", "ini"}, Known{"conf", "ini"}, Known{"properties", "ini"},
    Known{"java", "java"}, Known{"js", "javascript"}, Known{"cjs", "javascript"}, Known{"mjs", "javascript"}, Known{"jsx", "javascript"},
    Known{"jl", "julia"}, Known{"kt", "kotlin"}, Known{"kts", "kotlin"}, Known{"lua", "lua"}, Known{"mk", "make"}, Known{"make", "make"},
    Known{"m", "objective-c"}, Known{"mm", "objective-c"}, Known{"ml", "ocaml"}, Known{"mli", "ocaml"}, Known{"nim", "nim"}, Known{"nix", "nix"},
    Known{"pas", "pascal"}, Known{"pl", "perl"}, Known{"pm", "perl"}, Known{"php", "php"}, Known{"ps1", "powershell"}, Known{"psm1", "powershell"},
    Known{"proto", "protobuf"}, Known{"py", "python"}, Known{"pyi", "python"}, Known{"pyx", "python"}, Known{"r", "r"}, Known{"rb", "ruby"},
    Known{"rake", "ruby"}, Known{"rs", "rust"}, Known{"sc", "scala"}, Known{"scala", "scala"}, Known{"sh", "shell"}, Known{"bash", "shell"},
    Known{"zsh", "shell"}, Known{"fish", "shell"}, Known{"sol", "solidity"}, Known{"svelte", "svelte"}, Known{"sv", "verilog"}, Known{"v", "verilog"},
    Known{"swift", "swift"}, Known{"tcl", "tcl"}, Known{"ts", "typescript"}, Known{"mts", "typescript"}, Known{"tsx", "typescript"},
    Known{"vb", "vb"}, Known{"vbs", "vb"}, Known{"vhd", "vhdl"}, Known{"vhdl", "vhdl"}, Known{"vim", "vim"}, Known{"vue", "vue"},
    Known{"wat", "wasm"}, Known{"zig", "zig"}};
// clang-format on

struct Interpreter {
  std::string_view program, language;
};

constexpr std::array kInterpreters = {
    Interpreter{"bash", "shell"},      Interpreter{"dash", "shell"},
    Interpreter{"ksh", "shell"},       Interpreter{"zsh", "shell"},
    Interpreter{"sh", "shell"},        Interpreter{"python", "python"},
    Interpreter{"perl", "perl"},       Interpreter{"ruby", "ruby"},
    Interpreter{"node", "javascript"}, Interpreter{"awk", "awk"},
    Interpreter{"gawk", "awk"},        Interpreter{"php", "php"},
    Interpreter{"lua", "lua"},         Interpreter{"tclsh", "tcl"},
    Interpreter{"make", "make"},       Interpreter{"Rscript", "r"},
    Interpreter{"pwsh", "powershell"}};

}  // namespace

std::span<const std::string_view> code_extensions() {
  static const std::array<std::string_view, kKnown.size()> kExtensions = [] {
    std::array<std::string_view, kKnown.size()> out;
    std::ranges::transform(kKnown, out.begin(), &Known::extension);
    return out;
  }();
  return kExtensions;
}

std::string_view language_of_extension(std::string_view extension) {
  auto found = std::ranges::find(kKnown, extension, &Known::extension);
  return found == kKnown.end() ? std::string_view() : found->language;
}

std::string_view language_of_first_line(std::string_view bytes) {
  if (!bytes.starts_with("#!")) return {};
  std::string_view line = bytes.substr(2, std::min<std::size_t>(bytes.find('\n'), 200) - 2);
  std::string_view program;
  while (!line.empty()) {
    line.remove_prefix(std::min(line.find_first_not_of(" \t\r"), line.size()));
    const std::string_view word = line.substr(0, line.find_first_of(" \t\r"));
    line.remove_prefix(word.size());
    program = word.substr(word.rfind('/') + 1);  // npos + 1 is 0
    const bool not_it =
        program == "env" || program.starts_with('-') || program.find('=') != program.npos;
    if (!not_it) break;
  }
  program = program.substr(0, program.find_first_of("0123456789."));
  auto found = std::ranges::find(kInterpreters, program, &Interpreter::program);
  return found == kInterpreters.end() ? std::string_view() : found->language;
}

}  // namespace vecstore
