#pragma once

// Text from logs, fit to be printed. Whoever is being watched writes much of what we print (user
// agents, names, tags): none of it may move the cursor, change a title, hide itself or turn the
// reading direction.
//
//     "curl\x1b[2J"  ->  curl\x1b[2J, in letters
//
// Columns are counted as terminals do it, roughly: wide for East Asian scripts and emoji, none for
// combining marks.
//
// Threads: functions without state.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace riposte::finding {

// Controls, line ends, and characters that are invisible or turn the reading direction become
// escapes in letters: \n, \x1b, \u202e. Bytes that are not UTF-8 become U+FFFD. What comes back is
// one line.
std::string visible(std::string_view text);

// The three below take text that is visible().

std::size_t columns_of(std::string_view text);

// At most `columns` wide, by leaving out the middle: ends tell more than middles in paths and ARNs.
std::string shorten(std::string_view text, std::size_t columns);

// Lines at most `columns` wide, broken at spaces, and within words only where a word is wider.
// One line at least, even if it is empty.
std::vector<std::string> wrap(std::string_view text, std::size_t columns);

}  // namespace riposte::finding
