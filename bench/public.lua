-- A page for anybody, as a phone asks for it. Arguments: path.
local path

function init(arguments)
  path = arguments[1]
end

function request()
  return wrk.format("GET", path, { ["Accept-Encoding"] = "br" })
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("RESULT %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
