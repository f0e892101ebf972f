-- One tap a request, each with an id of its own. Arguments: cookie, token, park, day.
local random = math.random
local headers, park, day

function init(arguments)
  math.randomseed(os.time() * 1000 + (tonumber(tostring({}):match("0x(%x+)"), 16) or 0) % 1000000)
  headers = { ["Content-Type"] = "application/json", ["Cookie"] = arguments[1], ["X-CSRFToken"] = arguments[2] }
  park, day = arguments[3], arguments[4]
end

function request()
  local id = string.format("%04x%04x-%04x-4%03x-a%03x-%04x%04x%04x", random(0, 65535), random(0, 65535),
    random(0, 65535), random(0, 4095), random(0, 4095), random(0, 65535), random(0, 65535), random(0, 65535))
  local body = string.format('{"events":[{"id":"%s","kind":"meal.tap","at":"%sT09:00:00Z",' ..
    '"body":{"park":"%s","day":"%s","group":"school-age","change":1}}]}', id, day, park, day)
  return wrk.format("POST", "/sync", headers, body)
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("RESULT %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
