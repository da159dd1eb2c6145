-- Wireshark dissector of matchday's micro-event link: 16-byte records over UDP, docs/outputs.md.
--
--   wireshark -X lua_script:scripts/wireshark/matchday_micro.lua
--   tshark -X lua_script:scripts/wireshark/matchday_micro.lua -i lo -f 'udp port 47120'
--
-- or put it into Wireshark's folder of personal Lua plugins. The port is a preference: matchday_micro.port.

local RECORD_BYTES = 16
local DEFAULT_PORT = 47120

local proto = Proto("matchday_micro", "Matchday micro-event link")

local cameras = {
  [0] = "none", "main", "tight", "rail", "keeper", "wing", "crowd", "baseline",
}

local kinds = {
  [0] = "none", "score", "near_miss", "big_play", "turnover", "foul", "injury", "set_piece", "substitution", "stir",
  "roar", "whistle", "groan", "chant", "loud", "keyword", "sprint", "final_third", "run_up", "head_turn", "spin_drop",
  "fast_serve", "heart_jump", "gaze_hold", "celebration", "reaction",
}

local sides = { [0] = "neither", "home", "away" }

local f = {
  sequence = ProtoField.uint16("matchday_micro.sequence", "Sequence", base.DEC),
  stream = ProtoField.uint16("matchday_micro.stream", "Stream (match)", base.DEC),
  time = ProtoField.uint32("matchday_micro.time", "Match time (ms)", base.DEC),
  x = ProtoField.uint16("matchday_micro.x", "x", base.DEC),
  y = ProtoField.uint16("matchday_micro.y", "y", base.DEC),
  camera = ProtoField.uint8("matchday_micro.camera", "Camera", base.DEC, cameras),
  confidence = ProtoField.uint8("matchday_micro.confidence", "Confidence (hundredths)", base.DEC),
  kind = ProtoField.uint8("matchday_micro.kind", "Kind", base.DEC, kinds),
  flags = ProtoField.uint8("matchday_micro.flags", "Flags", base.HEX),
  is_repeat = ProtoField.bool("matchday_micro.flags.repeat", "Sent before", 8, nil, 0x01),
  is_empty = ProtoField.bool("matchday_micro.flags.empty", "Nothing yet", 8, nil, 0x02),
  has_place = ProtoField.bool("matchday_micro.flags.place", "Place known", 8, nil, 0x04),
  side = ProtoField.uint8("matchday_micro.flags.side", "Side", base.DEC, sides, 0x30),
}
proto.fields = f

proto.prefs.port = Pref.uint("UDP port", DEFAULT_PORT, "UDP port of the link")

local function dissect(buffer, pinfo, tree)
  -- The length is all that tells a record from something else.
  if buffer:len() ~= RECORD_BYTES then
    return 0
  end
  pinfo.cols.protocol = "MATCHDAY"
  local top = tree:add(proto, buffer())
  top:add(f.sequence, buffer(0, 2))
  top:add(f.stream, buffer(2, 2))
  top:add(f.time, buffer(4, 4))
  local x = top:add(f.x, buffer(8, 2))
  local y = top:add(f.y, buffer(10, 2))
  top:add(f.camera, buffer(12, 1))
  top:add(f.confidence, buffer(13, 1))
  top:add(f.kind, buffer(14, 1))
  local flags = top:add(f.flags, buffer(15, 1))
  flags:add(f.is_repeat, buffer(15, 1))
  flags:add(f.is_empty, buffer(15, 1))
  flags:add(f.has_place, buffer(15, 1))
  flags:add(f.side, buffer(15, 1))

  local bits = buffer(15, 1):uint()
  local place = ""
  if math.floor(bits / 4) % 2 == 1 then
    local along, across = buffer(8, 2):uint() / 65535, buffer(10, 2):uint() / 65535
    x:append_text(string.format(" (%.3f)", along))
    y:append_text(string.format(" (%.3f)", across))
    place = string.format(" at %.3f, %.3f", along, across)
  end
  if math.floor(bits / 2) % 2 == 1 then
    pinfo.cols.info = string.format("stream %d #%d nothing yet", buffer(2, 2):uint(), buffer(0, 2):uint())
  else
    pinfo.cols.info = string.format(
      "stream %d #%d %s %s %d%% at %.3f s%s%s",
      buffer(2, 2):uint(), buffer(0, 2):uint(),
      kinds[buffer(14, 1):uint()] or "unknown kind", cameras[buffer(12, 1):uint()] or "unknown camera",
      buffer(13, 1):uint(), buffer(4, 4):uint() / 1000, place,
      bits % 2 == 1 and " (again)" or "")
  end
  return RECORD_BYTES
end

function proto.dissector(buffer, pinfo, tree)
  return dissect(buffer, pinfo, tree)
end

local udp = DissectorTable.get("udp.port")
local port = DEFAULT_PORT
udp:add(port, proto)

function proto.prefs_changed()
  if proto.prefs.port ~= port then
    udp:remove(port, proto)
    port = proto.prefs.port
    udp:add(port, proto)
  end
end
