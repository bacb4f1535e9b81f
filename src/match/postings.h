#pragma once

// What an index answers with. Every index of this folder is filled with (key, mark) pairs, built
// once, and then appends the marks of all keys that a value satisfies. It neither knows nor cares
// what a mark stands for: FieldIndex and TextIndex give them their meaning.
//
// Postings are the marks of all keys of an index in one row, key after key.
//
// Threads: immutable once built.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace riposte::match {

using Mark = std::uint32_t;

class Postings {
 public:
  // Keys are numbered in the order in which they are begun.
  void begin_key() { begins_.push_back(static_cast<std::uint32_t>(marks_.size())); }
  void add(Mark mark) { marks_.push_back(mark); }  // to the key begun last

  void append(std::size_t key, std::vector<Mark>& marks) const {
    const std::size_t end = key + 1 < begins_.size() ? begins_[key + 1] : marks_.size();
    for (std::size_t i = begins_[key]; i < end; ++i)
      marks.push_back(marks_[i]);
  }

  std::size_t keys() const { return begins_.size(); }
  std::size_t bytes() const { return (begins_.capacity() + marks_.capacity()) * sizeof(Mark); }

 private:
  std::vector<std::uint32_t> begins_;
  std::vector<Mark> marks_;
};

}  // namespace riposte::match
