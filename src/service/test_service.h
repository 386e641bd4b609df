// For tests: a service over a database in memory, with a key of each role.
#pragma once

#include <memory>
#include <string>

#include "base/test_folder.h"
#include "service/durable_file.h"
#include "service/service.h"

namespace vecstore {

struct TestService {
  explicit TestService(const ServiceOptions& options = {}, bool keys = true) {
    ServiceParts parts{.database = Database::in_memory().value()};
    if (keys) {
      parts.keys = KeyStore::open(folder / "keys").value();
      viewer = parts.keys->create({.name = "viewer", .role = Role::kViewer}).value();
      editor = parts.keys->create({.name = "editor", .role = Role::kEditor}).value();
      admin = parts.keys->create({.name = "admin", .role = Role::kAdmin}).value();
      scoped = parts.keys->create({.name = "scoped", .role = Role::kAdmin, .collections = {"docs"}})
                   .value();
    }
    parts.audit = AuditLog::open(folder / "audit", {}).value();
    parts.namespaces = NamespaceStore::open(folder / "namespaces").value();
    parts.usage = UsageLog::open(folder / "usage").value();
    parts.backups = folder / "backups";
    service = std::make_unique<Service>(std::move(parts), options);
  }

  Caller caller(const MadeKey& key) {
    Refusal none;
    return {.principal = service->authenticate(key.token, "127.0.0.1", none).value(),
            .address = "127.0.0.1",
            .request_id = "r-1"};
  }

  Result<Admission> admit(const MadeKey& key, Operation operation, std::string_view collection) {
    return service->admit(caller(key), operation, collection, refusal);
  }

  // A namespace with these quotas, and a key of it.
  MadeKey make_space(const std::string& id, const Quotas& quotas = {}, Role role = Role::kAdmin) {
    Namespace space;
    space.id = id;
    space.quotas = quotas;
    (void)service->namespaces()->create(space).value();
    return service->keys()->create({.name = id, .role = role, .space = id}).value();
  }
  void set_quotas(const std::string& id, const Quotas& quotas) {
    const auto edit = [&](Namespace& space) {
      space.quotas = quotas;
      return Status();
    };
    (void)service->namespaces()->change(id, edit).value();
  }
  void set_status(const std::string& id, NamespaceStatus status) {
    const auto edit = [&](Namespace& space) {
      space.status = status;
      return Status();
    };
    (void)service->namespaces()->change(id, edit).value();
  }

  std::string audit_text() const {
    return read_whole(folder / "audit/audit-0000000000000001.jsonl", 64 << 20).value();
  }

  TestFolder folder;
  MadeKey viewer, editor, admin, scoped;
  Refusal refusal;
  std::unique_ptr<Service> service;
};

}  // namespace vecstore
