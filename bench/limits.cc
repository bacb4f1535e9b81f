// The limits: work that no contender can leave out, done as fast as a library can.
//
//     bench-limits lines|stage1|dom|leaves DATA COPIES     a line of DATA is one JSON text
//     bench-limits gunzip DATA COPIES                      DATA is gzip members, one behind another
//
// lines   memchr to each line end, nothing else
// stage1  simdjson's structural scan of each line
// dom     simdjson's DOM parse of each line
// leaves  the same, then every scalar of the tree read
// gunzip  libdeflate over each member; its events are members, its bytes what comes out
//
// Tested by bench/run: every row runs it.

#include <cstring>
#include <memory>
#include <vector>

#include <fmt/format.h>
#include <libdeflate.h>
#include <simdjson.h>

#include "resident.h"

namespace riposte::bench {
namespace {

constexpr std::size_t kLineBytesMax = 16 << 20;
constexpr std::size_t kDepthMax = 1024;
constexpr std::size_t kMemberBytesMax = 64 << 20;

std::uint64_t blackhole = 0;  // what is computed ends here, so that none of it can be left out

// One pass of `take` over every line, the line end not included.
template <typename Take>
Pass each_line(std::string_view bytes, Take take) {
  Pass pass;
  const double begin = now();
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  while (at < end) {
    const auto rest = static_cast<std::size_t>(end - at);
    const auto* found = static_cast<const char*>(std::memchr(at, '\n', rest));
    const char* const stop = found == nullptr ? end : found;
    if (!take(at, static_cast<std::size_t>(stop - at))) ++pass.refused;
    ++pass.events;
    at = stop + 1;
  }
  pass.seconds = now() - begin;
  pass.bytes = bytes.size();
  return pass;
}

std::uint64_t visit(const simdjson::dom::element& element) {
  using simdjson::dom::element_type;
  std::uint64_t sum = 0;
  switch (element.type()) {
    case element_type::OBJECT:
      for (const auto field : simdjson::dom::object(element))
        sum += field.key.size() + visit(field.value);
      return sum;
    case element_type::ARRAY:
      for (const auto item : simdjson::dom::array(element))
        sum += visit(item);
      return sum;
    case element_type::STRING:
      return std::string_view(element).size();
    case element_type::INT64:
      return static_cast<std::uint64_t>(std::int64_t(element));
    case element_type::UINT64:
      return std::uint64_t(element);
    case element_type::DOUBLE:
      return static_cast<std::uint64_t>(std::abs(double(element)));
    case element_type::BOOL:
      return bool(element) ? 1 : 0;
    case element_type::NULL_VALUE:
      return 1;
  }
  return 0;
}

std::string kernel() {
  const simdjson::implementation* chosen = simdjson::get_active_implementation();
  return fmt::format("\"kernel\": \"{}\", \"simdjson\": \"{}.{}.{}\"", chosen->name(),
                     simdjson::SIMDJSON_VERSION_MAJOR, simdjson::SIMDJSON_VERSION_MINOR,
                     simdjson::SIMDJSON_VERSION_REVISION);
}

int json_command(const std::string& work, const std::string& data, std::size_t copies) {
  const Buffer buffer(data, copies);
  const std::string_view bytes = buffer.bytes();
  if (work == "lines") {
    return serve(kernel(), [&] {
      return each_line(bytes, [](const char*, std::size_t length) { return blackhole += length; });
    });
  }
  if (work == "stage1") {
    std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
    if (simdjson::get_active_implementation()->create_dom_parser_implementation(
            kLineBytesMax, kDepthMax, parser) != simdjson::SUCCESS) {
      die("simdjson gives no parser");
    }
    return serve(kernel(), [&] {
      return each_line(bytes, [&](const char* line, std::size_t length) {
        return parser->stage1(reinterpret_cast<const std::uint8_t*>(line), length,
                              simdjson::stage1_mode::regular) == simdjson::SUCCESS;
      });
    });
  }
  if (work != "dom" && work != "leaves") die("unknown work: " + work);
  simdjson::dom::parser parser(kLineBytesMax);
  const bool leaves = work == "leaves";
  return serve(kernel(), [&] {
    return each_line(bytes, [&](const char* line, std::size_t length) {
      simdjson::dom::element root;
      if (parser.parse(line, length, false).get(root) != simdjson::SUCCESS) return false;
      if (leaves) blackhole += visit(root);
      return true;
    });
  });
}

int gunzip_command(const std::string& data, std::size_t copies) {
  const Buffer buffer(data, copies);
  std::vector<char> out(kMemberBytesMax);
  const std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> inflater(
      libdeflate_alloc_decompressor(), &libdeflate_free_decompressor);
  return serve("\"libdeflate\": \"" LIBDEFLATE_VERSION_STRING "\"", [&] {
    Pass pass;
    const double begin = now();
    for (std::string_view rest = buffer.bytes(); !rest.empty();) {
      std::size_t taken = 0;
      std::size_t given = 0;
      if (libdeflate_gzip_decompress_ex(inflater.get(), rest.data(), rest.size(), out.data(),
                                        out.size(), &taken, &given) != LIBDEFLATE_SUCCESS) {
        ++pass.refused;
        break;
      }
      rest.remove_prefix(taken);
      pass.bytes += given;
      ++pass.events;
    }
    pass.seconds = now() - begin;
    return pass;
  });
}

}  // namespace
}  // namespace riposte::bench

int main(int argc, char** argv) {
  if (argc != 4) riposte::bench::die("usage: bench-limits WORK DATA COPIES");
  const std::string work = argv[1];
  const std::size_t copies = std::stoul(argv[3]);
  if (work == "gunzip") return riposte::bench::gunzip_command(argv[2], copies);
  return riposte::bench::json_command(work, argv[2], copies);
}
