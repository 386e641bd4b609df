#include "io/posix_file_system.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/bytes.h"
#include "base/test_folder.h"

namespace vecstore::io {
namespace {

class PosixFileSystemTest : public testing::Test {
 protected:
  std::string path(std::string_view name) const { return root_ + "/" + std::string(name); }

  TestFolder folder_;
  std::string root_ = folder_.string();
  FileSystem& files_ = posix_file_system();
};

// A child process that takes the lock, says so through a pipe and waits to be killed.
pid_t lock_in_child(FileSystem& files, const std::string& path) {
  int ready[2];
  if (::pipe(ready) != 0) return -1;
  const pid_t child = ::fork();
  if (child == 0) {
    auto lock = files.lock(path);
    const char said = lock.ok() ? 'y' : 'n';
    if (::write(ready[1], &said, 1) != 1) ::_exit(1);
    for (;;) ::pause();
  }
  char heard = 'n';
  const bool got = ::read(ready[0], &heard, 1) == 1;
  ::close(ready[0]);
  ::close(ready[1]);
  EXPECT_TRUE(got && heard == 'y');
  return child;
}

TEST_F(PosixFileSystemTest, a_lock_names_the_process_that_holds_it) {
  const pid_t child = lock_in_child(files_, path("LOCK"));
  ASSERT_GT(child, 0);
  const Status refused = files_.lock(path("LOCK")).status();
  EXPECT_EQ(refused.code(), Code::kUnavailable);
  EXPECT_EQ(refused.message(),
            "cannot lock '" + path("LOCK") + "': already open by process " + std::to_string(child));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_TRUE(files_.lock(path("LOCK")).ok());
}

TEST_F(PosixFileSystemTest, a_second_lock_in_one_process_names_this_process) {
  auto lock = files_.lock(path("LOCK"));
  ASSERT_TRUE(lock.ok());
  EXPECT_NE(files_.lock(path("LOCK"))
                .status()
                .message()
                .find("already open by process " + std::to_string(::getpid())),
            std::string::npos);
}

// Between taking the lock and writing its name a holder is unknown; what a dead one left is not it.
TEST_F(PosixFileSystemTest, a_holder_that_wrote_no_name_is_another_process) {
  const int fd = ::open(path("LOCK").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  ASSERT_GE(fd, 0);
  ASSERT_EQ(::flock(fd, LOCK_EX), 0);
  EXPECT_EQ(files_.lock(path("LOCK")).status().message(),
            "cannot lock '" + path("LOCK") + "': already open by another process");
  ::close(fd);
}

TEST_F(PosixFileSystemTest, a_stale_lock_file_never_blocks) {
  for (const char* left : {"", "999999\n", "1\n", "not a number", "99999999999999999999999"}) {
    std::ofstream(path("LOCK"), std::ios::trunc) << left;
    auto lock = files_.lock(path("LOCK"));
    ASSERT_TRUE(lock.ok()) << left << lock.status().to_string();
    EXPECT_NE(files_.lock(path("LOCK")).status().message().find(std::to_string(::getpid())),
              std::string::npos);
  }
  EXPECT_EQ(*files_.file_size(path("LOCK")), 0u);
}

TEST_F(PosixFileSystemTest, child_programs_inherit_no_descriptors) {
  auto writer = files_.create(path("a"), Create::kNew).value();
  auto reader = files_.open(path("a"), Access::kRead).value();
  auto lock = files_.lock(path("LOCK")).value();
  const std::string command = "ls -l /proc/self/fd | grep -q " + root_;
  EXPECT_NE(std::system(command.c_str()), 0);
}

TEST_F(PosixFileSystemTest, a_file_cut_off_behind_its_reader_is_an_error) {
  auto writer = files_.create(path("a"), Create::kNew).value();
  ASSERT_TRUE(writer->append(Bytes(10'000)).ok());
  auto reader = files_.open(path("a"), Access::kMap).value();
  ASSERT_TRUE(writer->truncate(100).ok());
  Bytes bytes(10'000);
  const Status status = reader->read(0, bytes);
  EXPECT_EQ(status.code(), Code::kDataLoss);
  EXPECT_NE(status.message().find("beyond the file's 100"), std::string::npos) << status.message();
}

TEST_F(PosixFileSystemTest, a_full_disk_is_resource_exhausted) {
  if (::access("/dev/full", W_OK) != 0) GTEST_SKIP() << "no /dev/full here";
  auto file = files_.create("/dev/full", Create::kAppend);
  ASSERT_TRUE(file.ok());
  EXPECT_EQ((*file)->append(as_bytes("x")).to_string(),
            "resource_exhausted: cannot write '/dev/full': no space left on device");
}

// Calls what needs a descriptor while there is none. UBSan's check of virtual calls would need one
// too.
__attribute__((no_sanitize("vptr"))) std::vector<Status> without_descriptors(
    FileSystem& files, const std::string& folder) {
  const std::string file = folder + "/a";
  rlimit before{};
  if (::getrlimit(RLIMIT_NOFILE, &before) != 0) return {};
  const rlimit none{3, before.rlim_max};
  if (::setrlimit(RLIMIT_NOFILE, &none) != 0) return {};
  std::vector<Status> statuses = {
      files.create(file, Create::kNew).status(),
      files.list(folder).status(),
      files.sync_folder(folder),
      files.lock(file).status(),
  };
  if (::setrlimit(RLIMIT_NOFILE, &before) != 0) return {};
  return statuses;
}

TEST_F(PosixFileSystemTest, running_out_of_descriptors_is_resource_exhausted) {
  const std::vector<Status> statuses = without_descriptors(files_, root_);
  ASSERT_EQ(statuses.size(), 4u);
  for (const Status& status : statuses) {
    EXPECT_EQ(status.code(), Code::kResourceExhausted) << status.to_string();
  }
}

// The write ends early at the limit, then fails: what landed counts as size.
TEST_F(PosixFileSystemTest, a_write_cut_short_is_an_error_and_the_size_is_true) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  auto file = files_.create(path("a"), Create::kNew).value();
  const rlimit small{1'000, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const Status status = file->append(Bytes(5'000));
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(status.code(), Code::kResourceExhausted) << status.to_string();
  EXPECT_EQ(file->size(), 1'000u);
  EXPECT_EQ(*files_.file_size(path("a")), 1'000u);
  ASSERT_TRUE(file->truncate(10).ok());
  ASSERT_TRUE(file->append(as_bytes("x")).ok());
  EXPECT_EQ(*files_.file_size(path("a")), 11u);
}

TEST_F(PosixFileSystemTest, the_system_has_the_last_word_on_names) {
  EXPECT_EQ(files_.create(path(std::string(300, 'n')), Create::kNew).status().code(),
            Code::kInvalidArgument);
  std::filesystem::create_symlink(path("loop"), path("loop"));
  EXPECT_EQ(files_.open(path("loop"), Access::kRead).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(files_.exists(path("loop")).status().code(), Code::kInvalidArgument);
}

// As another user when the test runs as root, who may do everything.
TEST_F(PosixFileSystemTest, what_is_not_allowed_is_permission_denied) {
  constexpr uid_t kNobody = 65'534;
  const uid_t self = ::geteuid();
  std::filesystem::permissions(root_, std::filesystem::perms::owner_read);
  if (self == 0) {
    ASSERT_EQ(::seteuid(kNobody), 0);
  }
  const Status create = files_.create(path("a"), Create::kNew).status();
  const Status exists = files_.exists(path("a")).status();
  if (self == 0) {
    ASSERT_EQ(::seteuid(self), 0);
  }
  std::filesystem::permissions(root_, std::filesystem::perms::owner_all);
  EXPECT_EQ(create.code(), Code::kPermissionDenied);
  EXPECT_EQ(exists.code(), Code::kPermissionDenied);
}

// Signals interrupt a blocking open; the call is carried on and not reported.
// /dev/full takes no byte, and cannot be cut or synced.
TEST_F(PosixFileSystemTest, what_a_device_refuses_is_told) {
  const auto file = files_.create("/dev/full", Create::kAppend).value();
  EXPECT_EQ(file->append(as_bytes("x")).code(), Code::kResourceExhausted);
  EXPECT_EQ(file->sync().code(), Code::kInvalidArgument);
  EXPECT_EQ(file->truncate(0).code(), Code::kInvalidArgument);
  EXPECT_EQ(files_.lock("/dev/full").status().code(), Code::kInvalidArgument);
  EXPECT_EQ(files_.sync_folder("/proc").code(), Code::kInvalidArgument);
}

TEST_F(PosixFileSystemTest, a_folder_whose_name_the_system_refuses_is_told) {
  EXPECT_EQ(files_.make_folder(path(std::string(300, 'x'))).code(), Code::kInvalidArgument);
}

// What the file says is of a process that ended; whoever holds the lock has not written its own
// yet.
TEST_F(PosixFileSystemTest, a_lock_does_not_name_a_process_that_is_gone) {
  const std::string lock = folder_.write("LOCK", "999999999\n");
  const int fd = ::open(lock.c_str(), O_RDWR);
  ASSERT_EQ(::flock(fd, LOCK_EX | LOCK_NB), 0);
  EXPECT_EQ(files_.lock(lock).status().code(), Code::kUnavailable);
  ::close(fd);
}

TEST_F(PosixFileSystemTest, an_interrupted_call_is_carried_on) {
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  struct sigaction action {};
  action.sa_handler = [](int) {};
  struct sigaction previous {};
  ASSERT_EQ(::sigaction(SIGUSR1, &action, &previous), 0);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child == 0) {
    for (int i = 0; i < 20; ++i) {
      ::usleep(2'000);
      ::kill(parent, SIGUSR1);
    }
    ::_exit(::open(path("pipe").c_str(), O_WRONLY) >= 0 ? 0 : 1);
  }
  EXPECT_TRUE(files_.open(path("pipe"), Access::kRead).ok());
  int exit_status = 1;
  while (::waitpid(child, &exit_status, 0) < 0 && errno == EINTR) {
  }
  EXPECT_EQ(exit_status, 0);
  ::sigaction(SIGUSR1, &previous, nullptr);
}

}  // namespace
}  // namespace vecstore::io
