// What 10_production does besides answering: it verifies the store, reads documents and keeps
// backups.
#pragma once

#include <vecstore/rag.h>

#include <filesystem>
#include <set>
#include <string>

#include "production_settings.h"

namespace production {

using vecstore::Database;
using vecstore::Status;

// Every byte, before anything is built on it.
inline Status verify(const Settings& settings, const vecstore::CancelToken& stopping) {
  const auto report = Database::check(settings.database, true, stopping);
  if (!report.ok() && report.status().code() == vecstore::Code::kNotFound)
    return {};  // the first run
  VECSTORE_TRY(report.status());
  if (report->damage.empty()) return {};
  const vecstore::Damage& first = report->damage[0];
  return vecstore::data_loss(first.file + ": " + first.what + ": restore the newest of " +
                             settings.backups);
}

// Reads what changed. When more is gone than is left, somebody took the folder away: not a change.
inline Status refresh(Database& db, vecstore::Rag& rag, const Settings& settings,
                      const vecstore::CancelToken& stopping) {
  const Status dropped = db.drop_snapshot("before");
  if (!dropped.ok() && dropped.code() != vecstore::Code::kNotFound) return dropped;
  VECSTORE_TRY(db.create_snapshot("before").status());
  const auto report = rag.ingest({.paths = {settings.documents}, .cancel = stopping});
  if (!report.ok() && report.status().code() == vecstore::Code::kNotFound) {
    std::fprintf(stderr, "documents stay as they were: %s\n", report.status().message().c_str());
    return {};
  }
  VECSTORE_TRY(report.status());
  for (const auto& [file, why] : report->problems)
    std::fprintf(stderr, "not read: %s: %s\n", file.c_str(), why.message().c_str());
  std::fprintf(stderr, "documents: %zu new, %zu changed, %zu as before, %zu gone\n", report->added,
               report->changed, report->unchanged, report->removed);
  if (report->removed <= report->files) return {};
  std::fprintf(stderr, "more is gone than is left: brought back\n");
  return db.restore_snapshot("before");
}

// One file for each state, named by its last write: the same state is not copied twice.
inline Status back_up(Database& db, const Settings& settings) {
  std::filesystem::create_directories(settings.backups);
  VECSTORE_ASSIGN(const auto stats, db.stats());
  const std::string number = std::to_string(stats.sequence);
  const std::string name = "backup-" + std::string(20 - number.size(), '0') + number;
  const auto path = std::filesystem::path(settings.backups) / name;
  if (std::filesystem::exists(path)) return {};
  VECSTORE_ASSIGN(const auto report, db.backup(path.string(), {.single_file = true}));
  std::fprintf(stderr, "backup: %s, %llu bytes\n", path.c_str(),
               static_cast<unsigned long long>(report.bytes));
  std::set<std::filesystem::path> kept;
  for (const auto& one : std::filesystem::directory_iterator(settings.backups))
    if (one.path().filename().string().starts_with("backup-")) kept.insert(one.path());
  for (; kept.size() > static_cast<std::size_t>(settings.keep_backups); kept.erase(kept.begin()))
    std::filesystem::remove(*kept.begin());
  return {};
}

}  // namespace production
