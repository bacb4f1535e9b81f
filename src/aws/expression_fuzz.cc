// Any expression, over one answer. What is read is evaluated.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "aws/expression.h"

using namespace riposte;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const aws::Value answer = aws::Value::Object{
      {"a", aws::Value::List{aws::Value::Object{{"b", 1}, {"c", aws::Value::List{1, "x"}}}, 2.5}},
      {"b", aws::Value::Object{{"a", "text"}, {"c", aws::Value()}}}};
  const auto parsed = aws::Expression::parse({reinterpret_cast<const char*>(data), size});
  if (parsed.ok()) aws::to_json(parsed->evaluate(answer));
  return 0;
}
