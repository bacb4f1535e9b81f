// credential_process: a program that prints credentials.
#include <cerrno>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "aws/credential_json.h"
#include "aws/credential_sources.h"

// Tested by src/aws/credential_sources_test.cc

namespace riposte::aws {
namespace {

using std::chrono::milliseconds;

base::Error failed(std::string what) {
  return {base::Errc::Io, "credential_process " + std::move(what)};
}

// Ends the program and everything it started, and reads its exit status, whatever happens.
class Child {
 public:
  explicit Child(pid_t id) : id_(id) {}
  ~Child() { end(); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // The wait status of a program that has closed its output and should end now; nothing where it
  // has not by the deadline.
  std::optional<int> wait_until(std::chrono::steady_clock::time_point deadline) {
    int status = 0;
    while (::waitpid(id_, &status, WNOHANG) == 0) {
      if (std::chrono::steady_clock::now() >= deadline) return std::nullopt;
      ::poll(nullptr, 0, kLookMillis);
    }
    id_ = -1;
    return status;
  }

 private:
  static constexpr int kLookMillis = 5;

  void end() {
    if (id_ < 0) return;
    ::kill(-id_, SIGKILL);
    int status = 0;
    while (::waitpid(id_, &status, 0) < 0 && errno == EINTR) {
    }
  }
  pid_t id_;
};

class Pipe {
 public:
  Pipe() { is_open_ = ::pipe2(ends_, O_CLOEXEC) == 0; }
  ~Pipe() {
    if (!is_open_) return;
    ::close(ends_[0]);
    close_writing();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  bool is_open() const { return is_open_; }
  int reading() const { return ends_[0]; }
  int writing() const { return ends_[1]; }
  void close_writing() {
    if (ends_[1] >= 0) ::close(ends_[1]);
    ends_[1] = -1;
  }

 private:
  int ends_[2] = {-1, -1};
  bool is_open_ = false;
};

// Nothing: the program could not be started.
std::optional<pid_t> start(std::vector<std::string> words, const Pipe& output) {
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawnattr_init(&attributes);
  ::posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&files, output.writing(), 1);
  ::posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  pid_t id = -1;
  const int code =
      ::posix_spawnp(&id, arguments[0], &files, &attributes, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&files);
  ::posix_spawnattr_destroy(&attributes);
  return code == 0 ? std::optional(id) : std::nullopt;
}

// All that comes until the other end is closed.
base::Result<std::string> read_all(int descriptor, std::chrono::steady_clock::time_point deadline) {
  std::string text;
  while (true) {
    const auto left =
        std::chrono::duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return failed("does not end");
    pollfd polled = {descriptor, POLLIN, 0};
    const int ready = ::poll(&polled, 1, static_cast<int>(left.count()));
    if (ready < 0 && errno != EINTR) return failed("cannot be waited for");
    if (ready <= 0) continue;
    char room[4096];
    const ssize_t count = ::read(descriptor, room, sizeof room);
    if (count == 0) return text;
    if (count < 0) return failed("cannot be read from");
    text.append(room, static_cast<std::size_t>(count));
    if (text.size() > kSecretBytesMax) return failed("prints more than credentials");
  }
}

}  // namespace

base::Result<std::vector<std::string>> command_words(std::string_view command) {
  std::vector<std::string> words;
  std::optional<std::string> word;
  char quote = '\0';
  for (std::size_t i = 0; i < command.size(); ++i) {
    const char c = command[i];
    if (quote == '\0' && (c == ' ' || c == '\t')) {
      if (word) words.push_back(*std::exchange(word, std::nullopt));
      continue;
    }
    if (!word) word.emplace();
    if (c == quote) {
      quote = '\0';
    } else if (quote == '\0' && (c == '"' || c == '\'')) {
      quote = c;
    } else if (c == '\\' && quote != '\'') {
      if (i + 1 == command.size()) return failed("ends with a backslash");
      const char next = command[++i];
      if (quote == '"' && next != '"' && next != '\\') *word += c;
      *word += next;
    } else {
      *word += c;
    }
  }
  if (quote != '\0') return failed("has a quote without its pair");
  if (word) words.push_back(*word);
  if (words.empty()) return failed("names no program");
  return words;
}

base::Result<Credentials> process_credentials(const std::string& command, milliseconds time_max) {
  const std::vector<std::string> words = TRY(command_words(command));
  Pipe output;
  if (!output.is_open()) return failed("cannot be started: no pipe");
  const std::optional<pid_t> id = start(words, output);
  if (!id) return failed("cannot be started");
  Child child(*id);
  output.close_writing();
  const auto deadline = std::chrono::steady_clock::now() + time_max;
  const std::string text = TRY(read_all(output.reading(), deadline));
  const std::optional<int> status = child.wait_until(deadline);
  if (!status) return failed("does not end");
  if (!WIFEXITED(*status) || WEXITSTATUS(*status) != 0) return failed("failed");
  const Value object = TRY(read_secret_json(text));
  const Value* version = object.find("Version");
  if (version == nullptr || version->integer() == nullptr || *version->integer() != 1)
    return failed("does not speak version 1");
  base::Result<Credentials> credentials = read_credentials(object, kSessionTokenKeys);
  if (!credentials.ok()) return std::move(credentials).error().in("credential_process");
  return credentials;
}

}  // namespace riposte::aws
