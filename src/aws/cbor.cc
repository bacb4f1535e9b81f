#include "aws/cbor.h"

#include <bit>
#include <cmath>
#include <limits>

#include "aws/protocol.h"

namespace riposte::aws {
namespace {

using base::Errc;
using base::Error;

enum class Major : std::uint8_t { Whole, Negative, Bytes, Text, List, Map, Tag, Simple };

constexpr std::uint8_t kIndefinite = 31;
constexpr unsigned char kBreak = 0xff;
constexpr std::uint64_t kTagSeconds = 1;

double half(std::uint64_t bits) {
  const auto exponent = static_cast<int>(bits >> 10 & 0x1f);
  const auto mantissa = static_cast<double>(bits & 0x3ff);
  double number = 0;
  if (exponent == 0) {
    number = std::ldexp(mantissa, -24);
  } else if (exponent == 31) {
    number = mantissa == 0 ? std::numeric_limits<double>::infinity()
                           : std::numeric_limits<double>::quiet_NaN();
  } else {
    number = std::ldexp(mantissa + 1024, exponent - 25);
  }
  return (bits & 0x8000) != 0 ? -number : number;
}

class CborReader {
 public:
  explicit CborReader(std::string_view bytes) : rest_(bytes) {}

  base::Result<Value> read_all() {
    Value value = TRY(read());
    if (!rest_.empty()) return broken("more than one value");
    return value;
  }

 private:
  struct Head {
    Major major = Major::Whole;
    std::uint8_t info = 0;
    std::uint64_t argument = 0;
    bool is_indefinite() const { return info == kIndefinite; }
  };

  static Error broken(std::string_view why) {
    return {Errc::Invalid, "not CBOR: " + std::string(why)};
  }

  base::Result<Head> read_head() {
    if (rest_.empty()) return broken("it ends too early");
    const auto first = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    Head head;
    head.major = static_cast<Major>(first >> 5);
    head.info = first & 31;
    head.argument = head.info;
    if (head.info < 24) return head;
    if (head.is_indefinite()) {
      const bool may_be = head.major >= Major::Bytes && head.major <= Major::Map;
      if (!may_be) return broken("a length that may not be open");
      return head;
    }
    if (head.info > 27) return broken("a reserved length");
    const std::size_t width = std::size_t{1} << (head.info - 24);
    if (rest_.size() < width) return broken("it ends too early");
    head.argument = 0;
    for (std::size_t i = 0; i < width; ++i)
      head.argument = head.argument << 8 | static_cast<unsigned char>(rest_[i]);
    rest_.remove_prefix(width);
    return head;
  }

  bool take_break() {
    if (rest_.empty() || static_cast<unsigned char>(rest_.front()) != kBreak) return false;
    rest_.remove_prefix(1);
    return true;
  }

  base::Result<Value> read() {
    if (depth_ >= kAnswerDepthMax) return broken("nested too deep");
    ++depth_;
    base::Result<Value> value = read_value();
    --depth_;
    return value;
  }

  base::Result<Value> read_value() {
    const Head head = TRY(read_head());
    switch (head.major) {
      case Major::Whole:
      case Major::Negative:
        return whole(head);
      case Major::Bytes: {
        std::string bytes = TRY(read_string(head));
        return Value(Blob{std::move(bytes)});
      }
      case Major::Text: {
        std::string text = TRY(read_string(head));
        return Value(std::move(text));
      }
      case Major::List:
        return read_list(head);
      case Major::Map:
        return read_map(head);
      case Major::Tag:
        return read_tagged(head);
      default:
        return simple(head);
    }
  }

  static Value whole(const Head& head) {
    constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (head.argument > kMax) {
      const auto real = static_cast<double>(head.argument);
      return head.major == Major::Whole ? real : -1 - real;
    }
    const auto number = static_cast<std::int64_t>(head.argument);
    return head.major == Major::Whole ? number : -1 - number;
  }

  base::Result<std::string> read_string(const Head& head) {
    if (!head.is_indefinite()) {
      if (head.argument > rest_.size()) return broken("it ends too early");
      std::string text(rest_.substr(0, head.argument));
      rest_.remove_prefix(head.argument);
      return text;
    }
    std::string text;
    while (!take_break()) {
      const Head piece = TRY(read_head());
      if (piece.major != head.major || piece.is_indefinite())
        return broken("a piece of another type");
      text += TRY(read_string(piece));
    }
    return text;
  }

  // Whether another element comes; each takes at least a byte, so that a length that lies ends
  // with the bytes.
  base::Result<bool> more(const Head& head, std::uint64_t count) {
    if (head.is_indefinite()) {
      if (rest_.empty()) return broken("it ends too early");
      return !take_break();
    }
    return count < head.argument;
  }

  base::Result<Value> read_list(const Head& head) {
    Value::List list;
    while (true) {
      const bool another = TRY(more(head, list.size()));
      if (!another) return Value(std::move(list));
      list.push_back(TRY(read()));
    }
  }

