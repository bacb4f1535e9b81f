// Tested by src/engine/scan_test.cc

#include "engine/subject_reader.h"

#include <algorithm>

#include "base/files.h"
#include "event/event_reader.h"

namespace riposte::engine {
namespace {

class SubjectReader {
 public:
  SubjectReader(const std::vector<SubjectPlace>& places, const stream::LogFile::Limits& limits,
                const stream::MakeObjects& objects)
      : places_(places),
        objects_(objects ? objects() : nullptr),
        file_(limits, objects_.get()),
        findings_(places.size()),
        is_found_(places.size(), false) {}

  void read() {
    while (next_ < places_.size()) {
      const std::string_view path = places_[next_].path;
      const auto first = places_.begin() + static_cast<std::ptrdiff_t>(next_);
      const auto behind = std::find_if(first, places_.end(),
                                       [path](const auto& each) { return each.path != path; });
      end_ = static_cast<std::size_t>(behind - places_.begin());
      if (std::all_of(first, behind, [](const auto& each) { return !each.text.empty(); })) {
        for (; next_ < end_; ++next_) {
          if (event::is_written_here(places_[next_].format)) {
            read_record(std::string(places_[next_].text));
          } else {
            read_text(std::string(places_[next_].text));
          }
        }
      } else if (std::all_of(first, behind, [](const auto& each) { return each.extent; })) {
        read_pieces(std::string(path));
      } else {
        read_file(std::string(path));
      }
      next_ = end_;
    }
  }

  std::vector<finding::Finding> take(std::uint64_t& lost_count) {
    for (std::size_t i = 0; i < places_.size(); ++i) {
      if (!is_found_[i]) ++lost_count;
      findings_[i].source_path = places_[i].path;
      findings_[i].source_record = places_[i].record;
    }
    return std::move(findings_);
  }

 private:
  void read_file(const std::string& path) {
    file_.open(path);
    reader_.begin(path, file_.written_at());
    const event::EventReader::OnRawEvent take = [this](const event::RawEvent& raw) {
      while (next_ < end_ && places_[next_].record < raw.origin.record)
        ++next_;
      for (; next_ < end_ && places_[next_].record == raw.origin.record; ++next_)
        keep(reader_.complete(raw));
    };
    stream::LogFile::Window window = file_.next(0);
    while (!window.last && next_ < end_)
      window = file_.next(reader_.feed(window.bytes, false, take, quarantine_));
    if (next_ < end_) reader_.feed(window.bytes, true, take, quarantine_);
  }

  void read_pieces(const std::string& path) {
    base::Result<base::File> opened = base::File::open(path);
    if (!opened.ok()) return;
    base::File file = std::move(opened).value();
    for (; next_ < end_; ++next_) {
      std::string piece(places_[next_].extent->size, '\0');
      file.seek(places_[next_].extent->begin);
      piece.resize(file.read(piece));
      read_text(std::move(piece));
    }
  }

  void read_text(std::string text) {
    text.reserve(text.size() + json::kPadding);
    reader_.read(
        text, places_[next_].path, [this](const event::Event& event) { keep(&event); },
        quarantine_);
  }

  // Of a line, whose record does not tell its format.
  void read_record(std::string text) {
    reader_.read_again(
        places_[next_].format, std::move(text), places_[next_].path,
        [this](const event::Event& event) { keep(&event); }, quarantine_);
  }

  void keep(const event::Event* event) {
    if (event == nullptr || finding::event_id_of(*event) != places_[next_].id) return;
    findings_[next_] = finding::finding_of(nullptr, *event);
    is_found_[next_] = true;
  }

  const std::vector<SubjectPlace>& places_;
  const std::unique_ptr<stream::Objects> objects_;
  stream::LogFile file_;
  event::EventReader reader_;
  event::Quarantine quarantine_;  // what goes there was told when the file was read first
  std::vector<finding::Finding> findings_;
  std::vector<bool> is_found_;
  std::size_t next_ = 0;  // of places_
  std::size_t end_ = 0;   // behind those of the file under way
};

}  // namespace

std::vector<finding::Finding> read_subjects(const std::vector<SubjectPlace>& places,
                                            const stream::LogFile::Limits& limits,
                                            const stream::MakeObjects& objects,
                                            std::uint64_t& lost_count) {
  SubjectReader reader(places, limits, objects);
  reader.read();
  return reader.take(lost_count);
}

}  // namespace riposte::engine
