#include "correlate/field_values.h"

#include <algorithm>

#include "json/structure.h"

namespace riposte::correlate {
namespace {

using json::Kind;
using json::RawMember;
using json::RawValue;

constexpr std::string_view kFacts = "riposte";

// The first characters tell most keys apart.
bool begins_with(std::string_view key, std::string_view part) {
  return key.size() >= part.size() && (part.empty() || key.front() == part.front()) &&
         key.starts_with(part);
}

// Follows one key of the event, which may hold dots and then counts as several keys of the path.
template <typename Rest>
bool follow(std::string_view key, Rest& at, Rest end) {
  while (at != end && begins_with(key, *at)) {
    key.remove_prefix(at->size());
    ++at;
    if (key.empty()) return true;
    if (key.front() != '.') return false;
    key.remove_prefix(1);
  }
  return false;
}

}  // namespace

std::string& FieldReader::fresh_buffer() {
  if (buffers_used_ == buffers_.size()) buffers_.emplace_back();
  std::string& buffer = buffers_[buffers_used_++];
  buffer.clear();
  return buffer;
}

void FieldReader::add_value(const RawValue& value) {
  if (value.is(Kind::Array)) {
    for (const RawValue& element : elements(value))
      add_value(element);
    return;
  }
  if (value.is(Kind::Null) || values_.size() == kValuesMax) return;
  std::string_view text = value.text();
  if (value.is(Kind::Object)) {
    text = value.compact_text(fresh_buffer());
  } else if (text.find('\\') != std::string_view::npos) {
    text = value.text(fresh_buffer());
  }
  if (std::find(values_.begin(), values_.end(), text) == values_.end()) values_.push_back(text);
}

FieldReader::Listed FieldReader::list(const RawValue& object) {
  for (const Listed& known : listed_) {
    if (known.token == object.token() && known.is_fact == is_fact_) return known;
  }
  Listed fresh{object.token(), is_fact_, members_.size(), 0};
  for (RawMember member : members(object)) {
    if (member.key.find('\\') != std::string_view::npos) {
      std::string& key = fresh_buffer();
      json::append_unescaped(member.key, key);
      member.key = key;
    }
    members_.push_back(member);
  }
  fresh.end = members_.size();
  listed_.push_back(fresh);
  return fresh;
}

void FieldReader::add_values(const RawValue& value, Rest at, Rest end) {
  if (at == end) {
    add_value(value);
  } else if (value.is(Kind::Array)) {
    for (const RawValue& element : elements(value))
      add_values(element, at, end);
  } else if (value.is(Kind::Object)) {
    const Listed listed = list(value);
    std::size_t followed = listed.end;  // the last member that was
    for (std::size_t i = listed.begin; i < listed.end; ++i) {
      Rest next = at;
      if (!follow(members_[i].key, next, end)) continue;
      const RawMember member = members_[i];  // they may move
      for (std::size_t before = listed.begin; followed != listed.end && before < i; ++before)
        repeats_key_ = repeats_key_ || members_[before].key == member.key;
      followed = i;
      add_values(member.value, next, end);
    }
  }
}

void FieldReader::begin(const event::RawEvent& event) {
  event_ = event;
  members_.clear();
  listed_.clear();
  buffers_used_ = 0;
  repeats_key_ = false;
}

const std::vector<std::string_view>& FieldReader::values_at(
    const std::vector<rule::FieldPath>& paths) {
  values_.clear();
  for (const rule::FieldPath& path : paths) {
    is_fact_ = !path.empty() && path.front() == kFacts;
    const RawValue& root = is_fact_ ? event_.facts : event_.record;
    if (root && !path.empty()) add_values(root, path.begin() + (is_fact_ ? 1 : 0), path.end());
    if (!values_.empty()) break;
  }
  return values_;
}

}  // namespace riposte::correlate
