// riposte completion bash|zsh|fish: a script for the shell, made from the commands themselves.
// Tested by tests/cli/completion_test.py

#include <map>

#include <CLI/CLI.hpp>

#include "base/text.h"
#include "cli/commands.h"

namespace riposte::cli {
namespace {

// By command path ("rule test"): the words that may follow.
using Words = std::map<std::string, std::vector<std::string>>;

void collect(const CLI::App& command, const std::string& path, Words& words) {
  std::vector<std::string>& here = words[path];
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames())
      here.push_back("--" + name);
  }
  for (const CLI::App* child : command.get_subcommands([](const CLI::App*) { return true; })) {
    here.push_back(child->get_name());
    collect(*child, path.empty() ? child->get_name() : path + " " + child->get_name(), words);
  }
}

// Bash asks for the words after the longest known command path; anything else is a file.
std::string bash_script(const Words& words) {
  std::string script =
      "_riposte() {\n  local path=\"${COMP_WORDS[*]:1:COMP_CWORD-1}\" "
      "current=\"${COMP_WORDS[COMP_CWORD]}\"\n"
      "  local words=\"\"\n  case \"$path\" in\n";
  for (auto entry = words.rbegin(); entry != words.rend(); ++entry) {  // longer paths first
    script +=
        "    \"" + entry->first + "\"*) words=\"" + base::join(entry->second, " ") + "\" ;;\n";
  }
  // Which services and operations there are, the program knows.
  script +=
      "  esac\n  case \"$path\" in\n"
      "    \"aws\") words+=\" $(\"${COMP_WORDS[0]}\" aws --list 2>/dev/null)\" ;;\n"
      "    \"aws \"*) words+=\" $(\"${COMP_WORDS[0]}\" aws \"${COMP_WORDS[2]}\" --list "
      "2>/dev/null)\" ;;\n";
  return script +
         "  esac\n  COMPREPLY=($(compgen -W \"$words\" -- \"$current\") $(compgen -f -- "
         "\"$current\"))\n}\n"
         "complete -o filenames -F _riposte riposte\n";
}

std::string fish_script(const Words& words) {
  std::string script;
  for (const auto& [path, following] : words) {
    const std::string condition =
        path.empty() ? "__fish_use_subcommand" : "__fish_seen_subcommand_from " + path;
    for (const std::string& word : following) {
      script += "complete -c riposte -n '" + condition + "' " +
                (word.starts_with("--") ? "-l " + word.substr(2) : "-a " + word) + "\n";
    }
  }
  return script +
         "complete -c riposte -n '__fish_seen_subcommand_from aws' -a "
         "'(riposte aws (commandline -opc)[3] --list 2>/dev/null)'\n";
}

}  // namespace

void add_completion(CLI::App& app, Picked& picked) {
  CLI::App* command = app.add_subcommand("completion", "Print a completion script for a shell");
  command->footer("Example: source <(riposte completion bash)");
  const auto shell = std::make_shared<std::string>();
  command->add_option("shell", *shell, "Which shell")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->callback([shell, &app, &picked] {
    Words words;
    collect(app, {}, words);
    picked.action = [shell, words](const Console& console) {
      if (*shell == "zsh") console.out << "autoload -U +X bashcompinit && bashcompinit\n";
      console.out << (*shell == "fish" ? fish_script(words) : bash_script(words));
      return ExitCode::Done;
    };
  });
}

}  // namespace riposte::cli
