/* One language of tree-sitter as a shared object of its own, with the parser in it: what src/rag/splitters/grammar.cc opens. The
   interface is these three functions, so that no version of tree-sitter is built into VecStore. tools/build-grammars compiles it. */
#include <stdlib.h>
#include <tree_sitter/api.h>

#define EXPORT __attribute__((visibility("default")))

const TSLanguage* LANGUAGE(void);

/* A node of the syntax tree in preorder: bytes [begin, end) of the text, and the index of the first node that is not inside it. */
typedef struct {
  uint32_t begin, end, after;
} Node;

EXPORT uint32_t vecstore_grammar_version(void) { return 1; }

EXPORT void vecstore_grammar_free(Node* nodes) { free(nodes); }

/* Goes to the next node in preorder; the ends of those that are left are written. `path` has the indexes of the open ones. */
static int advance(TSTreeCursor* cursor, Node* nodes, uint32_t count, uint32_t* path, uint32_t* depth) {
  if (ts_tree_cursor_goto_first_child(cursor)) return 1;
  for (;;) {
    nodes[path[--*depth]].after = count;
    if (ts_tree_cursor_goto_next_sibling(cursor)) return 1;
    if (!ts_tree_cursor_goto_parent(cursor)) return 0;
  }
}

static Node* walk(TSTreeCursor* cursor, uint32_t* count) {
  uint32_t room = 1024, deep = 64, depth = 0;
  Node* nodes = malloc(room * sizeof(Node));
  uint32_t* path = malloc(deep * sizeof(uint32_t));
  *count = 0;
  for (int more = 1; more && nodes && path;) {
    if (*count == room) {
      Node* larger = room > UINT32_MAX / 2 ? NULL : realloc(nodes, (size_t)(room *= 2) * sizeof(Node));
      if (!larger) break;
      nodes = larger;
    }
    if (depth == deep) {
      uint32_t* larger = realloc(path, (size_t)(deep *= 2) * sizeof(uint32_t));
      if (!larger) break;
      path = larger;
    }
    const TSNode node = ts_tree_cursor_current_node(cursor);
    path[depth++] = *count;
    nodes[(*count)++] = (Node){ts_node_start_byte(node), ts_node_end_byte(node), 0};
    more = advance(cursor, nodes, *count, path, &depth);
    if (!more) {
      free(path);
      return nodes;
    }
  }
  free(nodes);
  free(path);
  return NULL;
}

/* The nodes of a text, to be freed by vecstore_grammar_free(); NULL without memory or after `limit_us` microseconds. */
EXPORT Node* vecstore_grammar_parse(const char* text, uint32_t size, uint64_t limit_us, uint32_t* count) {
  TSParser* parser = ts_parser_new();
  Node* nodes = NULL;
  *count = 0;
  if (parser && ts_parser_set_language(parser, LANGUAGE())) {
    ts_parser_set_timeout_micros(parser, limit_us);
    TSTree* tree = ts_parser_parse_string(parser, NULL, text, size);
    if (tree) {
      TSTreeCursor cursor = ts_tree_cursor_new(ts_tree_root_node(tree));
      nodes = walk(&cursor, count);
      ts_tree_cursor_delete(&cursor);
      ts_tree_delete(tree);
    }
  }
  if (parser) ts_parser_delete(parser);
  return nodes;
}
