#include "engine/session_objects.h"

#include "stream/buckets.h"

// Tested by tests/integration/s3_scan_test.py

namespace riposte::engine {
namespace {

class SessionObjects final : public stream::Objects {
 public:
  explicit SessionObjects(std::unique_ptr<AwsSession> session)
      : session_(std::move(session)), buckets_(session_->client()) {}

  base::Result<Page> list(const std::string& prefix, const std::string& next) override {
    return buckets_.list(prefix, next);
  }
  base::Result<Piece> read(const std::string& path, std::uint64_t begin, std::size_t count,
                           const std::string& version) override {
    return buckets_.read(path, begin, count, version);
  }

 private:
  const std::unique_ptr<AwsSession> session_;
  stream::Buckets buckets_;
};

}  // namespace

base::Result<stream::MakeObjects> objects_of(const Config& config, const AwsSession::Spec& spec) {
  TRY(AwsSession::open(config, spec));  // what is wrong with the settings is told once
  return stream::MakeObjects([config, spec]() -> std::unique_ptr<stream::Objects> {
    auto session = AwsSession::open(config, spec);
    return session.ok() ? std::make_unique<SessionObjects>(std::move(session).value()) : nullptr;
  });
}

}  // namespace riposte::engine
