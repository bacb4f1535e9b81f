#include "resident.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>

#include <sys/mman.h>

#include "json/writer.h"

// Tested by bench/run: every row runs it.

namespace riposte::bench {
namespace {

constexpr std::size_t kHugePage = 2 << 20;

// A line "name:   123 kB" of /proc/self/status, in bytes.
std::uint64_t status_line(std::string_view name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(name)) return std::strtoull(line.c_str() + name.size(), nullptr, 10) << 10;
  }
  return 0;
}

}  // namespace

void die(const std::string& message) {
  std::cerr << message << '\n';
  std::exit(2);
}

Buffer::Buffer(const std::string& path, std::size_t copies) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) die(path + ": cannot be read");
  const auto length = static_cast<std::size_t>(file.tellg());
  size_ = length * copies;
  mapped_ = (size_ + kSlack + kHugePage - 1) / kHugePage * kHugePage;
  void* mapping =
      mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapping == MAP_FAILED) die(path + ": no memory for its copies");
  madvise(mapping, mapped_, MADV_HUGEPAGE);
  data_ = static_cast<char*>(mapping);
  file.seekg(0);
  file.read(data_, static_cast<std::streamsize>(length));
  if (!file) die(path + ": cannot be read");
  for (std::size_t copy = 1; copy < copies; ++copy)
    std::memcpy(data_ + copy * length, data_, length);
}

Buffer::~Buffer() { munmap(data_, mapped_); }

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::uint64_t resident_peak() { return status_line("VmHWM:"); }
std::uint64_t resident_now() { return status_line("VmRSS:"); }

int serve(std::string_view ready, const std::function<Pass()>& run) {
  std::cout << "{\"ready\": true, " << ready << "}" << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    if (line != "run") die("unknown command: " + line);
    const Pass pass = run();
    std::cout.precision(9);
    std::cout << "{\"seconds\": " << pass.seconds << ", \"events\": " << pass.events
              << ", \"bytes\": " << pass.bytes << ", \"refused\": " << pass.refused
              << ", \"hits\": {";
    const char* separator = "";
    for (const auto& [name, count] : pass.hits) {
      std::cout << separator << json::quoted(name) << ": " << count;
      separator = ", ";
    }
    std::cout << "}}" << std::endl;
  }
  return 0;
}

}  // namespace riposte::bench
