#include "server/http/schemas.h"

namespace vecstore {
namespace {

constexpr std::string_view kSchemas = R"json({
"Problem": {"type": "object", "required": ["type", "title", "status", "detail", "code", "request_id"], "properties": {
  "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string"},
  "code": {"type": "string"}, "request_id": {"type": "string"}}},
"Health": {"type": "object", "required": ["status"], "properties": {"status": {"const": "ok"}}},
"OpenApi": {"type": "object", "required": ["openapi", "info", "paths"]},
"Vector": {"description": "dense: a list of numbers; multi: a list of such; sparse and binary: an object",
  "oneOf": [{"type": "array", "items": {"type": "number"}},
    {"type": "array", "items": {"type": "array", "items": {"type": "number"}}},
    {"type": "object", "required": ["dimension", "indices", "values"], "properties": {"dimension": {"type": "integer"},
      "indices": {"type": "array", "items": {"type": "integer"}}, "values": {"type": "array", "items": {"type": "number"}}}},
    {"type": "object", "required": ["dimension", "bits"], "properties": {"dimension": {"type": "integer"}, "bits": {"type": "string"}}}]},
"Record": {"type": "object", "required": ["id"], "properties": {
  "id": {"type": "string", "minLength": 1, "maxLength": 1024}, "vector": {"$ref": "#/components/schemas/Vector"},
  "vectors": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Vector"}},
  "text": {"type": "string"}, "metadata": {"type": "object"}, "expires_at": {"type": "integer"},
  "created_at": {"type": "integer"}, "updated_at": {"type": "integer"}, "deleted_at": {"type": "integer"}, "version": {"type": "integer"}}},
"Records": {"type": "object", "required": ["records"], "additionalProperties": false, "properties": {
  "records": {"type": "array", "items": {"$ref": "#/components/schemas/Record"}}}},
"ScanPage": {"type": "object", "required": ["records"], "properties": {
  "records": {"type": "array", "items": {"$ref": "#/components/schemas/Record"}}, "next": {"type": "string"}}},
"Change": {"type": "object", "additionalProperties": false, "properties": {
  "metadata": {"type": "object"}, "patch": {"type": "object"}, "vector": {}, "vectors": {"type": "object"}, "text": {"type": "string"},
  "remove_text": {"type": "boolean"}, "expires_at": {"type": "integer", "minimum": 0}}},
"Removal": {"type": "object", "additionalProperties": false, "properties": {
  "ids": {"type": "array", "items": {"type": "string"}, "minItems": 1}, "filter": {"type": ["string", "object"]}}},
"Ids": {"type": "object", "required": ["ids"], "additionalProperties": false, "properties": {
  "ids": {"type": "array", "items": {"type": "string"}, "minItems": 1}}},
"WriteResult": {"type": "object", "required": ["sequence", "inserted", "replaced"], "properties": {
  "sequence": {"type": "integer"}, "inserted": {"type": "integer"}, "replaced": {"type": "integer"}}},
"Query": {"type": "object", "description": "the members of a query by their names", "properties": {
  "vector": {"$ref": "#/components/schemas/Vector"}, "field": {"type": "string"}, "text": {"type": "string"},
  "k": {"type": "integer", "minimum": 1, "maximum": 10000}, "offset": {"type": "integer", "minimum": 0},
  "filter": {"type": ["string", "object"]}, "ef": {"type": "integer", "minimum": 0}, "timeout_ms": {"type": "integer", "minimum": 0},
  "prefetch": {"type": "array", "items": {"$ref": "#/components/schemas/Query"}}}},
"Queries": {"type": "object", "required": ["queries"], "additionalProperties": false, "properties": {
  "queries": {"type": "array", "items": {"$ref": "#/components/schemas/Query"}}}},
"Hit": {"type": "object", "required": ["id", "score"], "properties": {
  "id": {"type": "string"}, "score": {"type": "number"}, "distance": {"type": "number"}, "arms": {"type": "array"}, "group": {},
  "vector": {"$ref": "#/components/schemas/Vector"}, "text": {"type": "string"}, "highlights": {"type": "array"},
  "passage": {"type": "object"}, "metadata": {"type": "object"}}},
"Hits": {"type": "object", "required": ["hits", "partial", "took_ms", "rows_scanned", "distances"], "properties": {
  "hits": {"type": "array", "items": {"$ref": "#/components/schemas/Hit"}}, "partial": {"type": "boolean"}, "took_ms": {"type": "number"},
  "rows_scanned": {"type": "integer"}, "distances": {"type": "integer"}, "explanation": {"type": "string"}}},
"ManyHits": {"type": "object", "required": ["answers"], "properties": {
  "answers": {"type": "array", "items": {"$ref": "#/components/schemas/Hits"}}}},
"CollectionNames": {"type": "object", "required": ["collections"], "properties": {
  "collections": {"type": "array", "items": {"type": "string"}}}},
"CollectionOptions": {"type": "object", "additionalProperties": false, "properties": {
  "dimension": {"type": "integer", "minimum": 0}, "metric": {"type": "string"}, "storage": {"type": "string"}, "kind": {"type": "string"},
  "index": {"type": "string"}, "quantization": {"type": "string"}, "hnsw": {"type": "object"}, "fields": {"type": "object"},
  "text_fields": {"type": "object"}, "schema": {"type": "object"}, "attributes": {"type": "object"}, "analyzer": {"type": "string"},
  "partition_key": {"type": "string"}, "keep_versions": {"type": "integer", "minimum": 0}, "description": {"type": "string"}}},
"Collection": {"type": "object", "required": ["name", "options"], "properties": {
  "name": {"type": "string"}, "options": {"$ref": "#/components/schemas/CollectionOptions"}}},
"CollectionStats": {"type": "object", "required": ["name", "records", "options"], "properties": {
  "name": {"type": "string"}, "records": {"type": "integer"}, "options": {"$ref": "#/components/schemas/CollectionOptions"}}},
"IndexChange": {"type": "object", "additionalProperties": false, "properties": {
  "field": {"type": "string"}, "ef_search": {"type": "integer", "minimum": 1}, "quantization": {"type": "string"}}},
"CompactResult": {"type": "object", "required": ["rows_dropped", "bytes_before", "bytes_after"]},
"DatabaseStats": {"type": "object", "required": ["collections", "file_bytes", "sequence", "writable"]},
"Snapshot": {"type": "object", "required": ["name", "created_at", "sequence"]},
"Snapshots": {"type": "object", "required": ["snapshots"], "properties": {
  "snapshots": {"type": "array", "items": {"$ref": "#/components/schemas/Snapshot"}}}},
"NewKey": {"type": "object", "required": ["name"], "additionalProperties": false, "properties": {
  "name": {"type": "string", "minLength": 1, "maxLength": 128}, "role": {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]{0,47}$", "default": "viewer"},
  "collections": {"type": "array", "items": {"type": "string"}}, "namespace": {"type": "string"},
  "expires_at": {"type": "integer", "minimum": 0}}},
"Key": {"type": "object", "required": ["id", "name", "role", "collections", "namespace", "created_at", "expires_at", "revoked_at"]},
"MadeKey": {"type": "object", "required": ["id", "name", "role", "token"]},
"Keys": {"type": "object", "required": ["keys"], "properties": {
  "keys": {"type": "array", "items": {"$ref": "#/components/schemas/Key"}}}},
"Quotas": {"type": "object", "additionalProperties": false, "description": "null: no limit", "properties": {
  "max_vectors": {"type": ["integer", "null"], "minimum": 0}, "max_storage_bytes": {"type": ["integer", "null"], "minimum": 0},
  "max_requests_per_second": {"type": ["integer", "null"], "minimum": 1}, "max_concurrent_queries": {"type": ["integer", "null"], "minimum": 0},
  "max_dimension": {"type": ["integer", "null"], "minimum": 1}, "max_results_per_query": {"type": ["integer", "null"], "minimum": 1},
  "max_batch_size": {"type": ["integer", "null"], "minimum": 1}}},
"NamespaceEdit": {"type": "object", "additionalProperties": false, "description": "the quotas of a tier come before single ones", "properties": {
  "name": {"type": "string", "maxLength": 128}, "description": {"type": "string"},
  "status": {"enum": ["active", "read_only", "suspended", "pending_deletion"]}, "tier": {"enum": ["free", "pro", "unlimited"]},
  "quotas": {"$ref": "#/components/schemas/Quotas"}, "metadata": {"type": "object"}}},
"Namespace": {"type": "object", "required": ["id", "name", "description", "status", "tier", "quotas", "metadata", "created_at", "updated_at"],
  "properties": {"id": {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]{0,47}$"}, "quotas": {"$ref": "#/components/schemas/Quotas"}}},
"Namespaces": {"type": "object", "required": ["namespaces"], "properties": {
  "namespaces": {"type": "array", "items": {"$ref": "#/components/schemas/Namespace"}}}},
"NamespaceStats": {"type": "object", "required": ["id", "status", "tier", "collections", "vectors", "storage_bytes", "quotas", "near", "today"]},
"BackupName": {"type": "object", "required": ["backup"], "additionalProperties": false, "properties": {"backup": {"type": "string"}}},
"Backup": {"type": "object", "required": ["backup", "namespace", "collections", "records"]},
"Backups": {"type": "object", "required": ["backups"], "properties": {"backups": {"type": "array", "items": {"type": "object"}}}},
"Restored": {"type": "object", "required": ["namespace", "collections", "records"]},
"SlowQueries": {"type": "object", "required": ["slow_queries"], "properties": {
  "slow_queries": {"type": "array", "items": {"type": "object"}}}}
})json";

}  // namespace

Object wire_schemas() {
  const Result<Value> parsed = Value::parse_json(kSchemas);
  return parsed.ok() && parsed->as_object() ? *parsed->as_object() : Object();
}

}  // namespace vecstore
