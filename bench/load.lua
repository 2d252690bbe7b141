-- SPDX-License-Identifier: Apache-2.0
-- load.lua - for wrk: officers at work over HTTP. Of 100 requests 60 open a case, 10 list cases, 30 write through the
-- declared REST actions: a case, a person, a record, ten each. AKARI_BENCH names a folder with `tokens` (of sessions)
-- and `cases` (ids), one a line; both are synthetic.
local folder = os.getenv("AKARI_BENCH")
local began = 0

local function lines_of(name)
    local list = {}
    for line in io.lines(folder .. "/" .. name) do
        list[#list + 1] = line
    end
    assert(#list > 0, name .. " is empty")
    return list
end

function setup(thread)
    began = began + 1
    thread:set("number", began)
end

function init()
    tokens, cases = lines_of("tokens"), lines_of("cases")
    math.randomseed(number)
end

local function post(path, token, body)
    return wrk.format("POST", "/api/v1/" .. path,
        {["Authorization"] = "Bearer " .. token, ["Content-Type"] = "application/json"}, body)
end

function request()
    local case, token = cases[math.random(#cases)], tokens[math.random(#tokens)]
    local dice = math.random(100)
    if dice <= 10 then
        return post("case/open", token, '{"synthetic":"yes"}')
    elseif dice <= 20 then
        return post("subject/add", token, '{"id":"' .. case .. '","type":"person","role":"victim"}')
    elseif dice <= 30 then
        return post("consultation/create", token, '{"case":"' .. case .. '","received_at":"2026-11-01T00:00:00Z",' ..
            '"channel":"phone","desk":"npa","urgency":"routine","language":"my","staff_gender_wish":"no_preference",' ..
            '"safe_contact":"none","wishes":["be_safe"]}')
    elseif dice <= 40 then
        return wrk.format("GET", "/api/v1/case/list?state=open", {["Authorization"] = "Bearer " .. token})
    end
    return wrk.format("GET", "/api/v1/case/show?id=" .. case, {["Authorization"] = "Bearer " .. token})
end

function done(summary, latency, requests)
    local e = summary.errors
    io.write(string.format("over HTTP, 30 %% writes: %.0f requests/s (goal >= 1,000), n=%d, " ..
        "p50 %.1f ms  p95 %.1f ms  p99 %.1f ms (goal <= 200 ms)\n",
        summary.requests / summary.duration * 1e6, summary.requests, latency:percentile(50) / 1000,
        latency:percentile(95) / 1000, latency:percentile(99) / 1000))
    io.write(string.format("  errors: connect %d, read %d, write %d, timeout %d, status not 2xx %d\n",
        e.connect, e.read, e.write, e.timeout, e.status))
end
