#include "base/thread_pool.h"

namespace vecstore {

struct ThreadPool::State {};

ThreadPool::ThreadPool(int) {}
ThreadPool::~ThreadPool() = default;
void ThreadPool::submit(std::function<void()> task) { task(); }
void ThreadPool::wait_idle() {}
bool ThreadPool::wait_idle_for(int) { return true; }
int ThreadPool::threads() const { return 0; }

}  // namespace vecstore
