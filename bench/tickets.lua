-- One use of a ticket a request, each with an id of its own. Arguments: cookie, token, place, file of codes.
local random = math.random
local headers, place
local codes, turn = {}, 0

function init(arguments)
  math.randomseed(os.time() * 1000 + (tonumber(tostring({}):match("0x(%x+)"), 16) or 0) % 1000000)
  headers = { ["Content-Type"] = "application/json", ["Cookie"] = arguments[1], ["X-CSRFToken"] = arguments[2] }
  place = arguments[3]
  for code in io.lines(arguments[4]) do codes[#codes + 1] = code end
  turn = random(1, #codes)
end

function request()
  local id = string.format("%04x%04x-%04x-4%03x-a%03x-%04x%04x%04x", random(0, 65535), random(0, 65535),
    random(0, 65535), random(0, 4095), random(0, 4095), random(0, 65535), random(0, 65535), random(0, 65535))
  turn = turn % #codes + 1
  local body = string.format('{"id":"%s","action":"use","code":"%s","place":"%s","confirmed":true}', id, codes[turn], place)
  return wrk.format("POST", "/tickets/scans", headers, body)
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("RESULT %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
