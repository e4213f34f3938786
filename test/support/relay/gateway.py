"""A gateway as people write one, over Debian's python3-websockets: it dials out, answers each message, and does what it is told on stdin.

argv: the URL of the server, the id of the gateway. The secret is in RELAY_SECRET. What happens is told on stdout, a JSON object a line.
On stdin, a line each: {"do": "idle"}, {"do": "wake"}, {"do": "act", "action": {...}}.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import os
import sys
import time

import websockets

BACKOFF_FIRST_S, BACKOFF_MAX_S = 1.0, 30.0
HANDSHAKE_S = RESULT_S = 30.0
IDENTITY = {"platform": "console", "botId": "bot-1"}


def tell(what, **more):
    print(json.dumps({"what": what, **more}), flush=True)


def token(gateway_id, secret):
    signed = f"{gateway_id}:{int(time.time()) + 300}"
    sig = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).hexdigest()
    return base64.urlsafe_b64encode(f"{signed}:{sig}".encode()).rstrip(b"=").decode()


class Gateway:
    def __init__(self, url, gateway_id, secret):
        self.url = url.replace("http", "ws", 1) + "/relay"
        self.gateway_id, self.secret = gateway_id, secret
        self.socket = None
        self.requests = 0
        self.results = {}
        self.tasks = set()
        self.seen = set()
        self.awake = asyncio.Event()
        self.awake.set()
        self.idle_acked = asyncio.Event()
        self.described = asyncio.Event()
        self.ever_described = False

    async def say(self, **frame):
        await self.socket.send(json.dumps(frame) + "\n")

    async def act(self, action):
        self.requests += 1
        request_id = f"r{self.requests}"
        self.results[request_id] = asyncio.get_running_loop().create_future()
        await self.say(type="outbound", requestId=request_id, action=action)
        return await asyncio.wait_for(self.results[request_id], RESULT_S)

    async def reply(self, event):
        source = event["source"]
        action = {"op": "send", "chat_id": source["chat_id"], "content": "echo: " + event["text"]}
        tell("replied", result=await self.act(action))

    def later(self, work):
        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def handle(self, frame):
        kind = frame.get("type")
        if kind == "descriptor":
            tell("descriptor", descriptor=frame["descriptor"])
            self.ever_described = True
            self.described.set()
        elif kind == "inbound":
            event, buffer_id = frame["event"], frame.get("bufferId")
            again = event["message_id"] in self.seen
            self.seen.add(event["message_id"])
            tell("inbound", text=event["text"], bufferId=buffer_id, again=again, source=event["source"])
            if not again:
                # Its result comes as a frame of this very socket, so it is not waited for here.
                self.later(self.reply(event))
            if buffer_id is not None:
                await self.say(type="inbound_ack", bufferId=buffer_id)
        elif kind == "outbound_result":
            waiting = self.results.pop(frame["requestId"], None)
            if waiting and not waiting.done():
                waiting.set_result(frame["result"])
        elif kind == "interrupt_inbound":
            tell("interrupted", sessionKey=frame["session_key"], chatId=frame["chat_id"])
        elif kind == "going_idle_ack":
            self.idle_acked.set()

    async def read(self):
        buffered = ""
        async for message in self.socket:
            buffered += message
            while "\n" in buffered:
                line, buffered = buffered.split("\n", 1)
                if line.strip():
                    await self.handle(json.loads(line))

    async def once(self):
        headers = {"Authorization": "Bearer " + token(self.gateway_id, self.secret)}
        self.described.clear()
        async with websockets.connect(self.url, extra_headers=headers, max_size=2**20) as self.socket:
            await self.say(type="hello", **IDENTITY)
            reading = asyncio.ensure_future(self.read())
            described = asyncio.ensure_future(self.described.wait())
            await asyncio.wait({reading, described}, timeout=HANDSHAKE_S, return_when=asyncio.FIRST_COMPLETED)
            described.cancel()
            try:
                await reading
            except websockets.ConnectionClosed:
                pass
        tell("closed", code=self.socket.close_code, reason=self.socket.close_reason)
        return self.socket.close_code

    async def run(self):
        backoff = BACKOFF_FIRST_S
        while True:
            await self.awake.wait()
            try:
                code = await self.once()
            except (OSError, websockets.WebSocketException) as error:
                tell("unreachable", error=type(error).__name__)
                code = 1006
            if code == 4401 and self.ever_described:
                return tell("disabled")
            if self.described.is_set():
                backoff = BACKOFF_FIRST_S
            if self.awake.is_set():
                await asyncio.sleep(backoff)
                backoff = min(backoff * 2, BACKOFF_MAX_S)

    async def obey(self):
        lines = asyncio.StreamReader()
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
        async for line in lines:
            order = json.loads(line)
            if order["do"] == "idle":
                self.idle_acked.clear()
                self.awake.clear()
                await self.say(type="going_idle")
                await self.idle_acked.wait()
                await self.socket.close()
                tell("asleep")
            elif order["do"] == "wake":
                self.awake.set()
            elif order["do"] == "act":
                tell("acted", result=await self.act(order["action"]))


async def main():
    gateway = Gateway(sys.argv[1], sys.argv[2], os.environ["RELAY_SECRET"])
    obeying = asyncio.ensure_future(gateway.obey())
    await gateway.run()
    obeying.cancel()


asyncio.run(main())