  base::Result<Value> read_map(const Head& head) {
    Value::Object object;
    while (true) {
      const bool another = TRY(more(head, object.size()));
      if (!another) return Value(std::move(object));
      const Head key = TRY(read_head());
      if (key.major != Major::Text) return broken("a key that is not text");
      std::string name = TRY(read_string(key));
      Value value = TRY(read());
      object.push_back({std::move(name), std::move(value)});
    }
  }

  base::Result<Value> read_tagged(const Head& head) {
    Value value = TRY(read());
    if (head.argument != kTagSeconds) return value;
    std::optional<base::EventTime> time;
    if (const std::int64_t* seconds = value.integer()) {
      time = time_from_seconds(static_cast<double>(*seconds));
    } else if (const double* real = value.real()) {
      time = time_from_seconds(*real);
    }
    return time ? Value(*time) : value;
  }

  base::Result<Value> simple(const Head& head) {
    switch (head.info) {
      case 20:
        return Value(false);
      case 21:
        return Value(true);
      case 22:
      case 23:
        return Value();
      case 25:
        return Value(half(head.argument));
      case 26:
        return Value(double{std::bit_cast<float>(static_cast<std::uint32_t>(head.argument))});
      case 27:
        return Value(std::bit_cast<double>(head.argument));
      default:
        return broken("a simple value that is not known");
    }
  }

  std::string_view rest_;
  std::size_t depth_ = 0;
};

class CborWriter {
 public:
  explicit CborWriter(const Service& service) : service_(service) {}

  void write(const Member& member, const Value& value) {
    const Shape& shape = service_.shape(member);
    if (const Value::List* list = value.list()) {
      head(Major::List, list->size());
      for (const Value& item : *list)
        write(service_.element(shape), item);
    } else if (const Value::Object* object = value.object()) {
      head(Major::Map, object->size());
      for (const Value::Member& entry : *object) {
        const Member* inner =
            shape.type == Type::Map ? &service_.value(shape) : service_.member(shape, entry.name);
        CHECK(inner != nullptr, "conform() refuses members that the shape does not know");
        text(Major::Text, shape.type == Type::Map ? entry.name : inner->wire_name());
        write(*inner, entry.value);
      }
    } else {
      write_scalar(shape, value);
    }
  }

  std::string take() && { return std::move(out_); }

 private:
  void write_scalar(const Shape& shape, const Value& value) {
    if (const bool* flag = value.boolean()) {
      head(Major::Simple, *flag ? 21 : 20);
    } else if (const std::int64_t* integer = value.integer()) {
      whole(*integer);
    } else if (const double* number = value.real()) {
      real(*number, shape.type == Type::Float);
    } else if (const std::string* content = value.text()) {
      text(Major::Text, *content);
    } else if (const Blob* blob = value.blob()) {
      text(Major::Bytes, blob->bytes);
    } else if (const base::EventTime* time = value.time()) {
      head(Major::Tag, kTagSeconds);
      const std::int64_t millis = time->time_since_epoch().count();
      if (millis % 1000 == 0) return whole(millis / 1000);
      real(static_cast<double>(millis) / 1000, false);
    } else {
      head(Major::Simple, 22);
    }
  }

  void bytes_of(std::uint64_t number, int width) {
    for (int shift = 8 * (width - 1); shift >= 0; shift -= 8)
      out_ += static_cast<char>(number >> shift & 0xff);
  }

  void head(Major major, std::uint64_t argument) {
    const auto first = [&](int info) {
      out_ += static_cast<char>(static_cast<int>(major) << 5 | info);
    };
    if (argument < 24) return first(static_cast<int>(argument));
    int power = 0;
    while (power < 3 && argument >> (8 << power) != 0)
      ++power;
    first(24 + power);
    bytes_of(argument, 1 << power);
  }

  void whole(std::int64_t number) {
    if (number >= 0) return head(Major::Whole, static_cast<std::uint64_t>(number));
    head(Major::Negative, static_cast<std::uint64_t>(-(number + 1)));
  }

  void text(Major major, std::string_view content) {
    head(major, content.size());
    out_ += content;
  }

  void real(double number, bool is_single) {
    if (is_single) {
      out_ += static_cast<char>(static_cast<int>(Major::Simple) << 5 | 26);
      bytes_of(std::bit_cast<std::uint32_t>(static_cast<float>(number)), 4);
    } else {
      out_ += static_cast<char>(static_cast<int>(Major::Simple) << 5 | 27);
      bytes_of(std::bit_cast<std::uint64_t>(number), 8);
    }
  }

  const Service& service_;
  std::string out_;
};

}  // namespace

base::Result<Value> read_cbor(std::string_view bytes) { return CborReader(bytes).read_all(); }

std::string write_cbor(const Service& service, const Member& member, const Value& value) {
  CborWriter writer(service);
  writer.write(member, value);
  return std::move(writer).take();
}

}  // namespace riposte::aws
